"""hp.pillow: Pillow's own numbers, on its images and on arrays."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp

resize = hp.pillow.resize


def test_arrays(rng: np.random.Generator) -> None:
    x = (rng.random((20, 30, 3)) * 255).astype(np.uint8)
    assert resize(x, (12, 8), "LANCZOS").shape == (8, 12, 3)
    assert same_bits(resize(x, (12, 8), "LANCZOS"), resize(x, (12, 8), hp.pillow.Resampling.LANCZOS))
    assert same_bits(resize(x, (12, 8), 1), resize(x[:, ::-1][:, ::-1], (12, 8), "lanczos"))
    assert same_bits(resize(x, (12, 8)), resize(x, (12, 8), hp.pillow.Resampling.BICUBIC))
    plan = hp.pillow.plan_resize(x.shape, x.dtype, (12, 8), "BOX", box=(0.5, 0, 30, 20))
    assert same_bits(pickle.loads(pickle.dumps(plan)).run(x), resize(x, (12, 8), "BOX", (0.5, 0, 30, 20)))
    out = np.empty((8, 12, 3), np.uint8)
    assert resize(x, (12, 8), out=out) is out


@pytest.mark.parametrize("wrong", [
    lambda x: resize(x, (0, 4)), lambda x: resize(x, (4, 4), "CUBIC"), lambda x: resize(x, (4, 4), 99),
    lambda x: resize(x, (4, 4), box=(0, 0, 99, 1)), lambda x: resize(x, (4, 4), box=(0, 0)), lambda x: resize(x, (4, 4), reducing_gap=0.5),
    lambda x: resize(x, (4, 4), mode="XYZ"), lambda x: resize(x.astype(np.int64), (4, 4)), lambda x: resize(x, (4, 4), 1.5),
    lambda x: resize(x, "4"),
])
def test_errors(wrong, rng: np.random.Generator) -> None:
    with pytest.raises(hp.Error) as error:
        wrong((rng.random((20, 30, 3)) * 255).astype(np.uint8))
    assert isinstance(error.value, (ValueError, TypeError))


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "I", "F", "I;16", "La", "RGBa", "RGBX"])
def test_bits_of_pillow(mode: str, rng: np.random.Generator) -> None:
    pil = pytest.importorskip("PIL.Image")
    import PIL

    if int(PIL.__version__.split(".")[0]) != 13:
        pytest.skip("the numbers are Pillow 13's")
    bands, dtype = {"1": (1, bool), "I": (1, np.int32), "F": (1, np.float32), "I;16": (1, np.uint16)}.get(mode, (len(pil.getmodebands(mode) * "x"), np.uint8))
    pixels = (rng.random((23, 31, bands)) * (60000 if dtype in (np.int32, np.uint16) else 255)).astype(dtype)
    pixels = pixels[:, :, 0] if bands == 1 else pixels
    image = pil.fromarray(pixels) if dtype != np.uint8 else pil.frombuffer(mode, (31, 23), pixels.tobytes(), "raw", mode, 0, 1)
    if mode == "P":
        image.putpalette([value % 256 for value in range(7, 7 + 768)])
    image.info["dpi"] = (300, 300)
    for name in ("NEAREST", "BOX", "BILINEAR", "HAMMING", "BICUBIC", "LANCZOS"):
        for options in ({}, {"box": (1.5, 2, 30, 20.25)}):
            try:
                want = image.resize((17, 40), pil.Resampling[name], **options)
            except ValueError:
                with pytest.raises(hp.Error):
                    resize(image, (17, 40), name, **options)
                continue
            got = resize(image, (17, 40), pil.Resampling[name], **options)
            assert isinstance(got, pil.Image) and (got.mode, got.size, got.info) == (want.mode, want.size, want.info)
            assert same_bits(np.asarray(got), np.asarray(want)), (name, options)
            assert got.getpalette() == want.getpalette()
            got.putpixel((0, 0), want.getpixel((0, 0)))  # it can be written


def test_transform(rng: np.random.Generator) -> None:
    pil = pytest.importorskip("PIL.Image")
    image = pil.fromarray((rng.random((48, 64, 3)) * 255).astype(np.uint8))
    resize = pickle.loads(pickle.dumps(hp.torch.transforms.Resize(24)))
    assert resize(image).size == (32, 24) and same_bits(np.asarray(resize(image)), np.asarray(hp.pillow.resize(image, (32, 24), "BILINEAR")))
    assert hp.torch.transforms.Resize((10, 20), pil.Resampling.LANCZOS)(image).size == (20, 10)
    assert hp.torch.transforms.Resize(24, max_size=28)(image).size == (28, 21)
    for wrong in (lambda: hp.torch.transforms.Resize(0), lambda: hp.torch.transforms.Resize((1, 2, 3)), lambda: hp.torch.transforms.Resize(9, "cubique")(image),
                  lambda: hp.torch.transforms.Resize(9, antialias=False), lambda: hp.torch.transforms.Resize(9, max_size=5)):
        with pytest.raises(hp.Error):
            wrong()
    torchvision = pytest.importorskip("torchvision")
    for size in (24, (10, 20)):
        assert same_bits(np.asarray(hp.torch.transforms.Resize(size)(image)), np.asarray(torchvision.transforms.Resize(size)(image)))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "RGBX", "CMYK", "RGBa"])
def test_images_are_read_where_they_lie(mode: str, rng: np.random.Generator, tmp_path) -> None:
    pil = pytest.importorskip("PIL.Image")
    from halfpixel.pillow import _lying

    size = (301, 203)
    pixels = rng.integers(0, 256, (size[1], size[0], len(mode)), np.uint8)
    image = pil.frombytes(mode, size, pixels.tobytes(), "raw", mode, 0, 1)
    if not hasattr(image, "__arrow_c_array__"):
        pytest.skip("Pillow before 11.2")
    found = _lying(image)
    assert found is not None and not found[0].flags.writeable
    np.testing.assert_array_equal(found[0].reshape(size[1], size[0], -1)[..., : len(mode)], pixels)
    for options in ({"resample": "LANCZOS"}, {"resample": "BILINEAR", "box": (3.5, 2, 200, 150)}, {"resample": "NEAREST"}, {"resample": "BOX", "reducing_gap": 2.0}):
        got, want = resize(image, (57, 40), **options), resize(np.asarray(image), (57, 40), mode=mode, **options)
        assert got.mode == mode and same_bits(np.asarray(got), want.reshape(np.asarray(got).shape))
    # The image lives on, can be written, and so can its copy; a part of it and one from a file are read, too.
    lying = found[0].copy()
    got.putpixel((0, 0), tuple([7] * len(mode)) if len(mode) > 1 else 7)
    image.putpixel((1, 1), tuple([9] * len(mode)) if len(mode) > 1 else 9)
    assert (np.asarray(image)[1, 1] == 9).all() and (np.asarray(got)[0, 0] == 7).all() and lying.shape == found[0].shape
    part = image.crop((10, 20, 200, 150))
    np.testing.assert_array_equal(np.asarray(resize(part, (30, 30))), resize(np.asarray(part), (30, 30), mode=mode))
    if mode in ("L", "RGB", "RGBA"):
        image.save(tmp_path / "a.png")
        with pil.open(tmp_path / "a.png") as lazy:
            np.testing.assert_array_equal(np.asarray(resize(lazy, (30, 30))), np.asarray(resize(image, (30, 30))))


def test_an_image_of_several_blocks(rng: np.random.Generator) -> None:
    pil = pytest.importorskip("PIL.Image")
    image = pil.fromarray(rng.integers(0, 256, (2100, 2200, 3), np.uint8))  # more than Pillow's block of 16 MiB
    got = np.asarray(resize(image, (64, 64), "BILINEAR"))
    np.testing.assert_array_equal(got, resize(np.asarray(image), (64, 64), "BILINEAR"))


def test_modes_without_filters(rng: np.random.Generator) -> None:
    pil = pytest.importorskip("PIL.Image")
    for mode in ("I;16B", "I;16N"):
        image = pil.frombytes(mode, (9, 7), rng.integers(0, 256, 126, np.uint8).tobytes())
        for options in ({}, {"box": (1, 0.5, 8, 7)}, {"reducing_gap": 2.0}):
            got, want = resize(image, (13, 4), 0, **options), image.resize((13, 4), 0, **options)
            assert got.mode == mode and got.tobytes() == want.tobytes()
        with pytest.raises(hp.Error, match=mode):
            resize(image, (13, 4))
    image = pil.frombytes("PA", (9, 7), rng.integers(0, 256, 126, np.uint8).tobytes())
    image.putpalette(rng.integers(0, 256, 768, np.uint8).tobytes())
    for number in range(6):
        got = resize(image, (4, 11), number)
        assert got.mode == "PA" and got.tobytes() == image.resize((4, 11), number).tobytes() and got.getpalette() == image.getpalette()
