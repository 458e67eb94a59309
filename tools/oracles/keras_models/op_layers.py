"""TensorFlow's functions on tensors of tf.keras in TensorFlow 2.0 to 2.3, which records them as nodes: TensorFlowOpLayer."""
from .registry import case

OLD = ("tf2.3",)


def old_case(shape=(None, None, 4), writers=OLD, forms=("h5",), **options):
    def register(build):
        def whole(k):
            import tensorflow as tf
            x = k.Input(shape, name="x")
            return k.Model(x, build(tf, k, x))
        options.setdefault("sizes", (6, 8))
        case("op_layer", name="op_layer_" + build.__name__, writers=writers, forms=forms, **options)(whole)
        return build
    return register


@old_case()
def elementwise(tf, k, x):
    y = k.layers.Conv2D(4, 1)(x)
    return [x * 0.5 + 1.0, 1.0 - x, x / 3.0, -x, x * y, x ** 2.0, tf.abs(x), tf.maximum(x, y), tf.minimum(x, 0.1), tf.nn.relu(x), tf.nn.relu6(x),
            tf.nn.leaky_relu(x, 0.1), tf.nn.elu(x), tf.nn.selu(x), tf.sigmoid(x), tf.tanh(x), tf.nn.softplus(x), tf.nn.softmax(x), tf.exp(x),
            tf.sqrt(tf.abs(x)), tf.square(x), tf.clip_by_value(x, -1.0, 1.0), tf.where(x > 0.0, x, 2.0 * x), tf.floor(x), tf.math.log1p(tf.abs(x)),
            tf.nn.swish(x), tf.math.squared_difference(x, y), tf.cast(x > y, tf.float32), tf.nn.bias_add(x, [0.1, 0.2, 0.3, 0.4]),
            tf.math.rsqrt(1.0 + x * x), x * [1.0, 2.0, 3.0, 4.0], tf.add_n([x, y, x])]


@old_case()
def sizes(tf, k, x):
    """Resizing, and sizes from shapes."""
    y = k.layers.MaxPooling2D(2)(k.layers.Conv2D(4, 1)(x))
    s = tf.shape(x)
    r = tf.image.resize
    return [r(y, tf.shape(x)[1:3]), r(y, (9, 5)), r(y, (9, 5), "nearest"), r(y, (9, 5), "bicubic"), r(y, (7, 3), "area"), r(y, [s[1] * 2, s[2] + 1]),
            k.backend.resize_images(y, 2, 3, "channels_last", "bilinear"), tf.nn.depth_to_space(x, 2), tf.nn.space_to_depth(x, 2),
            tf.reshape(x, [-1, s[1] * s[2], 4]), tf.reshape(tf.transpose(tf.reshape(x, [s[0], s[1], s[2], 2, 2, 1]), [0, 1, 3, 2, 4, 5]), [s[0], s[1] * 2, s[2] * 2, 1]),
            k.layers.Conv2D(2, 3, padding="same")(tf.concat([x, r(y, tf.shape(x)[1:3])], -1)), x[:, : tf.shape(y)[1]],
            tf.tile(tf.reduce_mean(x, [1, 2], keepdims=True), [1, s[1], s[2], 1]), tf.zeros(s) + x, tf.concat([x, tf.fill([s[0], s[1], s[2], 1], 0.5)], 3),
            x * tf.cast(tf.range(s[1]), tf.float32)[:, None, None], tf.broadcast_to(x[:, :1, :1], s),
            tf.compat.v1.image.resize_bilinear(y, (9, 5), align_corners=True), tf.compat.v1.image.resize_nearest_neighbor(y, (9, 5))]


@old_case(exact=True)
def moving(tf, k, x):
    return [x[:, 1:, ::2], x[..., 0], x[:, tf.newaxis], x[:, -1], tf.pad(x, [[0, 0], [1, 1], [2, 1], [0, 0]], "REFLECT"), tf.pad(x, [[0, 0], [1, 0], [0, 2], [0, 0]]),
            tf.pad(x, [[0, 0], [1, 0], [0, 2], [0, 0]], constant_values=1.5), tf.split(x, 2, -1)[1], tf.split(x, [1, 3], -1)[1], tf.unstack(x, axis=-1)[2],
            tf.expand_dims(x, 1), tf.squeeze(x[..., :1], -1), tf.transpose(x, [0, 3, 1, 2]), tf.stack([x, x], axis=1), tf.gather(x, [2, 0], axis=-1),
            tf.reverse(x, [1]), tf.concat([x, x], 1), tf.tile(x, [1, 2, 1, 1]), tf.identity(x), tf.stop_gradient(x),
            tf.zeros_like(x), tf.ones_like(x), tf.slice(x, [0, 1, 0, 1], [-1, 2, -1, 2]), tf.roll(x, 1, 2)]


@old_case((5, 6, 4))
def reducing(tf, k, x):
    return [tf.reduce_mean(x, axis=[1, 2], keepdims=True), tf.reduce_sum(x, -1), tf.reduce_max(x, axis=[1, 2]), tf.reduce_min(x, 1), tf.reduce_prod(x, -1),
            tf.math.l2_normalize(x, -1), tf.reduce_mean(x), tf.math.reduce_std(x, axis=[1, 2], keepdims=True), tf.math.reduce_variance(x, 3),
            tf.argmax(x, -1), tf.cumsum(x, 1), tf.matmul(x, x, transpose_b=True), tf.einsum("bhwc,bhvc->bhwv", x, x), tf.reduce_logsumexp(x, -1),
            tf.norm(x, axis=-1), tf.image.rgb_to_hsv(tf.sigmoid(x[..., :3]))]


@case("op_layer", name="op_layer_edsr", writers=OLD, forms=("h5",))
def edsr(k):
    """A super-resolution network as it was written then: x2 by depth_to_space, scaled and shifted by hand."""
    import tensorflow as tf
    L = k.layers
    x = k.Input((None, None, 3), name="lr")
    y = h = L.Conv2D(8, 3, padding="same")((x - 127.5) / 127.5)
    for _ in range(2):
        y = y + L.Conv2D(8, 3, padding="same")(tf.nn.relu(L.Conv2D(8, 3, padding="same")(y))) * 0.1
    y = tf.nn.depth_to_space(L.Conv2D(12, 3, padding="same")(y + h), 2)
    up = tf.image.resize(x, tf.shape(y)[1:3], method="bicubic")
    return k.Model(x, tf.clip_by_value(y * 127.5 + up, -300.0, 300.0))
