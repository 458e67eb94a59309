"""Models of packages that people install beside Keras. Those in tf.keras need TF_USE_LEGACY_KERAS=1, as addons() says.

    pip install keras-hub==0.32.0
    pip install --no-deps efficientnet==1.1.1 keras-applications==1.0.8 keras-unet-collection==0.1.13 keras-cv-attention-models==1.4.3
"""
import sys

from .applications import addons
from .registry import case

OLD = {"writers": ("tf_keras",), "forms": ("keras", "h5")}


def require_legacy(k):
    import tensorflow as tf
    if tf.keras.Model is not k.Model:
        raise RuntimeError("set TF_USE_LEGACY_KERAS=1")


@case("packages", **OLD)
def addons_weight_normalization(k):
    """A block of WDSR. data_init leaves a second kernel in the files."""
    W, L = addons(k, "wrappers").WeightNormalization, k.layers
    x = start = k.Input((5, 6, 3), name="x")
    x = W(L.Conv2D(6, 3, padding="same"), data_init=False)(x)
    y = W(L.Conv2D(12, 1, padding="same", activation="relu"))(x)
    x = L.Add()([x, W(L.Conv2D(6, 3, padding="same", use_bias=False))(y)])
    return k.Model(start, L.UpSampling2D()(W(L.Conv2DTranspose(4, 3, strides=2), data_init=False)(x)))


@case("packages", seeded=False, **OLD)
def addons_weight_normalization_fresh(k):
    """Saved before its first call, which makes g the norm of the kernel."""
    W = addons(k, "wrappers").WeightNormalization
    return k.Sequential([k.Input((5,), name="x"), W(k.layers.Dense(4), data_init=False)])


@case("packages", **OLD)
def addons_spectral_normalization(k):
    S, L = addons(k, "spectral_normalization").SpectralNormalization, k.layers
    return k.Sequential([k.Input((6, 6, 3), name="x"), S(L.Conv2D(4, 3)), S(L.Conv2D(3, 1, use_bias=False)), L.UpSampling2D()])


@case("packages", **OLD)
def addons_layers(k):
    L = k.layers
    activations = addons(k, "gelu", "activations")
    sys.modules["tensorflow_addons.activations"].gelu = activations.gelu
    gelu, maxout, tlu = (addons(k, name) for name in ("gelu", "maxout", "tlu"))
    FRN = addons(k, "normalizations").FilterResponseNormalization
    x = start = k.Input((6, 5, 8), name="x")
    x = L.Conv2D(8, 3, padding="same")(FRN()(x))
    x = L.Conv2D(8, 1)(tlu.TLU(affine=True)(FRN(learned_epsilon=True, epsilon=0.1)(x)))
    x = L.Conv2D(8, 1)(tlu.TLU()(gelu.GELU()(x)))
    return k.Model(start, L.UpSampling2D()(maxout.Maxout(3, axis=1)(maxout.Maxout(4)(gelu.GELU(approximate=False)(x)))))


@case("packages", **OLD)
def addons_functions(k):
    """Registered functions that Keras 3 has, too."""
    L = k.layers
    find = lambda name: getattr(addons(k, name, "activations"), name)  # noqa: E731
    return k.Sequential([k.Input((7,), name="x"), L.Dense(6, activation=find("softshrink")), L.Dense(6, activation=find("hardshrink")),
                         L.Dense(6), L.Activation(find("tanhshrink"))])


@case("packages", **OLD)
def efficientnet_block(k):
    require_legacy(k)
    from efficientnet import model, tfkeras  # noqa: F401
    block = [a._replace(num_repeat=2, input_filters=16, output_filters=16) for a in model.DEFAULT_BLOCKS_ARGS[:1]]
    whole = tfkeras.inject_tfkeras_modules(model.EfficientNet)(
        0.02, 1.0, 16, 0.2, 0.2, blocks_args=block, weights=None, include_top=False, input_shape=(32, 32, 3))
    inner = k.Model(whole.input, whole.get_layer("block1b_add").output)
    assert any(type(layer).__name__ == "FixedDropout" for layer in inner.layers)
    return inner


@case("packages", writers=("keras", "tf_keras"))
def unet_collection_gelu(k):
    if k.__name__ == "tf_keras":
        require_legacy(k)
    from keras_unet_collection import models
    return models.unet_2d((8, 8, 3), [3, 4], 2, stack_num_down=1, stack_num_up=1, activation="GELU", output_activation="Sigmoid", batch_norm=True)


@case("packages", writers=("keras",), forms=("h5",), name="unet_collection_gelu_unsaid", run=False,
      extra={"expect": "refused", "error": ["GELU", "--bind"]})
def _unsaid(k):
    """.h5 does not say whose GELU it is, and most are not this one."""
    return unet_collection_gelu(k)


def pyramid(k, x):
    from keras_hub.src.models.deeplab_v3.deeplab_v3_layers import SpatialPyramidPooling
    return SpatialPyramidPooling([1, 2], num_channels=4, activation="swish", dropout=0.1)(k.layers.Conv2D(5, 3, padding="same")(x))


@case("packages", writers=("keras",), forms=("keras", "h5"))
def hub_pyramid(k):
    x = k.Input((6, 5, 3), name="x")
    return k.Model(x, k.layers.UpSampling2D(interpolation="bilinear")(pyramid(k, x)))


@case("packages", writers=("keras",), forms=("keras", "weights"), sizes=(7, 4))
def hub_pyramid_of_any_size(k):
    x = k.Input((None, None, 3), name="x")
    return k.Model(x, k.layers.Conv2D(2, 1)(pyramid(k, x)))


def hub_backbone():
    from keras_hub.models import DenseNetBackbone
    return DenseNetBackbone(stackwise_num_repeats=[1], compression_ratio=0.5, growth_rate=2, image_shape=(32, 32, 3))


@case("packages", writers=("keras",), run=False,
      extra={"expect": "refused", "error": ["DenseNetBackbone", "clone_model(keras.Model(model.inputs, model.outputs)"]})
def hub_backbone_alone(k):
    return hub_backbone()


@case("packages", writers=("keras",), forms=("keras", "h5"), run=False,
      extra={"expect": "refused", "error": ["DenseNetBackbone", "clone_model(keras.Model(model.inputs, model.outputs)"]})
def hub_backbone_within(k):
    x = k.Input((32, 32, 3), name="x")
    return k.Model(x, k.layers.UpSampling2D()(hub_backbone()(x)))


@case("packages", **OLD)
def attention_models_block(k):
    """What most of keras_cv_attention_models' networks have."""
    require_legacy(k)
    from keras_cv_attention_models.common_layers import activation_by_name
    from keras_cv_attention_models.mlp_family.res_mlp import ChannelAffine
    from keras_cv_attention_models.volo.volo import BiasLayer
    L = k.layers
    x = start = k.Input((6, 5, 3), name="x")
    for i, name in enumerate(("hard_swish", "hard_sigmoid_torch", "mish")):
        y = ChannelAffine(use_bias=i == 0, weight_init_value=1e-2, axis=(-1, 1, 2)[i])(L.Conv2D(3, 3, padding="same")(x))
        x = L.Add()([x, activation_by_name(BiasLayer(axis=(-1, 2, 1)[i])(y), name)])
    return k.Model(start, L.UpSampling2D()(x))
