"""Examples in docstrings are run; every public name has a docstring; types are complete and right."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

import halfpixel as hp

NEEDS = {"halfpixel.dask": "dask.array", "halfpixel._autograd": "torch", "halfpixel.torch.nn._modules": "torch"}
MODULES = sorted(module.name for module in pkgutil.walk_packages(hp.__path__, "halfpixel.")
                 if not module.name.rsplit(".", 1)[-1] in ("_core", "_model", "_image"))


@pytest.mark.parametrize("name", ["halfpixel", *MODULES])
def test_examples(name: str) -> None:
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


@pytest.mark.parametrize("name", ["halfpixel", *(name for name in MODULES if "._" not in name)])
def test_everything_public_is_documented(name: str) -> None:
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    module = importlib.import_module(name)
    assert module.__doc__
    for key in module.__all__:
        try:
            value = getattr(module, key)
        except ImportError:  # a module for a package that is not here
            continue
        if not (inspect.isclass(value) or inspect.isfunction(value)):
            continue
        assert value.__doc__, f"{name}.{key}"
        if not (inspect.isclass(value) and issubclass(value, BaseException)):
            assert inspect.signature(value) is not None
        if inspect.isclass(value):
            for attribute, member in vars(value).items():
                if not attribute.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
                    assert member.__doc__, f"{name}.{key}.{attribute}"


PROGRAM = '''
import numpy as np
import numpy.typing as npt
from conftest import ROOT

import halfpixel as hp

def enlarge(x: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    return hp.tf.image.resize(x, (128, 128), method="bilinear", antialias=True)

y: npt.NDArray[np.float32] = hp.tf.image.resize(np.zeros((1, 2, 2, 1), np.float32), [4, 4])
layer = hp.keras.layers.UpSampling2D(size=(2, 2), interpolation="bilinear", data_format=None)
z: npt.NDArray[np.float32] = layer(y)
plan: hp.Plan = hp.tf.image.plan_resize((1, 64, 64, 3), "float32", (128, 128), method="bicubic")
rows: tuple[tuple[int, int], ...] = plan.required_input(rows=(0, 64), cols=(0, 64))
model: hp.keras.Model = hp.keras.models.load_model("m.keras")
built: hp.keras.Sequential = hp.keras.Sequential([hp.keras.Input((None, None, 3)), hp.keras.layers.UpSampling2D(2)])
built.add(hp.keras.layers.Conv2D(3, 3, padding="same", activation="relu", name="c"))
v = built.predict(np.zeros((1, 8, 8, 3), np.float32))
i = hp.keras.Input((8, 8, 3))
t: hp.keras.KerasTensor = hp.keras.layers.UpSampling2D(2)(i) + 1
u: hp.keras.KerasTensor = hp.keras.ops.depth_to_space(hp.keras.layers.Conv2D(12, 3)(i), 2)
functional: hp.keras.Model = hp.keras.Model(i, [t, u], name="two")
weights: list[npt.NDArray[np.float32]] = functional.get_weights()
r: hp.keras.KerasTensor = hp.tf.image.resize(i, (3, 4))
page: str = hp.compare(np.zeros((8, 8, 3), np.uint8), (4, 4)).html()
text: str = hp.tf.function(model).describe((1, 2, 2, 3))
try:
    hp.read_npy("x.npy")
except hp.Error:
    pass
'''


@pytest.fixture(scope="module")
def mypy(tmp_path_factory) -> list[str]:
    pytest.importorskip("mypy")
    cache = str(tmp_path_factory.mktemp("mypy"))
    return [sys.executable, "-m", "mypy", "--strict", "--cache-dir", cache, "--ignore-missing-imports"]


def test_types(mypy: list[str], tmp_path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "wrong.py").write_text("import halfpixel as hp\nhp.tf.image.resize(1, 2, metod=3)\nhp.set_num_threads('2')\n")
    good = subprocess.run([*mypy, "program.py"], cwd=tmp_path, capture_output=True, text=True)
    assert good.returncode == 0, good.stdout
    bad = subprocess.run([*mypy, "wrong.py"], cwd=tmp_path, capture_output=True, text=True)
    assert bad.stdout.count("error:") >= 2, bad.stdout


def test_the_package_itself_has_strict_types(mypy: list[str], tmp_path) -> None:
    result = subprocess.run([*mypy, "-p", "halfpixel"], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


PAGE_BLOCK = re.compile(r"(?:<!-- needs ([\w.]+) -->\n)?```python\n(.*?)```\n(?:```text\n(.*?)```)?", re.S)


@pytest.mark.parametrize("page", ["python", "scale"])
def test_pages(page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    scope: dict[str, object] = {}
    blocks = PAGE_BLOCK.findall((ROOT / "docs" / f"{page}.md").read_text())
    assert blocks
    for needs, code, want in blocks:
        if needs:
            try:
                importlib.import_module(needs)
            except ImportError:
                continue
        exec(compile(code, f"{page}.md", "exec"), scope)
        assert capsys.readouterr().out == want


ROW = re.compile(r"^\| `(.*?)` \| `(.*?)` \| (bits|bits on TensorFlow|rounding|other) \|$", re.M)
ROWS = ROW.findall((ROOT / "docs" / "coming_from.md").read_text())


def test_the_rows_are_found() -> None:
    assert len(ROWS) >= 25


@pytest.mark.parametrize(("there", "here", "numbers"), ROWS, ids=[row[0][:60] for row in ROWS])
def test_coming_from(there: str, here: str, numbers: str, rng: np.random.Generator) -> None:
    x = rng.integers(0, 256, (24, 30, 3), np.uint8)
    b = rng.random((2, 24, 30, 3), np.float32)
    scope = {"np": np, "hp": hp, "x": x, "b": b, "t": np.ascontiguousarray(b.transpose(0, 3, 1, 2)), "h": 17, "w": 40}
    if re.search(r"\bimage\b(?!\.resize)", here.replace("hp.jax.image", "").replace("tf.image", "").replace("v1.image", "")):
        scope["Image"] = pytest.importorskip("PIL.Image")
        scope["image"] = scope["Image"].fromarray(x)
    got = np.asarray(eval(here, scope))
    module = re.match(r"\w+", there)[0]
    imported = {"tf": "tensorflow", "cv2": "cv2"}.get(module, module)
    if numbers == "other" or numbers.endswith("TensorFlow"):
        return
    if module != "image":
        scope[module] = pytest.importorskip(imported)
        if module == "torchvision":
            pytest.importorskip("torchvision.transforms")
    want = eval(there, scope)
    want = np.asarray(want.detach() if hasattr(want, "detach") else want)
    if numbers == "bits":
        np.testing.assert_array_equal(got, want)
    else:
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=2e-6)


def test_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cells run; what they show, but for pictures and times, is what stands in it."""
    for needs in ("PIL", "dask.array"):
        pytest.importorskip(needs)
    folder = ROOT / "examples" / "python"
    monkeypatch.chdir(folder)
    scope: dict[str, object] = {}
    for cell in json.loads((folder / "five_minutes.ipynb").read_text())["cells"]:
        if cell["cell_type"] != "code":
            continue
        *body, last = ast.parse("".join(cell["source"])).body
        exec(compile(ast.Module(body, []), "notebook", "exec"), scope)
        if not isinstance(last, ast.Expr):
            exec(compile(ast.Module([last], []), "notebook", "exec"), scope)
            continue
        value = eval(compile(ast.Expression(last.value), "notebook", "eval"), scope)
        for output in cell["outputs"]:
            want = "".join(output.get("data", {}).get("text/plain", ""))
            if isinstance(value, (np.ndarray, bool)):
                assert repr(value) == want
            for kind, method in (("text/html", "_repr_html_"), ("image/svg+xml", "_repr_svg_")):
                if kind in output.get("data", {}):
                    assert getattr(value, method)()
