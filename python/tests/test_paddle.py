"""hp.paddle: shapes, plans, errors, and numbers that PaddlePaddle gave."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp


def test_numbers_of_paddle() -> None:
    x = np.array([0, 85, 170, 255], np.float32)
    interpolate = hp.paddle.interpolate
    assert interpolate(x.reshape(1, 1, 4), (1,), mode="linear").item() == 127.5
    assert interpolate(x.reshape(1, 1, 1, 4), (1, 1), mode="bilinear").item() == 0
    images = x.reshape(1, 1, 1, 4)
    assert interpolate(images, (1, 8), mode="bilinear").ravel().tolist() == [0, 21.25, 63.75, 106.25, 148.75, 191.25, 233.75, 255]
    assert interpolate(images, (1, 8), mode="bilinear", align_mode=1).ravel().tolist() == [0, 42.5, 85, 127.5, 170, 212.5, 255, 255]
    assert interpolate(images.astype(np.uint8), (1, 8), mode="bilinear").ravel().tolist() == [0, 21, 63, 106, 148, 191, 233, 255]


@pytest.mark.parametrize("mode", ["nearest", "bilinear", "bicubic", "area"])
def test_arrays(mode: str, rng: np.random.Generator) -> None:
    x = rng.random((2, 3, 5, 6), np.float32)
    y = hp.paddle.interpolate(x, (9, 8), mode=mode)
    assert y.shape == (2, 3, 9, 8) and y.dtype == np.float32
    out = np.empty_like(y)
    assert hp.paddle.interpolate(x, (9, 8), mode=mode, out=out) is out and same_bits(out, y)
    plan = hp.paddle.plan_interpolate(x.shape, x.dtype, (9, 8), mode=mode)
    assert same_bits(pickle.loads(pickle.dumps(plan)).run(x), y)
    if mode != "area":
        last = hp.paddle.interpolate(np.moveaxis(x, 1, -1), (9, 8), mode=mode, data_format="NHWC")
        assert same_bits(np.moveaxis(last, -1, 1), y)
        assert hp.paddle.interpolate(x, scale_factor=(1.5, 2), mode=mode).shape == (2, 3, 7, 12)


def test_wrong_uses() -> None:
    x = np.zeros((1, 3, 5, 6), np.float32)
    interpolate = hp.paddle.interpolate
    for wrong in (lambda: interpolate(x), lambda: interpolate(x, (4, 4), 2), lambda: interpolate(x, 4), lambda: interpolate(x, (0, 4)),
                  lambda: interpolate(x, scale_factor=-1), lambda: interpolate(x, (4, 4), mode="linear"),
                  lambda: interpolate(x, (4, 4), mode="cubic"), lambda: interpolate(x, (4, 4), align_corners=True),
                  lambda: interpolate(x, (4, 4), mode="bilinear", align_mode=2), lambda: interpolate(x, (4, 4), data_format="NWC"),
                  lambda: interpolate(x, (4, 4), data_format=3), lambda: interpolate(x, (4, 4), mode="area", data_format="NHWC"),
                  lambda: interpolate(x.astype(np.uint8)[0], (4,), mode="linear"), lambda: interpolate(x.astype(np.int8), (4, 4))):
        with pytest.raises(hp.Error):
            wrong()
