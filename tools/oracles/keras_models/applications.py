"""Classes of keras.applications and tensorflow_addons that are not in keras.layers."""
import importlib.util
import pathlib
import sys
import types

from .registry import case

ALL = {"writers": ("keras", "tf_keras"), "forms": ("keras", "h5")}


def module(k, name):
    return importlib.import_module(f"{k.__name__.split('.')[0]}.src.applications.{name}")


@case("applications", **ALL)
def conv_next_block(k):
    own, L = module(k, "convnext"), k.layers
    x = start = k.Input((6, 6, 3), name="x")
    for i in range(2):
        y = L.DepthwiseConv2D(3, padding="same")(x)
        y = L.Dense(3, activation="gelu")(L.LayerNormalization(epsilon=1e-6)(y))
        y = own.StochasticDepth(0.2)(own.LayerScale(1e-6, 3)(y))
        x = L.Add()([x, y])
    return k.Model(start, L.UpSampling2D()(x))


@case("applications", writers=("keras", "tf_keras"), forms=("h5",))
def conv_next_frozen(k):
    own, L = module(k, "convnext"), k.layers
    x = start = k.Input((6, 6, 3))
    for name in "abc":
        x = own.LayerScale(1e-6, 3, name="scale_" + name)(L.Conv2D(3, 1, name="conv_" + name)(x))
    inner = k.Model(start, x, name="inner")
    for name in ("scale_a", "conv_b", "scale_c"):
        inner.get_layer(name).trainable = False
    outside = k.Input((6, 6, 3), name="x")
    return k.Model(outside, inner(outside))


@case("applications", **ALL)
def inception_resnet_block(k):
    own, L = module(k, "inception_resnet_v2"), k.layers
    x = start = k.Input((6, 6, 3), name="x")
    for factor in (0.17, 1.0):
        x = L.ReLU()(own.CustomScaleLayer(factor)([x, L.Conv2D(3, 3, padding="same")(x)]))
    return k.Model(start, L.UpSampling2D(interpolation="bilinear")(x))


def addons(k, name, folder="layers"):
    """tensorflow_addons 0.23.0 is made for TensorFlow 2.15: one module of it, with its tf.keras (TF_USE_LEGACY_KERAS=1)."""
    import tensorflow as tf
    if tf.keras.Model is not k.Model:
        raise RuntimeError("set TF_USE_LEGACY_KERAS=1")
    if "tensorflow_addons.utils.types" not in sys.modules:
        for package in ("tensorflow_addons", "tensorflow_addons.utils", "tensorflow_addons.activations"):
            sys.modules[package] = types.ModuleType(package)
        stub = types.ModuleType("tensorflow_addons.utils.types")
        stub.__getattr__ = lambda _: object
        sys.modules["tensorflow_addons.utils"].types = sys.modules["tensorflow_addons.utils.types"] = stub
    paths = [pathlib.Path(p, "tensorflow_addons", folder, name + ".py") for p in sys.path]
    spec = importlib.util.spec_from_file_location(f"addons_{folder}_{name}", next(p for p in paths if p.exists()))
    found = sys.modules.get(spec.name)
    if found is None:
        found = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found)
    return found


@case("applications", writers=("tf_keras",), forms=("keras", "h5"))
def addons_norms(k):
    own, L = addons(k, "normalizations"), k.layers
    x = start = k.Input((6, 7, 4), name="x")
    x = own.InstanceNormalization()(L.Conv2D(4, 3)(x))
    x = own.GroupNormalization(groups=2, epsilon=1e-2)(L.Conv2D(4, 1)(x))
    x = own.GroupNormalization(groups=2, axis=1, scale=False)(x)
    return k.Model(start, L.UpSampling2D()(own.InstanceNormalization(axis=1, center=False)(x)))


@case("applications", writers=("tf_keras",), forms=("keras", "h5"))
def addons_stochastic_depth(k):
    own, L = addons(k, "stochastic_depth"), k.layers
    x = start = k.Input((6, 6, 3), name="x")
    return k.Model(start, own.StochasticDepth(0.8)([x, L.Conv2D(3, 3, padding="same")(x)]))
