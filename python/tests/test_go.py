"""hp.go: shapes and errors, and alpha."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp

scale = hp.go.draw.scale


def test_arrays(rng: np.random.Generator) -> None:
    x = (rng.random((20, 30, 3)) * 255).astype(np.uint8)
    assert scale(x, 12, 8, "CatmullRom").shape == (8, 12, 3) and scale(x[..., 0], 12, 8, "NearestNeighbor").shape == (8, 12)
    assert same_bits(scale(x, 12, 8, hp.go.draw.Interpolator.BI_LINEAR), scale(x, 12, 8, "BiLinear"))
    assert same_bits(scale(x[::-1, ::2], 12, 8, "BiLinear"), scale(np.ascontiguousarray(x[::-1, ::2]), 12, 8, "BiLinear"))
    out = np.empty((8, 12, 3), np.uint8)
    assert scale(x, 12, 8, "ApproxBiLinear", out=out) is out and same_bits(out, scale(x, 12, 8, "ApproxBiLinear"))
    plan = hp.go.draw.plan_scale(x.shape, x.dtype, 12, 8, "ApproxBiLinear")
    assert same_bits(pickle.loads(pickle.dumps(plan)).run(x), out)
    faint = np.array([[[200, 10, 0, 100]] * 2], np.uint8)
    assert scale(faint, 1, 1, "BiLinear").tolist() == [[[100, 10, 0, 100]]]
    assert same_bits(scale(np.asfortranarray(faint), 1, 1, "BiLinear"), scale(faint, 1, 1, "BiLinear"))
    found = [match for match in hp.identify(x, scale(x, 41, 33, "CatmullRom")) if match.exact]
    assert ("go", "CatmullRom") in [(match.dialect, match.options.get("interpolator")) for match in found]


def test_errors() -> None:
    x = np.zeros((4, 5, 3), np.uint8)
    for wrong in (lambda: scale(x, 0, 4, "BiLinear"), lambda: scale(x, 4, 4, "Bilinear"), lambda: scale(x, 4, 4, None),
                  lambda: scale(x, 4.5, 4, "BiLinear"), lambda: scale(x[..., :2], 4, 4, "BiLinear"),
                  lambda: scale(x.astype(np.float32), 4, 4, "BiLinear")):
        with pytest.raises(hp.Error):
            wrong()
