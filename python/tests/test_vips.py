"""hp.vips: shapes, plans, errors, and numbers that libvips gave."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp

resize = hp.vips.resize


def test_numbers_of_libvips() -> None:
    x = np.array([[0, 85, 170, 255]], np.uint8)
    assert resize(x, 2, vscale=1).tolist() == [[0, 0, 37, 85, 128, 170, 218, 255]]
    assert resize(x, 0.5, vscale=1).tolist() == [[40, 215]]
    assert resize(x[:, :, None], 1, vscale=2, kernel="linear").tolist() == [[[0], [43], [128], [213]]] * 2


def test_arrays(rng: np.random.Generator) -> None:
    x = (rng.random((20, 30, 3)) * 255).astype(np.uint8)
    assert resize(x, 0.5).shape == (10, 15, 3) and resize(x[..., 0], 1.5, vscale=0.1, kernel="nearest").shape == (2, 45)
    assert same_bits(resize(x, 0.6, kernel=hp.vips.Kernel.MITCHELL), resize(x, 0.6, kernel="mitchell"))
    assert same_bits(resize(x[::-1, ::2], 0.7), resize(np.ascontiguousarray(x[::-1, ::2]), 0.7))
    out = np.empty((5, 8, 3), np.uint8)
    assert resize(x, 0.25, out=out) is out and same_bits(out, resize(x, 0.25))
    assert not same_bits(out, resize(x, 0.25, gap=0))
    plan = hp.vips.plan_resize(x.shape, x.dtype, 0.8, vscale=0.5, kernel="cubic")
    assert same_bits(pickle.loads(pickle.dumps(plan)).run(x), resize(x, 0.8, vscale=0.5, kernel="cubic"))
    scale, vscale = hp.vips.scale_of(30, 7), hp.vips.scale_of(20, 9)
    found = [match for match in hp.identify(x, resize(x, scale, vscale=vscale, kernel="mks2013")) if match.exact]
    assert ("vips", "mks2013") in [(match.dialect, match.options.get("kernel")) for match in found]
    compared = hp.compare(x, (9, 7), "lanczos", dialects=["vips"]).results
    assert [result.name for result in compared] == ["vips, lanczos3"]


def test_errors() -> None:
    x = np.zeros((40, 5, 3), np.uint8)
    for wrong in (lambda: resize(x, 0), lambda: resize(x, 2, kernel="lanczos"), lambda: resize(x, 2, kernel=None),
                  lambda: resize(x, "2"), lambda: resize(x, 2, gap=0.5), lambda: resize(x, 2, access="seq"),
                  lambda: resize(x.astype(np.float64), 2), lambda: hp.vips.plan_resize(x.shape, x.dtype, 0.2),
                  lambda: hp.vips.scale_of(0, 4)):
        with pytest.raises(hp.Error):
            wrong()
