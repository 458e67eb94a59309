"""What tf.keras 2 records when TensorFlow functions are called on its tensors: TFOpLambda and SlicingOpLambda."""
from .registry import case


def tf_case(shape=(4, 6, 8), writers=("tf_keras", "tf2.13"), forms=("keras", "h5"), **options):
    def register(build):
        def whole(k):
            import tensorflow as tf
            x = k.Input(shape, name="x")
            y = k.layers.Dense(shape[-1], name="dense")(x)
            return k.Model(x, build(tf, y, k))
        case("tf_op_lambda", name="tf_" + build.__name__, writers=writers, forms=forms, **options)(whole)
        return build
    return register


@tf_case()
def arithmetic(tf, x, k):
    return [x + 1.5, 1.5 - x, x * 0.1, x / 3.0, 2.0 / (x + 10.0), -x, x * x, x - x * 2.0, tf.abs(x), x ** 2.0,
            tf.add(x, x), tf.multiply(x, 0.5), tf.maximum(x, 0.0), tf.minimum(x, x * 2.0)]


@tf_case(forms=("h5",))
def slicing(tf, x, k):
    return [x[..., :2], x[:, 1:3], x[:, ::2, 1:], x[:, 0], x[:, tf.newaxis, :, 0]]


@tf_case()
def activations(tf, x, k):
    return [tf.nn.relu(x), tf.nn.leaky_relu(x, alpha=0.1), tf.nn.leaky_relu(x), tf.sigmoid(x), tf.tanh(x), tf.nn.softmax(x, axis=-1),
            tf.nn.elu(x), tf.nn.relu6(x), tf.nn.swish(x), tf.nn.softplus(x), tf.nn.gelu(x), tf.exp(x), tf.square(x),
            tf.sqrt(tf.abs(x)), k.activations.gelu(x), k.activations.relu(x), k.activations.swish(x), k.activations.hard_sigmoid(x)]


@tf_case()
def reductions(tf, x, k):
    return [tf.reduce_mean(x, axis=[1, 2], keepdims=True), tf.reduce_max(x, axis=-1), tf.reduce_sum(x, axis=1),
            tf.reduce_min(x, axis=[1, 2]), tf.clip_by_value(x, -0.5, 1.0), tf.math.l2_normalize(x, axis=-1),
            tf.math.reduce_std(x, axis=[1, 2], keepdims=True), tf.reduce_mean(x, axis=-1, keepdims=True)]


@tf_case()
def shapes(tf, x, k):
    a, b = tf.split(x, 2, axis=-1)
    return [tf.reshape(x, [-1, 24, 8]), tf.transpose(x, [0, 3, 1, 2]), tf.expand_dims(x, 1), b,
            tf.concat([x, x], axis=-1), tf.concat([a, b], 1), tf.stack([a, b], axis=1), tf.pad(x, [[0, 0], [1, 1], [2, 2], [0, 0]], "REFLECT"),
            tf.pad(x, [[0, 0], [1, 1], [2, 0], [0, 0]]), tf.tile(x, [1, 2, 1, 1]), tf.repeat(x, 2, axis=1), tf.reverse(x, axis=[2]),
            tf.cast(x, tf.float16), tf.image.flip_left_right(x)]


@tf_case((6, 8, 8), writers=("tf_keras",))
def images(tf, x, k):
    r = tf.image.resize
    return [r(x, (12, 16)), r(x, (9, 5), method="nearest"), r(x, (12, 16), method="bicubic"), r(x, (3, 4), antialias=True),
            r(x, (7, 9), method=tf.image.ResizeMethod.AREA), r(x, [15, 20], method="lanczos3"), tf.nn.depth_to_space(x, 2),
            tf.nn.space_to_depth(x, 2), tf.compat.v1.image.resize_bilinear(x, (11, 15), align_corners=True),
            tf.compat.v1.image.resize_nearest_neighbor(x, (11, 15)),
            tf.compat.v1.image.resize(x, (9, 12), method="bilinear", align_corners=True)]


@tf_case((4, 6, 8))
def products(tf, x, k):
    return [tf.matmul(x, x, transpose_b=True), tf.where(x > 0.0, x, 0.1 * x)]


@case("tf_op_lambda", writers=("tf_keras", "tf2.13"), forms=("keras", "h5"))
def tf_between_layers(k):
    """A residual scaled by hand, as EDSR is written in tf.keras."""
    import tensorflow as tf
    L = k.layers
    x = k.Input((6, 6, 3), name="x")
    y = L.Conv2D(8, 3, padding="same")(x / 127.5 - 1.0)
    for _ in range(2):
        y = y + 0.1 * L.Conv2D(8, 3, padding="same")(tf.nn.relu(L.Conv2D(8, 3, padding="same")(y)))
    y = tf.nn.depth_to_space(L.Conv2D(12, 3, padding="same")(y), 2)
    return k.Model(x, (y + tf.image.resize(x / 127.5 - 1.0, (12, 12))) * 127.5 + 127.5)


@case("legacy_dialect", writers=("tf_keras",), forms=("h5",), sizes=(5, 4), exact=True,
      extra={"dialect": "keras2_legacy", "keras_version": "2.3.1"})
def up_sampling_2d_of_keras_2_3(k):
    """As standalone Keras 2.3.1 on TensorFlow 1: backend.resize_images was tf.image.resize_bilinear(x, shape). Its own UpSampling2D no
    TensorFlow of today can run, so the call is in a class of its name, and the file says the version."""
    import tensorflow as tf

    class UpSampling2D(k.layers.UpSampling2D):
        def call(self, x):
            if self.interpolation != "bilinear":
                return super().call(x)
            shape = tf.shape(x)[1:3] * tf.constant(self.size, tf.int32)
            return tf.compat.v1.image.resize_bilinear(x, shape)

    x = k.Input((None, None, 3), name="x")
    up = [UpSampling2D(size, interpolation=i) for size, i in ((2, "bilinear"), ((3, 1), "bilinear"), (2, "nearest"))]
    y = k.Input((None, None, 3), name="y")
    inner = k.Model(y, up[1](up[0](y)), name="inner")
    return k.Model(x, [up[0](x), up[2](inner(x))])
