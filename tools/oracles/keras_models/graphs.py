"""Nested, shared, several inputs and outputs, names, frozen layers, policies."""
import numpy as np

from .registry import case

ALL = ("keras", "tf_keras")
EVERY = ("keras", "tf_keras", "keras3.0", "tf2.13")
WHOLE = ("keras", "h5")


def encoder(k, name="encoder"):
    L = k.layers
    x = k.Input((8, 8, 3), name="photo")
    a = L.BatchNormalization()(L.Conv2D(4, 3, strides=2, padding="same", activation="relu")(x))
    return k.Model(x, L.Conv2D(6, 3, strides=2, padding="same", activation="relu")(a), name=name)


def decoder(k, name="decoder"):
    L = k.layers
    return k.Sequential([k.Input((2, 2, 6), name="code"), L.UpSampling2D(), L.Conv2D(4, 3, padding="same", activation="relu"),
                         L.BatchNormalization(), L.UpSampling2D(interpolation="bilinear"), L.Conv2D(3, 3, padding="same")], name=name)


@case("graph", writers=ALL + ("tf2.13",), forms=WHOLE)
def nested_functional(k):
    x = k.Input((8, 8, 3), name="x")
    y = encoder(k)(x)
    return k.Model(x, k.layers.Conv2DTranspose(3, 2, strides=2)(y))


@case("graph", writers=ALL + ("keras3.0",))
def nested_sequential(k):
    x = k.Input((8, 8, 3), name="x")
    return k.Model(x, decoder(k)(encoder(k)(x)))


@case("graph", writers=ALL, forms=WHOLE + ("weights", "legacy_weights", "sharded"))
def sequential_of_models(k):
    return k.Sequential([k.Input((8, 8, 3), name="x"), encoder(k), decoder(k), k.layers.Activation("tanh")])


@case("graph", writers=ALL)
def nested_three_deep(k):
    L = k.layers
    a = k.Input((4, 4, 2), name="a")
    inner = k.Model(a, L.Conv2D(3, 3, padding="same", activation="relu")(a), name="inner")
    b = k.Input((4, 4, 2), name="b")
    middle = k.Model(b, L.UpSampling2D()(L.BatchNormalization()(inner(b))), name="middle")
    tail = k.Sequential([k.Input((8, 8, 3), name="c"), L.Conv2D(2, 3), k.Sequential([L.Conv2D(2, 1), L.ReLU()], name="tip")], name="tail")
    x = k.Input((4, 4, 2), name="x")
    return k.Model(x, tail(L.Conv2D(3, 1)(middle(x))), name="outer")


@case("graph", writers=ALL, forms=WHOLE + ("weights", "legacy_weights"))
def nested_partly_frozen(k):
    """The legacy order is trainable first, over the whole inner model."""
    x = k.Input((8, 8, 3), name="x")
    inner = encoder(k)
    inner.layers[1].trainable = False
    return k.Model(x, k.layers.Conv2D(2, 2)(inner(x)))


@case("graph", writers=ALL, forms=WHOLE)
def frozen(k):
    x = k.Input((8, 8, 3), name="x")
    inner = encoder(k)
    inner.trainable = False
    return k.Model(x, k.layers.Conv2D(2, 2)(inner(x)))


@case("graph", writers=ALL + ("tf2.13",), forms=WHOLE)
def shared_layer(k):
    L = k.layers
    a, b = k.Input((6, 6, 3), name="left"), k.Input((6, 6, 3), name="right")
    conv = L.Conv2D(4, 3, padding="same", activation="relu", name="conv")
    p, q = conv(a), conv(b)
    return k.Model([a, b], [L.Concatenate()([p, q]), L.Subtract()([q, p])])


@case("graph", writers=ALL)
def shared_layer_twice_out(k):
    a, b = k.Input((6, 3), name="left"), k.Input((6, 3), name="right")
    d = k.layers.Dense(4, name="dense")
    return k.Model([a, b], [d(a), d(b)])


@case("graph", writers=ALL, forms=WHOLE)
def shared_model(k):
    """A Siamese pair: one model, two calls."""
    a, b = k.Input((8, 8, 3), name="left"), k.Input((8, 8, 3), name="right")
    e = encoder(k)
    p, q = e(a), e(b)
    d = decoder(k)
    return k.Model([a, b], [k.layers.Add()([d(p), d(q)]), k.layers.Multiply()([q, p])])


@case("graph", writers=ALL)
def layer_applied_to_itself(k):
    x = k.Input((6, 6, 4), name="x")
    conv = k.layers.Conv2D(4, 3, padding="same", activation="tanh", name="again")
    return k.Model(x, conv(conv(conv(x))))


@case("graph", writers=ALL)
def lists_in_and_out(k):
    L = k.layers
    a, b = k.Input((6, 6, 3), name="zebra"), k.Input((3, 3, 3), name="apple")
    y = L.Concatenate()([a, L.UpSampling2D()(b)])
    return k.Model([a, b], [L.Conv2D(4, 3, name="second")(y), L.Conv2D(2, 1, activation="sigmoid", name="first")(y)])


@case("graph", writers=ALL)
def dicts_in_and_out(k):
    L = k.layers
    a, b = k.Input((6, 6, 3), name="photo_in"), k.Input((3, 3, 3), name="guide_in")
    y = L.Concatenate()([a, L.UpSampling2D(interpolation="bilinear")(b)])
    return k.Model({"photo": a, "guide": b},
                   {"mask": L.Conv2D(2, 1, activation="softmax", name="mask_conv")(y), "edge": L.Conv2D(1, 3, name="edge_conv")(y)})


def difference(k, structure):
    """A model of two inputs, which do not change places unseen. `structure`: dict, list or tuple of them."""
    b, a = k.Input((6, 6, 2), name="b"), k.Input((6, 6, 2), name="a")
    return k.Model({"b": b, "a": a} if structure is dict else structure((b, a)), k.layers.Subtract()([b, a]))


def calls_a_model_with(called, structure):
    def build(k):
        p, q = k.Input((6, 6, 2), name="p"), k.Input((6, 6, 2), name="q")
        wrapped = {"b": p, "a": q} if called is dict else called((p, q))
        return k.Model([p, q], k.layers.Conv2D(3, 3)(difference(k, structure)(wrapped)))
    case("graph", name=f"nested_called_with_{called.__name__}{'_of_keys' if structure is dict and called is not dict else ''}",
         writers=("tf_keras",) if structure is not called and structure is dict else ALL, forms=WHOLE)(build)


for called, structure in ((list, list), (tuple, list), (dict, dict), (list, dict)):
    calls_a_model_with(called, structure)


@case("graph", writers=ALL)
def outputs_of_a_nested_model(k):
    L = k.layers
    a = k.Input((8, 8, 3), name="a")
    p = L.Conv2D(3, 3, strides=2, padding="same")(a)
    q = L.Conv2D(4, 3, strides=2, padding="same")(p)
    r = L.Conv2D(5, 3, strides=2, padding="same")(q)
    down = k.Model(a, [p, q, r], name="down_stack")
    x = k.Input((8, 8, 3), name="x")
    p, q, r = down(x)
    y = L.Concatenate()([q, L.UpSampling2D()(r)])
    return k.Model(x, [L.Concatenate()([p, L.UpSampling2D()(y)]), r])


@case("graph")
def output_that_is_an_input(k):
    x = k.Input((4, 3), name="x")
    return k.Model(x, [x, k.layers.Dense(2)(x)])


@case("graph", writers=ALL)
def inner_tensor_as_output(k):
    """An output that others also use."""
    L = k.layers
    x = k.Input((6, 6, 3), name="x")
    a = L.Conv2D(4, 3, padding="same", name="a")(x)
    b = L.ReLU(name="b")(a)
    return k.Model(x, [b, L.Add(name="c")([a, b]), a])


@case("graph", writers=EVERY, forms=WHOLE, seeded=False)
def compiled_and_trained(k):
    """With an optimizer, its state and a loss in the file."""
    L = k.layers
    model = k.Sequential([k.Input((6, 6, 3), name="x"), L.Conv2D(4, 3, activation="relu"), L.BatchNormalization(), L.Dropout(0.3),
                          L.Flatten(), L.Dense(2, activation="softmax")])
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(4)
    model.fit(rng.standard_normal((16, 6, 6, 3)).astype("float32"), np.eye(2, dtype="float32")[rng.integers(0, 2, 16)],
              epochs=3, batch_size=4, verbose=0)
    return model


@case("graph", writers=ALL)
def sequential_without_input(k):
    """Built by its first call; the shape is in build_input_shape only."""
    model = k.Sequential([k.layers.Conv2D(4, 3, activation="relu"), k.layers.UpSampling2D(), k.layers.Conv2D(2, 3)])
    model.build((None, 6, 7, 3))
    return model


@case("graph", forms=("keras", "h5"))
def unusual_names(k):
    L = k.layers
    x = k.Input((5, 5, 3), name="Bild_für_Ölbäume")
    y = L.Conv2D(4, 3, padding="same", name="étage 1.conv-a")(x)
    y = L.BatchNormalization(name="正規化")(y)
    return k.Model(x, L.Conv2D(2, 1, name="out put")(L.Add(name="conv2d")([y, L.ReLU(name="dense")(y)])), name="модель")


@case("graph", writers=ALL, forms=("keras", "h5"))
def many_layers_of_one_class(k):
    """More than ten: keys sort as text in HDF5, conv2d_10 before conv2d_2."""
    x = y = k.Input((4, 4, 2), name="x")
    for i in range(13):
        y = k.layers.Conv2D(2 + i % 3, 1, activation="tanh" if i % 2 else None, name=f"zz{25 - i}")(y)
    return k.Model(x, y)


def small_net(k, **dtype):
    L = k.layers
    x = k.Input((8, 8, 3), name="x")
    y = L.Conv2D(6, 3, padding="same", activation="relu")(x)
    y = L.BatchNormalization()(y)
    y = L.UpSampling2D(interpolation="bilinear")(y)
    y = L.Conv2D(4, 3, padding="same")(L.LeakyReLU()(y))
    return k.Model(x, L.Activation("softmax", **dtype)(L.Dense(3)(y)))


def with_policy(policy, **dtype):
    def build(k):
        module = k if hasattr(k, "ops") else k.mixed_precision
        setter = k.config.set_dtype_policy if hasattr(k, "ops") else module.set_global_policy
        setter(policy)
        try:
            return small_net(k, **dtype)
        finally:
            setter("float32")
    return build


for _policy in ("mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64"):
    case("policy", name="policy_" + _policy, extra={"policy": _policy},
         writers=ALL if _policy.startswith("mixed") else ("keras",))(with_policy(_policy))
case("policy", name="policy_mixed_float16_float32_out", extra={"policy": "mixed_float16"}, writers=ALL,
     forms=WHOLE)(with_policy("mixed_float16", dtype="float32"))


@case("policy", extra={"policy": "mixed"})
def policy_of_single_layers(k):
    L = k.layers
    x = k.Input((6, 6, 3), name="x")
    y = L.Conv2D(4, 3, dtype="mixed_bfloat16")(x)
    y = L.UpSampling2D(dtype="float32")(y)
    return k.Model(x, L.Conv2D(2, 3, dtype="mixed_float16")(y))
