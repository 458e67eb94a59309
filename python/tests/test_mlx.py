"""hp.mlx: shapes, plans, errors, and numbers that MLX gave."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp


def test_numbers_of_mlx() -> None:
    x = np.arange(4, dtype=np.float32).reshape(1, 4, 1)
    assert hp.mlx.upsample(x, 1.5).ravel().tolist() == [0, 0, 1, 2, 2, 3]
    y = hp.mlx.upsample(np.array([[1, 2], [3, 4]], np.int32).reshape(1, 2, 2, 1), 2, "linear")
    assert y.dtype == np.float32 and y[0, 1, :, 0].tolist() == [1.5, 1.75, 2.25, 2.5]


@pytest.mark.parametrize("mode", ["nearest", "linear", "cubic"])
def test_arrays(mode: str, rng: np.random.Generator) -> None:
    x = (rng.random((2, 5, 6, 3)) * 255).astype(np.uint8)
    factor = (hp.mlx.scale_factor_of(5, 9), 1.5)
    y = hp.mlx.upsample(x, factor, mode)
    assert y.shape == (2, 9, 9, 3) and y.dtype == (np.uint8 if mode == "nearest" else np.float32)
    out = np.empty_like(y)
    assert hp.mlx.upsample(x, factor, mode, out=out) is out and same_bits(out, y)
    plan = hp.mlx.plan_upsample(x.shape, x.dtype, factor, mode)
    assert same_bits(pickle.loads(pickle.dumps(plan)).run(x), y)
    if mode != "cubic":
        assert hp.mlx.upsample(rng.random((1, 3, 4, 5, 2), np.float32), 2, mode).shape == (1, 6, 8, 10, 2)


def test_bits_of_mlx(rng: np.random.Generator) -> None:
    mx = pytest.importorskip("mlx.core")
    nn = pytest.importorskip("mlx.nn")
    x = rng.random((1, 6, 7, 3), np.float32)
    for options in (dict(mode="linear"), dict(mode="linear", align_corners=True), dict(mode="cubic"), dict(mode="cubic", antialias=True)):
        want = np.array(nn.Upsample(scale_factor=(1.5, 0.5), **options)(mx.array(x)))
        assert same_bits(hp.mlx.upsample(x, (1.5, 0.5), **options), want)


def test_wrong_uses() -> None:
    x = np.zeros((1, 5, 6, 3), np.float32)
    for wrong in (lambda: hp.mlx.upsample(x, 0), lambda: hp.mlx.upsample(x, (2, 2, 2)), lambda: hp.mlx.upsample(x, 2, "bilinear"),
                  lambda: hp.mlx.upsample(x, 2, "nearest", antialias=True), lambda: hp.mlx.upsample(x, 2, "linear", True, True),
                  lambda: hp.mlx.upsample(x[0, 0], 2), lambda: hp.mlx.upsample(x, "2"), lambda: hp.mlx.upsample(x.astype(np.float64), 2, "cubic"),
                  lambda: hp.mlx.upsample(x[None], 2, "cubic"), lambda: hp.mlx.plan_upsample((1, 2, 3, 4, 1), "float32", 2, "linear"),
                  lambda: hp.mlx.scale_factor_of(0, 3)):
        with pytest.raises(hp.Error):
            wrong()
