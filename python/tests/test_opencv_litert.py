"""hp.cv and hp.litert: shapes, errors, and OpenCV's own numbers where it is installed."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp


def test_opencv_arrays(rng: np.random.Generator) -> None:
    x = (rng.random((20, 30, 3)) * 255).astype(np.uint8)
    resize = hp.cv.resize
    assert resize(x, (12, 8)).shape == (8, 12, 3) and resize(x, None, fx=2, fy=0.5).shape == (10, 60, 3)
    assert same_bits(resize(x, (12, 8), interpolation="INTER_AREA"), resize(x, (12, 8), interpolation=3))
    assert same_bits(resize(x[::-1, ::2], (12, 8)), resize(np.ascontiguousarray(x[::-1, ::2]), (12, 8)))
    assert resize(x[:, :, :1], (12, 8)).shape == (8, 12, 1)
    dst = np.empty((8, 12, 3), np.uint8)
    assert resize(x, (12, 8), dst) is dst and same_bits(dst, resize(x, (12, 8)))
    plan = hp.cv.plan_resize(x.shape, x.dtype, (12, 8), interpolation=hp.cv.INTER_CUBIC)
    assert same_bits(pickle.loads(pickle.dumps(plan)).run(x), resize(x, (12, 8), interpolation=hp.cv.INTER_CUBIC))
    assert same_bits(resize(x, (12, 8), interpolation=None), resize(x, (12, 8)))
    for wrong in (lambda: resize(x, None), lambda: resize(x, (0, 4)), lambda: resize(x, (4, 4), interpolation=99), lambda: resize(x, 4),
                  lambda: resize(x, (4, 4), interpolation="AREA"), lambda: resize(x.astype(np.int64), (4, 4)), lambda: resize(x, (4, 4), interpolation=1.5)):
        with pytest.raises(hp.Error):
            wrong()


@pytest.mark.parametrize("flag", list(hp.cv.InterpolationFlags))
@pytest.mark.parametrize("dtype", ["uint8", "float32", "uint16"])
def test_bits_of_opencv(flag: hp.cv.InterpolationFlags, dtype: str, rng: np.random.Generator) -> None:
    cv2 = pytest.importorskip("cv2")
    if not cv2.__version__.startswith("5."):
        pytest.skip("the numbers are OpenCV 5's")
    cv2.ipp.setUseIPP(False)
    x = (rng.random((23, 31, 3)) * 255).astype(dtype)
    for where in (dict(dsize=(40, 50)), dict(dsize=(17, 9)), dict(dsize=None, fx=1.5, fy=0.7)):
        try:
            want = cv2.resize(x, interpolation=int(flag), **where)
        except cv2.error:
            with pytest.raises(hp.Error):
                hp.cv.resize(x, interpolation=flag, **where)
            continue
        assert same_bits(hp.cv.resize(x, interpolation=getattr(cv2, flag.name), **where), want), where


def test_litert_arrays(rng: np.random.Generator) -> None:
    x = (rng.random((1, 5, 6, 3)) * 255).astype(np.uint8)
    y = hp.litert.resize_bilinear(x, (9, 8), half_pixel_centers=True)
    assert y.shape == (1, 9, 8, 3) and y.dtype == np.uint8
    assert same_bits(hp.litert.resize_nearest_neighbor(x, (10, 12))[:, ::2, ::2], x)
    for plan, want in ((hp.litert.plan_resize_bilinear(x.shape, x.dtype, (9, 8), half_pixel_centers=True), y),
                       (hp.litert.plan_resize_nearest_neighbor(x.shape, x.dtype, (10, 12)), hp.litert.resize_nearest_neighbor(x, (10, 12)))):
        assert same_bits(pickle.loads(pickle.dumps(plan)).run(x), want)
    for wrong in (lambda: hp.litert.resize_bilinear(x, (0, 4)), lambda: hp.litert.resize_bilinear(x, (4, 4), True, True),
                  lambda: hp.litert.resize_bilinear(x, (4, 4), kernels="gpu"), lambda: hp.litert.resize_bilinear(x[0], (4, 4))):
        with pytest.raises(hp.Error):
            wrong()
