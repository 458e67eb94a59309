"""UpSampling2D and Resizing where Keras computes on torch or jax: LoadOptions.backend."""
from .registry import case


def sampled(k, methods, antialiased):
    L = k.layers
    x = k.Input((None, None, 3), name="x")
    made = [L.UpSampling2D(size, interpolation=m) for m in methods for size in ((2, 2), (3, 1))]
    made += [L.Resizing(h, w, interpolation=m) for m in methods + ("nearest",) for h, w in ((13, 8), (4, 11), (5, 3))]
    made += [L.Resizing(h, w, interpolation=m, antialias=True) for m in antialiased for h, w in ((13, 8), (4, 3))]
    return k.Model(x, [layer(x) for layer in made])


def both_orders(k, method):
    """Between convolutions, as models have them."""
    L = k.layers
    x = k.Input((6, 5, 3), name="x")
    y = L.UpSampling2D(2, interpolation=method)(L.Conv2D(4, 3, padding="same", activation="relu")(x))
    return k.Model(x, L.Concatenate()([L.Conv2D(3, 3, padding="same")(y), y]))


@case("backend", writers=("torch",), forms=("keras", "h5"), exact=True, extra={"backend": "torch"})
def sampling_on(k):
    return sampled(k, ("bilinear", "bicubic"), ("bilinear", "bicubic", "nearest"))


@case("backend", writers=("torch",), extra={"backend": "torch"})
def decoder_on(k):
    return both_orders(k, "bicubic")


@case("backend", writers=("jax",), forms=("keras", "h5"), units=17, extra={"backend": "jax"})
def sampling_on(k):
    return sampled(k, ("bilinear", "bicubic", "lanczos3", "lanczos5"), ("bilinear", "bicubic", "lanczos3"))


@case("backend", writers=("jax",), extra={"backend": "jax"})
def decoder_on(k):
    return both_orders(k, "bicubic")
