"""hp.image_rs: shapes and errors, and what its floats become."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp

resize = hp.image_rs.imageops.resize


def test_arrays(rng: np.random.Generator) -> None:
    x = (rng.random((20, 30, 3)) * 255).astype(np.uint8)
    assert resize(x, 12, 8, "Lanczos3").shape == (8, 12, 3) and resize(x[..., 0], 12, 8, "Nearest").shape == (8, 12)
    assert same_bits(resize(x, 12, 8, hp.image_rs.imageops.FilterType.CATMULL_ROM), resize(x, 12, 8, "CatmullRom"))
    assert same_bits(resize(x[::-1, ::2], 12, 8, "Triangle"), resize(np.ascontiguousarray(x[::-1, ::2]), 12, 8, "Triangle"))
    out = np.empty((8, 12, 3), np.uint8)
    assert resize(x, 12, 8, "Gaussian", out=out) is out and same_bits(out, resize(x, 12, 8, "Gaussian"))
    plan = hp.image_rs.imageops.plan_resize(x.shape, x.dtype, 12, 8, "Gaussian")
    assert same_bits(pickle.loads(pickle.dumps(plan)).run(x), out)
    assert resize(np.array([[-1, 0.5, 2]], np.float32), 6, 1, "Nearest").tolist() == [[0, 0, 0.5, 0.5, 1, 1]]
    found = [match for match in hp.identify(x, resize(x, 41, 33, "CatmullRom")) if match.exact]
    assert ("image_rs", "CatmullRom") in [(match.dialect, match.options.get("filter")) for match in found]


def test_errors() -> None:
    x = np.zeros((4, 5, 3), np.uint8)
    for wrong in (lambda: resize(x, 0, 4, "Nearest"), lambda: resize(x, 4, 4, "nearest"), lambda: resize(x, 4, 4, None),
                  lambda: resize(x, 4.5, 4, "Nearest"), lambda: resize(x[None], 4, 4, "Nearest"), lambda: resize(x.astype(float), 4, 4, "Nearest")):
        with pytest.raises(hp.Error):
            wrong()
