"""Sizes that are taken from tensors: tf.shape(x), what is computed from it, and where it goes."""
from .registry import case


def size_case(family="sizes", writers=("tf_keras", "tf2.13"), forms=("h5",), channels=4, exact=False, **options):
    """build(tf, k, x, y): x is (None, None, channels), y half of its size with 2 channels. Where answers are to be exact nothing
    is summed on the way to y: the last bits of a convolution are the processor's."""
    def register(build):
        def whole(k):
            import tensorflow as tf
            x = k.Input((None, None, channels), name="x")
            y = k.layers.MaxPooling2D(2)(x[..., :2] if exact else k.layers.Conv2D(2, 1, name="narrow")(x))
            return k.Model(x, build(tf, k, x, y))
        case(family, name="sizes_" + build.__name__, writers=writers, forms=forms, sizes=(7, 9), exact=exact, **options)(whole)
        return build
    return register


@size_case(forms=("keras", "h5"), writers=("tf_keras",))
def of_another(tf, k, x, y):
    """Up to the size of another tensor, the commonest of all; a layer with weights behind it needs the channels."""
    size = tf.shape(x)[1:3]
    r = tf.image.resize
    return [k.layers.Conv2D(3, 3, padding="same")(r(y, size)), r(y, size, method="nearest"), r(y, tf.shape(x)[1:-1], "bicubic"),
            r(y, [tf.shape(x)[1], tf.shape(x)[2]]), r(x, tf.shape(y)[1:3], antialias=True), r(y, (tf.shape(x)[1], 12), "area"),
            tf.compat.v1.image.resize_bilinear(y, size, align_corners=True), tf.compat.v1.image.resize_nearest_neighbor(y, size),
            tf.compat.v1.image.resize(y, size), r(y, tf.shape(x)[-3:-1])]


@size_case()
def computed(tf, k, x, y):
    h, w = tf.shape(x)[1], tf.shape(x)[2]
    f = tf.cast(tf.shape(x)[1:3], tf.float32)
    r = tf.image.resize
    return [r(y, tf.stack([h * 2, w * 3])), r(y, [h + 1, w - 2]), r(y, tf.shape(x)[1:3] * 2), r(y, tf.multiply(tf.shape(x)[1:3], [2, 3])),
            r(y, tf.cast(f * 1.5, tf.int32)), r(y, tf.cast(tf.math.ceil(f / 4.0), tf.int32)), r(x, tf.shape(x)[1:3] // 2),
            r(y, [tf.maximum(h, 8), tf.minimum(w, 8)]), r(y, tf.cast(tf.round(f * 0.7), "int32")),
            r(y, [(h + 3) // 4 * 4, w - w % 2]), r(x, tf.cast(h / 2, tf.int32)[None] + tf.constant([1, 2]))]


@size_case()
def of_backend(tf, k, x, y):
    """tf_keras' own functions."""
    K = k.backend
    return [K.resize_images(y, 2, 3, "channels_last", "bilinear"), K.resize_images(y, 2, 2, "channels_last"),
            K.batch_flatten(k.layers.AveragePooling2D((3, 4))(x[:, :6, :8])), K.repeat_elements(y, 2, 1), K.tile(y, [1, 2, 1, 1]),
            K.reshape(x, (-1, K.shape(x)[1] * K.shape(x)[2], 4)), K.permute_dimensions(y, (0, 3, 1, 2)),
            tf.image.resize(y, K.shape(x)[1:3]), K.mean(x, axis=[1, 2], keepdims=True) * K.ones_like(x)]


@size_case(channels=8, exact=True)
def pixel_shuffle(tf, k, x, y):
    def shuffle(x, b, h, w, c):
        z = tf.reshape(x, [b, h, w, 2, 2, c // 4])
        z = tf.transpose(z, [0, 1, 3, 2, 4, 5])
        return tf.reshape(z, [b, h * 2, w * 2, c // 4])
    s = tf.shape(x)
    b, h, w, c = tf.unstack(s)
    first = tf.reshape(x, tf.stack([s[0], s[1], s[2], 2, 2, 2]))
    first = tf.transpose(first, [0, 1, 3, 2, 4, 5])
    return [shuffle(x, s[0], s[1], s[2], 8), shuffle(x, b, h, w, c), shuffle(x, -1, s[1], s[2], x.shape[-1]),
            tf.reshape(first, tf.stack([-1, 2 * h, 2 * w, 2])),
            tf.reshape(tf.transpose(x, [0, 2, 1, 3]), tf.gather(s, [0, 2, 1, 3])), tf.reshape(x, tf.reverse(s, [0])),
            tf.nn.depth_to_space(tf.reshape(x, tf.shape(x)), 2)]


@size_case()
def reshaped(tf, k, x, y):
    s = tf.shape(x)
    z = tf.reshape(x, [s[0], tf.reduce_prod(s[1:3]), 4])
    z = k.layers.Dense(6, name="wide")(z)
    back = tf.reshape(z, tf.concat([s[:3], [6]], axis=0))
    rows = tf.reshape(x, [-1, s[2] * 4])
    # attention over positions, as it is written in non-local networks
    q = tf.reshape(y, [tf.shape(y)[0], -1, 2])
    attention = tf.matmul(tf.nn.softmax(tf.matmul(q, q, transpose_b=True)), q)
    return [k.layers.Conv2D(3, 3, padding="same", name="behind")(back), rows, tf.reshape(rows, s), tf.reshape(attention, tf.shape(y)),
            tf.reshape(x, (tf.shape(x)[0], -1)), tf.reshape(x, [s[0] * s[1], s[2], 4]), tf.expand_dims(tf.reshape(x, [-1]), 0),
            tf.reshape(x, tf.concat([[-1], tf.shape(x)[1:]], 0))]


@size_case(exact=True)
def repeated(tf, k, x, y):
    m = tf.reduce_max(x, axis=[1, 2], keepdims=True)
    s = tf.shape(x)
    return [tf.tile(m, [1, s[1], s[2], 1]), tf.tile(m, tf.stack([1, s[1], 1, 1])), tf.broadcast_to(m, s), tf.broadcast_to(m[:, :, :, :1], tf.shape(x)),
            tf.tile(x[:, :1], tf.concat([[1], s[1:2], [1, 1]], 0)), tf.broadcast_to(m, [s[0], s[1], 3, 4]), tf.repeat(m, s[1], axis=1),
            tf.concat([y, tf.tile(m[..., :2], [1, tf.shape(y)[1], tf.shape(y)[2], 1])], -1), m * tf.ones_like(x),
            tf.roll(x, s[1] // 2, axis=1)]


@size_case(exact=True)
def cut(tf, k, x, y):
    s, t = tf.shape(x), tf.shape(y)
    top, left = (s[1] - t[1]) // 2, (s[2] - t[2]) // 2
    return [x[:, :t[1], :t[2]], x[:, top:top + t[1], left:left + t[2], :], tf.slice(x, [0, 0, 0, 0], tf.concat([t[:3], [4]], 0)),
            tf.slice(x, [0, top, left, 1], [-1, t[1], t[2], 2]), x[:, s[1] // 2:], x[:, -t[1]:, ::2], x[:, s[1] - 1], x[:, ..., :x.shape[-1] // 2],
            tf.strided_slice(x, [0, 1, 0, 0], [s[0], s[1], s[2], 4], [1, 2, 1, 1]), tf.image.crop_to_bounding_box(x, 1, 2, 3, 4),
            tf.image.crop_to_bounding_box(x, top, left, t[1], t[2]), tf.gather(x, s[1] - 1, axis=1),
            tf.gather(x, tf.range(s[2] - 1, -1, -1), axis=2), x[:, :s[1] - s[1] % 2, :s[2] - s[2] % 2]]


@size_case(exact=True)
def filled(tf, k, x, y):
    s = tf.shape(x)
    b, h, w = s[0], s[1], s[2]
    return [tf.concat([x, tf.zeros([b, h, w, 2])], -1), tf.concat([x, tf.ones(tf.stack([b, h, w, 1]))], -1), x + tf.fill([b, h, 1, 1], 0.5),
            tf.concat([x, tf.zeros(s)], axis=1), tf.ones(s[:3])[..., None] * x, x + tf.zeros_like(x), tf.zeros(tf.concat([s[:3], [3]], 0)),
            x * tf.cast(tf.reshape(tf.range(h), [1, -1, 1, 1]), tf.float32), x + tf.range(0.0, tf.cast(w, tf.float32))[:, None],
            tf.zeros((b, 2, 3)), x * tf.cast(tf.range(w)[None, None, :, None], x.dtype), tf.fill(tf.shape(y), 2.0),
            tf.where(x > 0.0, tf.ones(s), tf.zeros(s)), tf.concat([y, tf.zeros([b, tf.shape(y)[1], tf.shape(y)[2], 2])], 3)]


@size_case()
def coordinates(tf, k, x, y):
    """CoordConv and a positional code, as people write them."""
    b, h, w = tf.shape(x)[0], tf.shape(x)[1], tf.shape(x)[2]
    xx = tf.tile(tf.reshape(tf.linspace(-1.0, 1.0, w), [1, 1, -1, 1]), [b, h, 1, 1])
    yy = tf.range(h, dtype=tf.float32) / tf.cast(h - 1, tf.float32) * 2.0 - 1.0
    yy = tf.tile(yy[None, :, None, None], [b, 1, w, 1])
    code = tf.sin(tf.cast(tf.range(h)[:, None] * 3 + tf.range(w)[None], tf.float32) / 10.0)
    return [k.layers.Conv2D(3, 3, padding="same", name="coord")(tf.concat([x, xx, yy], -1)), x + code[None, :, :, None],
            x * tf.cast(tf.range(h)[:, None] + tf.range(w), tf.float32)[None, ..., None]]


@size_case(exact=True)
def padded(tf, k, x, y):
    s, t = tf.shape(x), tf.shape(y)
    down, right = (4 - s[1] % 4) % 4, -s[2] % 4
    return [tf.pad(y, [[0, 0], [0, s[1] - t[1]], [0, s[2] - t[2]], [0, 0]]), tf.pad(x, [[0, 0], [0, down], [0, right], [0, 0]], "REFLECT"),
            tf.pad(x, [[0, 0], [down // 2, down - down // 2], [1, right], [0, 0]], mode="SYMMETRIC"),
            tf.pad(y, tf.stack([[0, 0], [0, s[1] - t[1]], [1, 1], [0, 0]]), constant_values=2.0),
            tf.image.pad_to_bounding_box(y, 1, 2, s[1], s[2] + 2), tf.image.resize_with_crop_or_pad(y, s[1], s[2]),
            tf.image.resize_with_crop_or_pad(x, 4, 20)]


@size_case()
def as_numbers(tf, k, x, y):
    s = tf.shape(x)
    area = tf.cast(s[1] * s[2], tf.float32)
    return [tf.reduce_sum(x, axis=[1, 2]) / area, x * tf.cast(tf.size(y), tf.float32), x + tf.cast(tf.rank(x), tf.float32),
            x / tf.sqrt(tf.cast(tf.shape(x)[-1], tf.float32)), tf.reduce_sum(x, axis=[1, 2]) / tf.cast(tf.reduce_prod(tf.shape(x)[1:3]), tf.float32),
            tf.cast(s, tf.float32)[None] * tf.reduce_mean(x)]


@size_case()
def more(tf, k, x, y):
    s = tf.shape(x)
    r = tf.image.resize
    return [r(y, tf.convert_to_tensor([s[1], s[2]])), tf.reshape(x, tf.shape(x, out_type=tf.int64)), r(y, [tf.where(s[1] > s[2], s[1], s[2]), 5]),
            tf.concat([x, tf.tile(tf.constant([[[[1.0, 2.0]]]]), [s[0], s[1], s[2], 1])], -1), r(y, [-(-s[1] // 2), 5]),
            x * tf.linspace(0.0, tf.cast(s[1], tf.float32), s[1])[None, :, None, None], tf.add_n([x, x, tf.zeros(s)]),
            x * tf.cast(tf.cumsum(s)[1], tf.float32), r(x, [s[1] * 2, 30], preserve_aspect_ratio=True),
            r(y, [s[1] + tf.cast(s[1] > s[2], tf.int32), tf.abs(s[1] - s[2]) + 3]), tf.reshape(x, tf.concat([tf.split(s, 4)[0], [-1]], 0)),
            tf.pad(x, tf.stack([[0, 0, 0, 0], [0, tf.shape(y)[1], tf.shape(y)[2], 0]], axis=1)), r(y, tf.identity(s[1:3])),
            tf.broadcast_to(tf.constant([1.0, 2.0]), [s[0], 2]), r(y, [tf.reduce_max(s[1:3])] * 2), tf.reshape(x, [-1, s[-1]])]


@case("sizes", name="sizes_of_keras_3")
def of_keras_3(k):
    """ops.shape gives numbers where the file knows them, and None where it does not."""
    o, L = k.ops, k.layers
    x = k.Input((6, 8, 4), name="x")
    _, h, w, c = o.shape(x)
    y = L.MaxPooling2D(2)(x)
    m = o.mean(x, axis=(1, 2), keepdims=True)
    return k.Model(x, [o.image.resize(y, o.shape(x)[1:3]), o.reshape(x, (-1, h * w, c)), o.tile(m, (1, h, w, 1)), o.slice(x, (0, 1, 2, 0), (2, 3, -1, 2)),
                       o.pad(y, [[0, 0], [0, h - o.shape(y)[1]], [1, 1], [0, 0]]), x[:, : h // 2], x * o.cast(o.size(y), "float32"),
                       o.repeat(m, h, axis=1), x + o.zeros(o.shape(x)[1:]), x * o.linspace(0.0, 1.0, w)[:, None]])


@case("sizes", name="sizes_nested", writers=("tf_keras", "tf2.13"), forms=("keras", "h5"), sizes=(7, 9))
def nested(k):
    """A size that goes into a nested model as a tensor, and one that comes out of it."""
    import tensorflow as tf
    L = k.layers
    a, size = k.Input((None, None, 2), name="a"), k.Input((), dtype="int32", name="size", batch_size=2)
    up = k.Model([a, size], tf.image.resize(a, size), name="up")
    b = k.Input((None, None, 3), name="b")
    halves = k.Model(b, [L.Conv2D(2, 1)(L.AveragePooling2D(2)(b)), tf.shape(b)[1:3]], name="halves")
    x = k.Input((None, None, 3), name="x")
    y, wanted = halves(x)
    return k.Model(x, L.Conv2D(2, 1)(up([y, wanted])))


@case("sizes", name="sizes_known", writers=("tf_keras",), forms=("keras",))
def known(k):
    """Every extent but the batch is in the file."""
    import tensorflow as tf
    x = k.Input((6, 8, 4), name="x")
    y = k.layers.MaxPooling2D(2)(x)
    b, h, w = tf.shape(x)[0], tf.shape(x)[1], tf.shape(x)[2]
    flat = k.layers.Dense(3)(tf.reshape(x, [b, h * w, 4]))
    return k.Model(x, [tf.image.resize(y, tf.shape(x)[1:3]), tf.reshape(flat, [b, h, w, 3]), tf.concat([y, tf.zeros([b, 3, w // 2, 1])], -1)])
