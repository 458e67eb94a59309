"""compare(): numbers of the command, page, wrong uses."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

import halfpixel as hp


@pytest.fixture(scope="module")
def cat() -> np.ndarray:
    return hp.read_image(ROOT / "examples" / "photos" / "chelsea.png")


def command() -> str:
    beside = Path(sysconfig.get_path("scripts")) / "halfpixel"
    for path in (ROOT / "build" / "python" / "prefix" / "bin" / "halfpixel", beside):
        if path.exists():
            return str(path)
    return shutil.which("halfpixel") or pytest.skip("the command is not here")


@pytest.mark.parametrize("method", ["bilinear", "bicubic", "nearest", "lanczos", "area"])
@pytest.mark.skipif("image" not in hp.info()["components"], reason="the command of this build reads no pictures")
def test_differences_are_those_of_the_command(cat: np.ndarray, method: str, tmp_path) -> None:
    hp.write_image(tmp_path / "cat.png", cat)
    got = subprocess.run([command(), "compare", "cat.png", "--size", "90x130", "--method", method, "--quiet"], cwd=tmp_path,
                         capture_output=True, text=True, check=True).stdout
    want = [(float(a), float(b)) for a, b in re.findall(r"^ +([\d.e+-]+) \( *([\d.e+-]+)\)", got, re.M)]
    found = hp.compare(cat, (90, 130), method)
    ours = list(zip(found.max_difference[0], found.mean_difference[0]))
    assert len(ours) == len(want) and len(want) >= 4
    np.testing.assert_allclose(ours, want, rtol=2e-3)


def test_results_are_the_calls(cat: np.ndarray) -> None:
    found = hp.compare(cat, (60, 70), dialects=["pillow", "tf2"])
    assert [result.name for result in found.results] == ["pillow, BILINEAR", "tf2, bilinear", "tf2, bilinear, antialias"]
    x = cat
    for result in found.results:
        want = eval(result.call, {"hp": hp, "x": x})
        np.testing.assert_array_equal(result.image, np.clip(np.rint(want), 0, 255))
    assert found.max_difference[0, 1] > 0 and (found.max_difference == found.max_difference.T).all()
    assert str(found).count("\n") == 3 and "hp.pillow.resize" in str(found)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_page(channels: int, dtype: str, rng: np.random.Generator, tmp_path) -> None:
    x = (rng.random((20, 30, channels)) * (60000 if dtype == "uint16" else 255)).astype(dtype)
    found = hp.compare(x, (11, 17), dialects="tf2,torch,jax".split(","))
    page = found.html()
    pngs = [base64.b64decode(data) for data in re.findall(r"data:image/png;base64,([\w+/=]+)", page)]
    assert len(pngs) == len(found.results) and "@" not in re.sub(r"base64,[^\"]*", "", page).split("<script>")[0].replace("@media", "")
    Image = pytest.importorskip("PIL.Image")
    import io

    for png, result in zip(pngs, found.results):
        pixels = np.asarray(Image.open(io.BytesIO(png)))
        want = result.image >> 8 if dtype == "uint16" else np.rint(result.image)
        np.testing.assert_array_equal(pixels.reshape(want.shape), want)
    found.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text("utf-8") == page
    assert "iframe" in found._repr_html_() and "<script>" not in found._repr_html_()


def test_large_pictures_are_cut(rng: np.random.Generator) -> None:
    found = hp.compare(rng.integers(0, 256, (30, 40), np.uint8), (1100, 20), "nearest", ["tf2", "pillow"])
    assert "rows" in found.html() and "of 1100 x 20 pixels" in found.html() and found.results[0].image.shape == (1100, 20, 1)


def test_pil_images(cat: np.ndarray) -> None:
    Image = pytest.importorskip("PIL.Image")
    found = hp.compare(Image.fromarray(cat), (50, 60), dialects=["pillow"])
    np.testing.assert_array_equal(found.results[0].image, hp.pillow.resize(cat, (60, 50), "BILINEAR"))


def test_wrong_uses(cat: np.ndarray, tmp_path) -> None:
    for wrong in (
        lambda: hp.compare(cat, 3), lambda: hp.compare(cat, (3,)), lambda: hp.compare(cat, (0, 3)), lambda: hp.compare(cat, "3x3"),
        lambda: hp.compare(cat, (3.5, 4)), lambda: hp.compare(cat[..., :2], (3, 3)), lambda: hp.compare(cat.astype(np.int64), (3, 3)),
        lambda: hp.compare(None, (3, 3)), lambda: hp.compare("cat.png", (3, 3)), lambda: hp.compare(cat[:0], (3, 3)),
        lambda: hp.compare(cat[None, None], (3, 3)), lambda: hp.compare(cat, (3, 3), "cubic"), lambda: hp.compare(cat, (3, 3), None),
        lambda: hp.compare(cat, (3, 3), dialects=["paint"]), lambda: hp.compare(cat, (3, 3), dialects=[]), lambda: hp.compare(cat, (3, 3), dialects=[3]),
        lambda: hp.compare(cat, (3, 3), dialects=3), lambda: hp.compare(cat, (3, 3), "lanczos", ["litert"]), lambda: hp.compare(cat, None),
        lambda: hp.compare(cat, (3, 3), ["bilinear"]),
        lambda: hp.compare(cat, (3, 3)).save(tmp_path / "nowhere" / "page.html"), lambda: hp.compare(cat, (3, 3)).save(None),
    ):
        with pytest.raises(hp.Error):
            wrong()
