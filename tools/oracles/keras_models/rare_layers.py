"""Layers that few models have: classes of numbers, and those that tf_keras has and Keras 3 has not."""
import numpy as np

from .registry import case, fan

EDGES = [-1.0, -0.25, 0.0, 0.7, 2.5]


@case("rare", writers=("keras", "tf_keras"), forms=("keras", "h5"), below=6, exact=True)
def category_encoding(k):
    E = k.layers.CategoryEncoding
    i, one = k.Input((4,), dtype="int32", name="i"), k.Input((1,), dtype="int32", name="one")
    return k.Model([i, one], [E(6, name="many")(i), E(6, output_mode="count", name="count")(i), E(7, output_mode="one_hot", name="one_of")(one),
                              E(6, output_mode="multi_hot", name="single")(one)])


@case("rare", forms=("keras", "h5"), below=6, exact=True)
def category_encoding_of_rows(k):
    """Keras 3 alone takes these."""
    i = k.Input((2, 3), dtype="int32", name="i")
    return k.Model(i, k.layers.CategoryEncoding(6, output_mode="one_hot", name="rows")(i))


@case("rare", writers=("keras", "tf_keras"), forms=("keras", "h5"), exact=True)
def discretization(k):
    """NaN is above all boundaries; what is equal to one is above it."""
    D = lambda **o: k.layers.Discretization(EDGES, **o)  # noqa: E731
    x, one = k.Input((3,), name="x"), k.Input((1,), name="one")
    root = k.layers.Activation("relu", name="zeros")(x)
    return k.Model([x, one], [D(name="int")(x), D(name="zero")(root), D(output_mode="multi_hot", name="many")(x), D(output_mode="count", name="count")(x),
                              D(output_mode="one_hot", name="one_of")(one)])


@case("rare", exact=True)
def discretization_adapted(k):
    layer = k.layers.Discretization(num_bins=4, name="bins")
    layer.adapt(np.random.default_rng(2).standard_normal((200, 3)))
    x = k.Input((3,), name="x")
    return k.Model(x, [layer(x), layer(x / (x - x)), layer(k.ops.cast(x * 2, "int32"))])


@case("rare", writers=("tf_keras",), forms=("keras", "h5"))
def locally_connected(k):
    L = k.layers
    x, y = k.Input((7, 6, 3), name="x"), k.Input((9, 4), name="y")
    return k.Model([x, y], [
        L.LocallyConnected2D(4, (3, 2), name="plain")(x), L.LocallyConnected2D(2, 3, strides=(2, 1), activation="relu", name="strided")(x),
        L.LocallyConnected2D(3, 2, use_bias=False, data_format="channels_first", name="first")(L.Reshape((3, 6, 7))(x)),
        L.LocallyConnected2D(3, 2, data_format="channels_first", name="biased")(L.Reshape((3, 6, 7), name="turned")(x)),
        L.LocallyConnected1D(5, 3, strides=2, name="steps")(y), L.LocallyConnected1D(2, 2, data_format="channels_first", activation="tanh", name="first_steps")(y)])


@case("rare", writers=("tf_keras",), run=False, extra={"expect": "refused", "error": ["LocallyConnected2D", "implementation must be 1"]})
def locally_connected_otherwise(k):
    return fan(k, (5, 5, 2), lambda L: [L.LocallyConnected2D(2, 3, implementation=2, name="dense")])


@case("rare", writers=("tf_keras",), forms=("keras", "h5"))
def random_fourier_features(k):
    F = k.layers.experimental.RandomFourierFeatures
    x = k.Input((6,), name="x")
    return k.Model(x, [F(8, name="gaussian")(x), F(5, kernel_initializer="laplacian", scale=2.0, trainable=True, name="laplacian")(x)])
