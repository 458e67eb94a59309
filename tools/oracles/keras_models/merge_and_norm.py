"""Merging, normalisation, activations, PReLU."""
from .registry import both_formats, case, fan

ALL = ("keras", "tf_keras")


@case("merge", writers=ALL)
def merge_two(k):
    L = k.layers
    a, b = k.Input((4, 5, 3), name="a"), k.Input((4, 5, 3), name="b")
    return k.Model([a, b], [make()([a, b]) for make in (
        L.Add, L.Subtract, L.Multiply, L.Average, L.Maximum, L.Minimum, L.Concatenate)])


@case("merge", writers=ALL)
def merge_many(k):
    L = k.layers
    x = [k.Input((3, 4, 2), name=n) for n in ("c", "a", "b", "d")]
    return k.Model(x, [make()(x) for make in (L.Add, L.Multiply, L.Average, L.Maximum, L.Minimum)])


@case("merge", writers=ALL)
def merge_broadcast(k):
    L = k.layers
    a, b, c = k.Input((4, 5, 3), name="image"), k.Input((1, 1, 3), name="channel"), k.Input((4, 5, 1), name="mask")
    return k.Model([a, b, c], [L.Add()([a, b]), L.Multiply()([a, c]), L.Subtract()([b, a]), L.Maximum()([c, a]),
                               L.Average()([a, b, c])])


@case("merge", writers=ALL)
def merge_lower_rank(k):
    """A vector beside a feature map: Keras puts the axis of ones after the batch."""
    L = k.layers
    a, b = k.Input((4, 3), name="sequence"), k.Input((3,), name="vector")
    return k.Model([a, b], [L.Add()([a, b]), L.Multiply()([b, a])])


@case("merge", writers=ALL, exact=True)
def concatenate_axes(k):
    L = k.layers
    a, b = k.Input((4, 5, 3), name="a"), k.Input((4, 5, 3), name="b")
    c = k.Input((4, 5, 1), name="c")
    return k.Model([a, b, c], [L.Concatenate(axis=1)([a, b]), L.Concatenate(axis=2)([a, b]), L.Concatenate(axis=-2)([b, a]),
                               L.Concatenate()([a, c, b, c]), L.Concatenate(axis=3)([c, c])])


@case("merge", writers=ALL)
def dot(k):
    L = k.layers
    a, b = k.Input((4, 5), name="a"), k.Input((3, 5), name="b")
    u, v = k.Input((6,), name="u"), k.Input((6,), name="v")
    return k.Model([a, b, u, v], [L.Dot(axes=2)([a, b]), L.Dot(axes=(2, 2), normalize=True)([a, b]), L.Dot(axes=1)([u, v]),
                                  L.Dot(axes=-1, normalize=True)([u, v])])


@case("normalization", writers=ALL + ("keras3.0", "tf2.13"), forms=("keras", "h5"))
def batch_normalization(k):
    return fan(k, (4, 5, 3), lambda L: [L.BatchNormalization()])


@case("normalization", writers=ALL)
def batch_normalization_options(k):
    return fan(k, (4, 5, 3), lambda L: [
        L.BatchNormalization(axis=1), L.BatchNormalization(axis=2, epsilon=0.1), L.BatchNormalization(scale=False),
        L.BatchNormalization(center=False, momentum=0.5), L.BatchNormalization(scale=False, center=False)])


@case("normalization", writers=ALL)
def batch_normalization_ranks(k):
    L = k.layers
    a, b, c = k.Input((6,), name="flat"), k.Input((4, 3), name="line"), k.Input((2, 3, 4, 2), name="volume")
    return k.Model([a, b, c], [L.BatchNormalization()(a), L.BatchNormalization()(b), L.BatchNormalization(axis=1)(b),
                               L.BatchNormalization()(c), L.BatchNormalization(axis=1)(c)])


@case("normalization")
def batch_normalization_renorm(k):
    return fan(k, (4, 3), lambda L: [L.BatchNormalization(renorm=True), L.BatchNormalization(synchronized=True)])


@case("normalization", writers=ALL)
def layer_normalization(k):
    return fan(k, (4, 5, 6), lambda L: [
        L.LayerNormalization(), L.LayerNormalization(axis=[1, 2]), L.LayerNormalization(axis=[2, 3], epsilon=1e-6),
        L.LayerNormalization(axis=[1, 2, 3]), L.LayerNormalization(axis=2), L.LayerNormalization(scale=False),
        L.LayerNormalization(center=False), L.LayerNormalization(scale=False, center=False)])


@case("normalization", writers=ALL, forms=("keras", "h5"))
def group_normalization(k):
    return fan(k, (4, 5, 8), lambda L: [
        L.GroupNormalization(groups=4), L.GroupNormalization(groups=1), L.GroupNormalization(groups=-1),
        L.GroupNormalization(groups=8), L.GroupNormalization(groups=2, epsilon=1e-5, scale=False),
        L.GroupNormalization(groups=2, center=False), L.GroupNormalization(groups=4, scale=False, center=False)])


@case("normalization")
def group_normalization_axes(k):
    return fan(k, (6, 5, 4), lambda L: [
        L.GroupNormalization(groups=3, axis=1), L.GroupNormalization(groups=5, axis=2), L.GroupNormalization(groups=-1, axis=1)])


@case("normalization", writers=ALL)
def unit_normalization(k):
    return fan(k, (4, 5, 3), lambda L: [L.UnitNormalization(), L.UnitNormalization(axis=1), L.UnitNormalization(axis=[1, 2])])


@case("normalization")
def rms_normalization(k):
    return fan(k, (4, 6), lambda L: [L.RMSNormalization(), L.RMSNormalization(epsilon=0.01)])


@case("normalization", forms=("keras", "h5"))
def spectral_normalization(k):
    L = k.layers
    x = k.Input((6, 7, 3), name="x")
    y = L.SpectralNormalization(L.Conv2D(4, 3, padding="same", activation="relu"), power_iterations=2)(x)
    return k.Model(x, L.SpectralNormalization(L.Dense(5))(y))


both_formats("normalization", "normalization_channels_first", (4, 5, 6), lambda L, f, a: [
    L.BatchNormalization(axis=a), L.GroupNormalization(groups=3, axis=a), L.LayerNormalization(axis=a), L.PReLU()])

COMMON = ["elu", "exponential", "gelu", "hard_sigmoid", "linear", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "swish",
          "softmax", "softplus", "softsign", "tanh", "leaky_relu", "log_softmax"]
KERAS_3 = ["celu", "glu", "hard_shrink", "hard_silu", "hard_swish", "hard_tanh", "log_sigmoid", "soft_shrink", "sparse_plus",
           "sparse_sigmoid", "sparsemax", "squareplus", "tanh_shrink"]


def names_of(k):
    names = COMMON + (KERAS_3 if hasattr(k, "ops") else [])
    found = []
    for name in names:
        try:
            k.activations.get(name)
            found.append(name)
        except (ValueError, TypeError):
            print(f"  no activation {name} here")
    return found


@case("activation", writers=ALL + ("keras3.0",))
def activations_by_name(k):
    return fan(k, (5, 6, 4), lambda L: [L.Activation(n, name="by_name_" + n) for n in names_of(k)])


@case("activation", writers=ALL)
def activations_in_layers(k):
    return fan(k, (6,), lambda L: [L.Dense(4, activation=n, name="dense_" + n) for n in names_of(k)])


@case("activation", writers=ALL)
def activations_in_convolutions(k):
    return fan(k, (4, 5, 3), lambda L: [L.Conv2D(2, 1, activation=n, name="conv_" + n) for n in (
        "relu", "leaky_relu", "sigmoid", "tanh", "elu", "selu", "swish", "gelu", "mish", "softplus", "hard_sigmoid", "relu6")])


@case("activation", writers=ALL + ("keras3.0", "tf2.13"), forms=("keras", "h5"))
def activation_layers(k):
    slope = "negative_slope" if hasattr(k, "ops") else "alpha"
    return fan(k, (5, 6, 4), lambda L: [
        L.ReLU(), L.ReLU(max_value=0.8), L.ReLU(negative_slope=0.25), L.ReLU(threshold=0.4, max_value=1.5, negative_slope=0.1),
        L.LeakyReLU(), L.LeakyReLU(**{slope: 0.05}), L.ELU(), L.ELU(alpha=0.7), L.Softmax(), L.Softmax(axis=1), L.PReLU(),
        L.PReLU(shared_axes=[1, 2])])


@case("activation")
def softmax_over_two_axes(k):
    return fan(k, (4, 5, 3), lambda L: [L.Softmax(axis=[1, 2]), L.Softmax(axis=(2, 3))])


@case("activation", writers=ALL, forms=("keras", "h5"))
def p_re_lu(k):
    return fan(k, (4, 5, 3), lambda L: [L.PReLU(), L.PReLU(shared_axes=[1, 2]), L.PReLU(shared_axes=[3]),
                                        L.PReLU(shared_axes=[1]), L.PReLU(shared_axes=[1, 2, 3])])


@case("activation", writers=ALL)
def extreme_activations(k):
    """Large, tiny and infinite input: where formulas that overflow show."""
    names = [n for n in names_of(k) if n not in ("exponential", "log_softmax", "softmax", "glu", "squareplus")]
    x = k.Input((12,), name="x")
    return k.Model(x, [k.layers.Activation(n, name="extreme_" + n)(x) for n in names])
