"""Layers: configurations, shapes, names, errors in the originals' words."""

from __future__ import annotations

import inspect
import pickle

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp

layers = hp.keras.layers


def test_config_round_trip(rng: np.random.Generator) -> None:
    x = rng.random((1, 3, 4, 2), np.float32)
    for layer in (layers.UpSampling2D((2, 3), interpolation="lanczos3", name="up"), layers.Resizing(5, 6, "bicubic", antialias=True),
                  layers.UpSampling2D(2, "channels_first")):
        config = layer.get_config()
        again = type(layer).from_config(config)
        assert again.get_config() == config and same_bits(again(x), layer(x))
        assert pickle.loads(pickle.dumps(layer)).get_config() == config
    assert layers.UpSampling1D(3).get_config()["size"] == 3 and layers.UpSampling2D(3).get_config()["size"] == (3, 3)
    assert layers.UpSampling3D((1, 2, 3)).size == (1, 2, 3)
    with pytest.raises(hp.Error):
        layers.UpSampling2D.from_config({"size": [0, 2]})


def test_attributes() -> None:
    hp.keras.utils.clear_session()
    layer = layers.UpSampling2D()
    assert (layer.name, layer.size, layer.data_format, layer.interpolation) == ("up_sampling2d", (2, 2), "channels_last", "nearest")
    assert layers.UpSampling2D().name == "up_sampling2d_1"
    assert layer.compute_output_shape((None, 4, None, 3)) == (None, 8, None, 3)
    resizing = layers.Resizing(4, 6, antialias=True)
    assert (resizing.height, resizing.width, resizing.antialias, resizing.interpolation) == (4, 6, True, "bilinear")
    assert resizing.compute_output_shape((None, 9, 9, 3)) == (None, 4, 6, 3)
    assert hp.tf.compat.v1.keras.layers.UpSampling2D is layers.UpSampling2D


def test_signatures_are_the_originals() -> None:
    def arguments(function: object) -> list[tuple[str, object]]:
        return [(name, parameter.default) for name, parameter in inspect.signature(function).parameters.items()
                if parameter.kind is not parameter.KEYWORD_ONLY and name != "self"]

    empty = inspect.Parameter.empty
    assert arguments(hp.tf.image.resize) == [("images", empty), ("size", empty), ("method", "bilinear"),
                                             ("preserve_aspect_ratio", False), ("antialias", False), ("name", None)]
    assert arguments(hp.tf.compat.v1.image.resize) == [("images", empty), ("size", empty), ("method", 0), ("align_corners", False),
                                                       ("preserve_aspect_ratio", False), ("name", None)]
    assert arguments(hp.tf.compat.v1.image.resize_bilinear) == [("images", empty), ("size", empty), ("align_corners", False),
                                                                ("name", None), ("half_pixel_centers", False)]
    assert arguments(layers.UpSampling1D) == [("size", 2)]
    assert arguments(layers.UpSampling2D) == [("size", (2, 2)), ("data_format", None), ("interpolation", "nearest")]
    assert arguments(layers.UpSampling3D) == [("size", (2, 2, 2)), ("data_format", None)]
    assert arguments(hp.keras.models.load_model) == [("filepath", empty), ("custom_objects", None), ("compile", True),
                                                     ("safe_mode", True)]


def test_global_config() -> None:
    config = hp.keras.config
    try:
        config.set_image_data_format("channels_first")
        assert config.image_data_format() == "channels_first" == layers.UpSampling2D().data_format
        with pytest.raises(ValueError, match="data_format"):
            config.set_image_data_format("sideways")
    finally:
        config.set_image_data_format("channels_last")


@pytest.mark.parametrize(("wrong", "words"), [
    (lambda: layers.UpSampling2D(0), "size"),
    (lambda: layers.UpSampling2D((2, 2, 2)), "size"),
    (lambda: layers.UpSampling2D((2,)), r"must be a tuple of 2 integers. Received size=\(2,\)"),
    (lambda: layers.UpSampling3D([2]), "must be a tuple of 3 integers"),
    (lambda: layers.UpSampling2D("2"), "size"),
    (lambda: layers.UpSampling2D(interpolation="cubic"), "interpolation"),
    (lambda: layers.UpSampling2D(data_format="NHWC"), "data_format"),
    (lambda: layers.UpSampling2D(name="a/b"), "name"),
    (lambda: layers.UpSampling2D()(np.zeros((2, 2, 1), np.float32)), "expected ndim=4, found ndim=3"),
    (lambda: layers.UpSampling1D(size=2.5), "size"),
    (lambda: layers.Resizing(0, 4), "height"),
    (lambda: layers.Resizing(4, 4, fill_mode="reflect"), "fill_mode"),
    (lambda: layers.Resizing(4, 4, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True), "aspect_ratio"),
    (lambda: hp.tf.image.resize(np.zeros((1, 2, 2, 1), np.float32), (4, 4), "cubic"), "Resize method is not implemented"),
    (lambda: hp.tf.image.resize(np.zeros((1, 2, 2, 1), np.float32), 4), "'size' must be a 1-D int32 Tensor"),
    (lambda: hp.tf.image.resize(np.zeros((1, 2, 2, 1), np.float32), (4, -1)), "size"),
    (lambda: hp.tf.image.resize(np.zeros((2, 2), np.float32), (4, 4)), "3 dims or 4|'images' must"),
    (lambda: hp.tf.image.resize(np.zeros((1, 0, 2, 1), np.float32), (4, 4)), "non-zero size"),
    (lambda: hp.tf.image.resize_gradient(np.zeros((1, 4, 4, 1), np.float32), (1, 2, 2, 1), "area"), "area"),
    (lambda: hp.tf.compat.v1.image.resize(np.zeros((1, 2, 2, 1), np.float32), (4, 4), "lanczos3"), "method"),
    (lambda: hp.tf.compat.v1.image.resize(np.zeros((1, 2, 2, 1), np.float32), (4, 4), 7), "method"),
    (lambda: hp.tf.compat.v1.image.resize_bilinear(np.zeros((1, 2, 2, 1), np.float32), (4, 4), True, None, True), "half_pixel"),
    (lambda: hp.tf.image.plan_resize((1, 2, 2, 1), "complex64", (4, 4)), "complex64"),
    (lambda: hp.tf.image.plan_resize((1, 2, 2, 1), "f4", (4, 4)), "one of float16, .*; got 'f4'"),
    (lambda: hp.tf.image.plan_resize((1, None, 2, 1), "float32", (4, 4)), "unknown|known|images"),
    (lambda: hp.set_num_threads(0), "threads"),
    (lambda: hp.set_num_threads(10**30), "threads"),
])
def test_errors(wrong, words: str) -> None:
    with pytest.raises(hp.Error, match=words) as error:
        wrong()
    assert isinstance(error.value, (ValueError, TypeError))


def test_unknown_keywords_are_pythons_own() -> None:
    for wrong in (lambda: layers.UpSampling2D(sice=2), lambda: hp.tf.image.resize(np.zeros((1, 2, 2, 1)), (4, 4), metod="area")):
        with pytest.raises(TypeError) as error:
            wrong()
        assert not isinstance(error.value, hp.Error)


def test_too_large_is_refused() -> None:
    x = np.zeros((1, 2, 2, 3), np.float32)
    with pytest.raises(hp.Error):
        hp.tf.image.resize(x, (2**31, 4))
    with pytest.raises(MemoryError) as error:
        hp.tf.image.resize(x, (2**20, 2**20))
    assert isinstance(error.value, hp.Error)


def test_methods_by_enumeration() -> None:
    import enum

    class Method(enum.Enum):
        AREA = "area"

    x = np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1)
    want = hp.tf.image.resize(x, (2, 2), "area")
    assert same_bits(hp.tf.image.resize(x, (2, 2), Method.AREA), want)
    assert same_bits(hp.tf.image.resize(x, (2, 2), hp.tf.image.ResizeMethod.AREA), want)
    assert same_bits(hp.tf.compat.v1.image.resize(x, (2, 2), hp.tf.compat.v1.image.ResizeMethod.AREA), want)
    assert same_bits(hp.tf.image.resize(x, np.array([2, 2])), hp.tf.image.resize(x, [2, 2]))


def test_resize_with_pad() -> None:
    image = hp.tf.image
    x = np.arange(1, 9, dtype=np.uint8).reshape(2, 4, 1)
    assert image.resize_with_pad(x, 4, 4, "nearest")[:, :, 0].tolist() == [[0] * 4, [1, 2, 3, 4], [5, 6, 7, 8], [0] * 4]
    wide = image.resize_with_pad(np.ones((2, 3, 2, 3), np.float32), 6, 9)
    assert wide.shape == (2, 6, 9, 3) and wide.dtype == np.float32 and wide.sum() == 2 * 6 * 4 * 3 and not wide[:, :, :2].any()
    assert image.resize_with_crop_or_pad(x, 1, 6)[:, :, 0].tolist() == [[0, 1, 2, 3, 4, 0]]
    assert image.resize_with_crop_or_pad(x[None].astype(np.int64), 4, 1)[0, :, :, 0].tolist() == [[0], [2], [6], [0]]
    for call in (image.resize_with_pad, image.resize_with_crop_or_pad):
        for wrong in ((x, 0, 3), (x, 3, -1), (x[0], 3, 3), (x[:0], 3, 3), (x, 1.5, 3), (x, 3, 2**31), (x, None, 3), (x, 3, 2**70)):
            with pytest.raises(hp.Error):
                call(*wrong)
    assert hp.tf.keras is hp.keras
