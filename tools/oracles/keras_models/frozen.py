"""Inner models frozen in part, in the old .h5: one list of weights, the trainable ones first, under names that the
writers spell differently. Two layers of each class, so that a wrong order has the right shapes."""
from .registry import case

PLANES = {
    "conv": lambda L, n: L.Conv2D(3, 3, padding="same", name=n),
    "transpose": lambda L, n: L.Conv2DTranspose(3, 3, padding="same", name=n),
    "depthwise": lambda L, n: L.DepthwiseConv2D(3, padding="same", name=n),
    "depthwise_bare": lambda L, n: L.DepthwiseConv2D(1, use_bias=False, name=n),
    "separable": lambda L, n: L.SeparableConv2D(3, 3, padding="same", name=n),
    "dense": lambda L, n: L.Dense(3, name=n),
    "einsum": lambda L, n: L.EinsumDense("abcd,de->abce", output_shape=(None, None, 3), bias_axes="e", name=n),
    "batch": lambda L, n: L.BatchNormalization(name=n),
    "layer": lambda L, n: L.LayerNormalization(name=n),
    "group": lambda L, n: L.GroupNormalization(3, name=n),
    "prelu": lambda L, n: L.PReLU(shared_axes=[1, 2], name=n),
}
ROWS = {
    "conv1d": lambda L, n: L.Conv1D(3, 3, padding="same", name=n),
    "depthwise1d": lambda L, n: L.DepthwiseConv1D(3, padding="same", name=n),
    "separable1d": lambda L, n: L.SeparableConv1D(3, 3, padding="same", name=n),
    "time_distributed": lambda L, n: L.TimeDistributed(L.Dense(3, name=n + "_inside"), name=n),
    "heads": lambda L, n: lambda x, layer=L.MultiHeadAttention(2, 2, name=n): layer(x, x),
    "attention": lambda L, n: lambda x, layer=L.Attention(use_scale=True, name=n): layer([x, x]),
    "additive": lambda L, n: lambda x, layer=L.AdditiveAttention(name=n): layer([x, x]),
}


def chain(k, shape, kinds, frozen):
    start, ends = k.Input(shape), []
    for kind, make in kinds.items():
        x = start
        for part in "abc":
            x = make(k.layers, f"{kind}_{part}")(x)
        ends.append(x)
    inner = k.Model(start, k.layers.Concatenate(name="ends")(ends), name="inner")
    for layer in inner.layers[1:]:
        layer.trainable = not any(layer.name.endswith("_" + part) for part in frozen)
    return inner


def around(k, shape, inner):
    x = k.Input(shape, name="x")
    return k.Model(x, inner(x))


BOTH = {"writers": ("keras", "tf_keras"), "forms": ("h5",), "sizes": (6, 5, 4)}


@case("frozen", **BOTH)
def frozen_planes(k):
    return around(k, (6, 5, 3), chain(k, (6, 5, 3), PLANES, "ac"))


@case("frozen", **BOTH)
def frozen_middle(k):
    return around(k, (6, 5, 3), chain(k, (6, 5, 3), PLANES, "b"))


@case("frozen", **BOTH)
def frozen_rows(k):
    return around(k, (6, 3), chain(k, (6, 3), ROWS, "a"))


@case("frozen", **BOTH)
def frozen_whole(k):
    inner = chain(k, (6, 5, 3), PLANES, "")
    inner.trainable = False
    return around(k, (6, 5, 3), inner)


@case("frozen", **BOTH)
def frozen_within(k):
    """An inner model with two inner models of its own, one of them frozen, and a layer that is used twice."""
    kinds = {n: PLANES[n] for n in ("depthwise", "batch", "conv")}
    deep, other = (k.Model(m.input, m.output, name=n) for m, n in
                   ((chain(k, (6, 5, 3), kinds, "b"), "deep"),
                    (chain(k, (6, 5, 3), {n + "2": f for n, f in kinds.items()}, "a"), "other")))
    deep.trainable = False
    shared = k.layers.DepthwiseConv2D(3, padding="same", name="shared")
    narrow = k.layers.Conv2D(3, 1, name="narrow")
    x = start = k.Input((6, 5, 3))
    x = shared(narrow(other(shared(narrow(deep(x))))))
    middle = k.Model(start, k.layers.Conv2D(3, 1, name="last")(x), name="middle")
    return around(k, (6, 5, 3), middle)


@case("frozen", writers=("tf_keras",), forms=("h5",))
def frozen_depthwise(k):
    x = start = k.Input((1, 1, 1))
    x = k.layers.DepthwiseConv2D(1, use_bias=False, name="d1")(x)
    x = k.layers.ReLU()(x)
    x = k.layers.DepthwiseConv2D(1, use_bias=False, name="d2")(x)
    inner = k.Model(start, x)
    inner.get_layer("d1").trainable = False
    return around(k, (1, 1, 1), inner)


@case("frozen", writers=("keras", "tf_keras"), forms=("h5",))
def frozen_mobile_net(k):
    """The usual recipe: a body of keras.applications, frozen but for its end, and a head."""
    body = k.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None)
    for layer in body.layers[:-20]:
        layer.trainable = False
    x = k.Input((32, 32, 3), name="x")
    return k.Model(x, k.layers.Dense(2)(k.layers.GlobalAveragePooling2D()(body(x))))
