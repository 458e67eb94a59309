"""hp.tfjs: shapes, plans, errors, and numbers that TensorFlow.js gave."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp


def test_numbers_of_tensorflow_js() -> None:
    x = np.array([0, 85, 170, 255], np.float32).reshape(1, 4, 1)
    assert hp.tfjs.resize_bilinear(x, (1, 8)).ravel().tolist() == [0, 42.5, 85, 127.5, 170, 212.5, 255, 255]
    assert hp.tfjs.resize_nearest_neighbor(x, (1, 7)).ravel().tolist() == [0, 0, 85, 85, 170, 170, 255]
    corners = [hp.tfjs.resize_bilinear(x, (1, 8), True, backend=backend)[0, 1, 0] for backend in ("cpu", "wasm")]
    assert corners == [np.float32(36.42856979370117), np.float32(36.42857360839844)]


def test_arrays(rng: np.random.Generator) -> None:
    x = (rng.random((2, 5, 6, 3)) * 255).astype(np.uint8)
    y = hp.tfjs.resize_bilinear(x, (9, 8), half_pixel_centers=True)
    assert y.shape == (2, 9, 8, 3) and y.dtype == np.float32
    assert same_bits(hp.tfjs.resize_bilinear(x[0], (9, 8), half_pixel_centers=True), y[0])
    assert same_bits(hp.tfjs.resize_nearest_neighbor(x, (10, 12))[:, ::2, ::2], x)
    out = np.empty_like(y)
    assert hp.tfjs.resize_bilinear(x, (9, 8), half_pixel_centers=True, out=out) is out and same_bits(out, y)
    for plan, array, want in (
        (hp.tfjs.plan_resize_bilinear(x.shape, x.dtype, (9, 8), half_pixel_centers=True), x, y),
        (hp.tfjs.plan_resize_bilinear(x.shape[1:], x.dtype, (9, 8), half_pixel_centers=True), x[0], y[0]),
        (hp.tfjs.plan_resize_nearest_neighbor(x.shape, x.dtype, (10, 12)), x, hp.tfjs.resize_nearest_neighbor(x, (10, 12))),
    ):
        assert same_bits(pickle.loads(pickle.dumps(plan)).run(array), want)


def test_wrong_uses() -> None:
    x = np.zeros((1, 5, 6, 3), np.float32)
    for wrong in (lambda: hp.tfjs.resize_bilinear(x, (0, 4)), lambda: hp.tfjs.resize_bilinear(x, (4, 4), True, True),
                  lambda: hp.tfjs.resize_bilinear(x, (4, 4), backend="webgl"), lambda: hp.tfjs.resize_bilinear(x[0, 0], (4, 4)),
                  lambda: hp.tfjs.resize_bilinear(x, 4), lambda: hp.tfjs.resize_bilinear(x.astype(np.float64), (4, 4)),
                  lambda: hp.tfjs.resize_nearest_neighbor(x.astype(bool), (4, 4))):
        with pytest.raises(hp.Error):
            wrong()
