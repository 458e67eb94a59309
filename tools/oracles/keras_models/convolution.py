"""Convolutions and Dense, each with its options."""
from .registry import alone, both_formats, case, fan

ALL = ("keras", "tf_keras")


@case("convolution", writers=ALL + ("keras3.0", "tf2.13"), forms=("keras", "h5"))
def conv2d(k):
    return alone(k, (8, 10, 3), lambda L: L.Conv2D(6, 3, padding="same", activation="relu"))


@case("convolution", writers=ALL)
def conv1d_options(k):
    return fan(k, (13, 4), lambda L: [
        L.Conv1D(5, 3, padding="same"), L.Conv1D(5, 4, strides=3, padding="valid"),
        L.Conv1D(5, 3, padding="causal", dilation_rate=2), L.Conv1D(6, 2, groups=2, use_bias=False, padding="same"),
        L.Conv1D(4, 4, padding="causal", strides=2, activation="tanh"), L.Conv1D(3, 1),
        L.Conv1D(8, 3, padding="causal", groups=4)])


@case("convolution", writers=ALL)
def conv2d_options(k):
    return fan(k, (11, 9, 8), lambda L: [
        L.Conv2D(4, 3, padding="valid"), L.Conv2D(4, 3, strides=2, padding="same"),
        L.Conv2D(4, (3, 5), strides=(2, 1), padding="same"), L.Conv2D(4, 3, dilation_rate=(2, 3), padding="same"),
        L.Conv2D(4, 3, dilation_rate=2, padding="valid"), L.Conv2D(12, 3, groups=4, padding="same"),
        L.Conv2D(8, 3, groups=8, strides=2, padding="same"), L.Conv2D(4, 1, use_bias=False),
        L.Conv2D(4, (4, 2), padding="same"), L.Conv2D(4, 1, strides=3, padding="same"),
        L.Conv2D(4, 1, strides=2, padding="valid", activation="sigmoid"), L.Conv2D(1, (11, 9)),
        L.Conv2D(5, (1, 7), strides=(3, 2), padding="same", activation="elu")])


@case("convolution", writers=ALL, sizes=(10, 13))
def conv2d_unknown_size(k):
    x = k.Input((None, None, 3), name="x")
    y = k.layers.Conv2D(8, 5, strides=2, padding="same", activation="relu")(x)
    return k.Model(x, k.layers.Conv2D(2, 3, padding="valid")(y))


both_formats("convolution", "conv1d_channels_first", (12, 4), lambda L, f, a: [
    L.Conv1D(6, 3, padding="same", data_format=f), L.Conv1D(4, 4, strides=2, data_format=f, activation="relu"),
    L.Conv1D(4, 3, dilation_rate=2, data_format=f)])

both_formats("convolution", "conv2d_channels_first", (9, 11, 4), lambda L, f, a: [
    L.Conv2D(6, 3, padding="same", data_format=f, activation="relu"), L.Conv2D(5, (2, 3), strides=2, data_format=f),
    L.Conv2D(5, 3, strides=(2, 3), padding="same", data_format=f), L.Conv2D(4, 3, dilation_rate=2, data_format=f),
    L.Conv2D(8, 3, groups=2, padding="same", data_format=f)], writers=ALL)

both_formats("convolution", "conv3d_channels_first", (6, 5, 7, 3), lambda L, f, a: [
    L.Conv3D(4, 3, padding="same", data_format=f), L.Conv3D(2, 2, strides=2, data_format=f, use_bias=False)])


@case("convolution", writers=ALL)
def conv3d_options(k):
    return fan(k, (6, 7, 5, 4), lambda L: [
        L.Conv3D(3, 3, padding="same", activation="relu"), L.Conv3D(3, 2), L.Conv3D(4, 3, strides=2, padding="same"),
        L.Conv3D(2, (1, 3, 2), strides=(1, 2, 1), padding="valid"), L.Conv3D(3, 1, use_bias=False),
        L.Conv3D(2, 2, dilation_rate=2, padding="same")])


@case("convolution", writers=ALL)
def conv1d_transpose_options(k):
    return fan(k, (7, 4), lambda L: [
        L.Conv1DTranspose(5, 3, strides=2, padding="same"), L.Conv1DTranspose(5, 3, strides=2, padding="valid"),
        L.Conv1DTranspose(3, 5, padding="same", use_bias=False), L.Conv1DTranspose(3, 2, strides=3, padding="valid"),
        L.Conv1DTranspose(3, 4, strides=2, padding="same", output_padding=1)])


@case("convolution", writers=ALL + ("keras3.0", "tf2.13"))
def conv2d_transpose(k):
    return alone(k, (5, 6, 4), lambda L: L.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh"))


@case("convolution", writers=ALL)
def conv2d_transpose_options(k):
    return fan(k, (5, 6, 4), lambda L: [
        L.Conv2DTranspose(3, 3, strides=2, padding="same"), L.Conv2DTranspose(3, 3, strides=2, padding="valid"),
        L.Conv2DTranspose(3, 2, strides=2, padding="valid"), L.Conv2DTranspose(3, 5, strides=2, padding="same"),
        L.Conv2DTranspose(3, 5, padding="same"), L.Conv2DTranspose(3, (3, 2), strides=(1, 3), padding="same"),
        L.Conv2DTranspose(2, 2, strides=3, padding="same"), L.Conv2DTranspose(2, 2, strides=3, padding="valid"),
        L.Conv2DTranspose(2, 4, strides=2, padding="same", output_padding=1, use_bias=False),
        L.Conv2DTranspose(2, 4, strides=(3, 2), padding="valid", output_padding=(1, 0)),
        L.Conv2DTranspose(2, 3, strides=2, padding="same", output_padding=0, activation="relu"),
        L.Conv2DTranspose(2, (8, 6), strides=4, padding="same")])


@case("convolution")
def transpose_dilated(k):
    """No float64 kernel on the CPU: the bound is a guess."""
    a, b = k.Input((7, 4), name="line"), k.Input((5, 6, 4), name="image")
    return k.Model([a, b], [k.layers.Conv1DTranspose(3, 3, padding="valid", dilation_rate=2)(a),
                            k.layers.Conv2DTranspose(2, 3, padding="valid", dilation_rate=2)(b),
                            k.layers.Conv2DTranspose(2, 3, padding="same", dilation_rate=(2, 3))(b)])


@case("convolution", sizes=(5, 4), writers=ALL)
def conv2d_transpose_unknown_size(k):
    return alone(k, (None, None, 3), lambda L: L.Conv2DTranspose(4, 3, strides=2, padding="same"))


both_formats("convolution", "conv2d_transpose_channels_first", (5, 6, 4), lambda L, f, a: [
    L.Conv2DTranspose(3, 3, strides=2, padding="same", data_format=f),
    L.Conv2DTranspose(3, 4, strides=2, padding="valid", data_format=f, activation="relu"),
    L.Conv2DTranspose(3, 4, strides=2, padding="same", output_padding=1, data_format=f)])


@case("convolution", writers=ALL)
def conv3d_transpose_options(k):
    return fan(k, (3, 4, 5, 3), lambda L: [
        L.Conv3DTranspose(2, 3, strides=2, padding="same"), L.Conv3DTranspose(2, 2, strides=2, padding="valid"),
        L.Conv3DTranspose(2, 3, padding="same", use_bias=False),
        L.Conv3DTranspose(2, 3, strides=(1, 2, 3), padding="same", output_padding=(0, 1, 2))])


@case("convolution", writers=("keras",))
def depthwise_conv1d_options(k):
    return fan(k, (12, 5), lambda L: [
        L.DepthwiseConv1D(3, padding="same"), L.DepthwiseConv1D(4, strides=2, depth_multiplier=3),
        L.DepthwiseConv1D(3, dilation_rate=2, use_bias=False), L.DepthwiseConv1D(3, strides=3, padding="same")])


@case("convolution", writers=ALL)
def depthwise_conv2d_options(k):
    return fan(k, (9, 10, 5), lambda L: [
        L.DepthwiseConv2D(3, padding="same"), L.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2),
        L.DepthwiseConv2D((2, 3), depth_multiplier=3, use_bias=False), L.DepthwiseConv2D(3, dilation_rate=2),
        L.DepthwiseConv2D(3, dilation_rate=(2, 2), padding="same", activation="relu"),
        L.DepthwiseConv2D(7, padding="same")])


both_formats("convolution", "depthwise_separable_channels_first", (8, 9, 4), lambda L, f, a: [
    L.DepthwiseConv2D(3, padding="same", data_format=f), L.DepthwiseConv2D(3, strides=2, depth_multiplier=2, data_format=f),
    L.SeparableConv2D(6, 3, padding="same", data_format=f, depth_multiplier=2, activation="relu")])


@case("convolution", writers=ALL)
def separable_conv1d_options(k):
    return fan(k, (12, 4), lambda L: [
        L.SeparableConv1D(5, 3, padding="same"), L.SeparableConv1D(5, 3, strides=2, depth_multiplier=2),
        L.SeparableConv1D(3, 3, dilation_rate=2, use_bias=False)])


@case("convolution", writers=ALL, forms=("keras", "h5"))
def separable_conv2d_options(k):
    return fan(k, (9, 8, 4), lambda L: [
        L.SeparableConv2D(5, 3, padding="same", activation="relu"), L.SeparableConv2D(6, 3, strides=2, depth_multiplier=2),
        L.SeparableConv2D(6, (3, 2), padding="same", use_bias=False), L.SeparableConv2D(3, 3, dilation_rate=2),
        L.SeparableConv2D(3, 3, strides=2, padding="same")])


@case("dense", writers=ALL)
def dense(k):
    return k.Sequential([k.Input((12,), name="x"), k.layers.Dense(10, activation="relu"),
                         k.layers.Dense(7, use_bias=False, activation="tanh"), k.layers.Dense(3, activation="softmax")])


@case("dense", writers=ALL)
def dense_on_3d(k):
    return alone(k, (5, 6), lambda L: L.Dense(4, activation="sigmoid"))


@case("dense", writers=ALL)
def dense_on_4d(k):
    return alone(k, (3, 4, 6), lambda L: L.Dense(5))


@case("dense", writers=ALL, forms=("keras", "h5"))
def einsum_dense(k):
    E = k.layers.EinsumDense
    x = k.Input((6, 8), name="x")
    return k.Model(x, [
        E("abc,cd->abd", output_shape=(None, 5), bias_axes="d")(x), E("abc,bd->acd", output_shape=(8, 3))(x),
        E("...x,xy->...y", output_shape=9, bias_axes="y", activation="relu")(x),
        E("abc,cde->abde", output_shape=(None, 2, 4), bias_axes="de")(x)])


@case("convolution", writers=("jax",), forms=("keras", "h5"))
def conv_transpose_of_even_windows(k):
    """padding same with an even window and output_padding 0: TensorFlow refuses it, JAX and torch compute it."""
    L = k.layers
    a, b, c = k.Input((7, 3), name="a"), k.Input((None, None, 4), name="b"), k.Input((3, 4, 3, 2), name="c")
    T = L.Conv2DTranspose
    return k.Model([a, b, c], [
        L.Conv1DTranspose(5, 4, strides=2, padding="same", output_padding=0)(a), L.Conv1DTranspose(3, 2, padding="same", output_padding=0)(a),
        L.Conv1DTranspose(3, 6, strides=3, padding="same", output_padding=0, use_bias=False)(a),
        T(3, 4, strides=2, padding="same", output_padding=0)(b), T(3, 2, strides=2, padding="same", output_padding=0, activation="relu")(b),
        T(2, (4, 3), strides=2, padding="same", output_padding=(0, 1))(b), T(2, (3, 4), strides=(1, 4), padding="same", output_padding=(0, 2))(b),
        T(2, 6, strides=4, padding="same", output_padding=0)(b), T(2, 4, strides=1, padding="same", output_padding=0)(b),
        T(2, 2, strides=1, padding="same", dilation_rate=2)(b), T(2, 8, strides=3, padding="same", output_padding=1, use_bias=False)(b),
        L.Conv3DTranspose(2, 4, strides=2, padding="same", output_padding=0)(c), L.Conv3DTranspose(2, (2, 3, 4), strides=2, padding="same", output_padding=0)(c)])


@case("convolution", writers=("jax",), data="unit")
def dcgan_generator_of_torch_sizes(k):
    """A decoder whose sizes are those of torch's ConvTranspose2d(4, 2, 1): padding same there."""
    L = k.layers
    x = k.Input((8,), name="z")
    y = L.Reshape((4, 4, 8))(L.Dense(128)(x))
    for filters in (8, 6):
        y = L.Conv2DTranspose(filters, 4, strides=2, padding="same", output_padding=0, use_bias=False)(y)
        y = L.LeakyReLU(0.2)(L.BatchNormalization()(y))
    return k.Model(x, L.Conv2DTranspose(3, 4, strides=2, padding="same", output_padding=1, activation="tanh")(L.UpSampling2D(2)(y)))
