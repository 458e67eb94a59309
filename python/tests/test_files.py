"""Arrays and pictures in files; info; the command."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT, same_bits

import halfpixel as hp


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int64", "float16", "float64"])
def test_npy(dtype: str, tmp_path, rng: np.random.Generator) -> None:
    x = (rng.random((3, 4, 5)) * 100).astype(dtype)
    hp.write_npy(tmp_path / "x.npy", x[:, ::-1])
    assert same_bits(np.load(tmp_path / "x.npy"), x[:, ::-1]) and same_bits(hp.read_npy(str(tmp_path / "x.npy")), x[:, ::-1])
    np.save(tmp_path / "y.npy", np.asfortranarray(x.astype(x.dtype.newbyteorder(">"))))
    assert same_bits(hp.read_npy(tmp_path / "y.npy"), x)


def test_images(tmp_path) -> None:
    photo = hp.read_image(ROOT / "examples" / "photos" / "chelsea.png")
    assert photo.dtype == np.uint8 and photo.shape == (300, 451, 3)
    hp.write_image(tmp_path / "copy.png", photo[:, ::-1])
    assert same_bits(hp.read_image(tmp_path / "copy.png"), photo[:, ::-1])
    hp.write_image(tmp_path / "grey.png", photo[:, :, 0])
    assert hp.read_image(tmp_path / "grey.png").shape == (300, 451, 1)
    with pytest.raises(hp.Error):
        hp.write_image(tmp_path / "x.unknown", photo)
    with pytest.raises(hp.Error):
        hp.write_image(tmp_path / "x.png", photo.astype(np.float64))
    assert sorted(os.listdir(tmp_path)) == ["copy.png", "grey.png"]


def test_pillow_reads_where_libvips_is_not(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("PIL")
    from halfpixel import _files

    path = ROOT / "examples" / "photos" / "chelsea.png"
    want = hp.read_image(path)
    monkeypatch.setattr(_files, "_component", lambda: None)
    assert same_bits(hp.read_image(path), want)
    hp.write_image(tmp_path / "x.png", want)
    assert same_bits(hp.read_image(tmp_path / "x.png"), want)
    (tmp_path / "bad.png").write_bytes(b"no picture")
    with pytest.raises(hp.Error):
        hp.read_image(tmp_path / "bad.png")
    with pytest.raises(hp.Error):
        hp.write_image(tmp_path / "none" / "x.png", want)


@pytest.mark.parametrize("read", [hp.read_npy, hp.read_image])
def test_files_that_are_not_there(read, tmp_path) -> None:
    with pytest.raises(FileNotFoundError) as error:
        read(tmp_path / "nothing")
    assert isinstance(error.value, hp.Error) and error.value.filename.endswith("nothing")
    (tmp_path / "bad").write_bytes(b"neither")
    with pytest.raises(hp.Error) as error:
        read(tmp_path / "bad")
    assert isinstance(error.value, (ValueError, OSError))
    with pytest.raises(TypeError):
        read(3.5)
    with pytest.raises(OSError):
        hp.write_npy(tmp_path / "no" / "x.npy", np.zeros(3))


def test_info() -> None:
    info = hp.info()
    assert info["version"] == hp.__version__ and info["target"] in info["available_targets"]
    assert info["threads"] == hp.num_threads() and "core" in info["components"]


def test_threads_do_not_change_bits(rng: np.random.Generator) -> None:
    x, before = rng.random((1, 200, 200, 3), np.float32), hp.num_threads()
    results = []
    for count in (1, 2, 5):
        hp.set_num_threads(count)
        assert hp.num_threads() == count
        results.append(hp.tf.image.resize(x, (399, 401), method="gaussian"))
    hp.set_num_threads(before)
    assert same_bits(results[0], results[1]) and same_bits(results[0], results[2])


def test_errors_are_pythons_too() -> None:
    assert issubclass(hp.Error, Exception)
    for name, base in {"ArgumentError": ValueError, "ArgumentTypeError": TypeError, "OutOfMemoryError": MemoryError,
                       "FileError": OSError, "MissingFileError": FileNotFoundError}.items():
        assert issubclass(getattr(hp, name), base) and issubclass(getattr(hp, name), hp.Error)


def test_command(tmp_path) -> None:
    command = pathlib.Path(sys.executable).parent / "halfpixel"
    program = pathlib.Path(hp.__file__).parent / "bin" / "halfpixel"
    if not command.exists() or not program.exists():
        pytest.skip("the package was built without the command")
    np.save(tmp_path / "x.npy", np.zeros((1, 2, 2, 1), np.float32))
    subprocess.run([command, "upsample", tmp_path / "x.npy", tmp_path / "y.npy"], check=True)
    assert np.load(tmp_path / "y.npy").shape == (1, 4, 4, 1)


def test_importing_takes_no_others() -> None:
    code = ("import sys, halfpixel; print([name for name in ('torch', 'jax', 'tensorflow', 'dask', 'ray', 'PIL', 'keras') "
            "if name in sys.modules], 'halfpixel._model' in sys.modules, 'halfpixel._image' in sys.modules)")
    got = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
    assert got == "[] False False"


@pytest.mark.parametrize("first", ["torch", "halfpixel"])
def test_beside_torch(first: str, model_path: str) -> None:
    pytest.importorskip("torch")
    second = "halfpixel" if first == "torch" else "torch"
    code = (f"import {first}, {second}, numpy as np, halfpixel as hp, torch\n"
            "torch.set_num_threads(2); x = np.ones((1, 40, 40, 3), np.float32)\n"
            f"m = hp.keras.models.load_model({model_path!r}); a = m(x)\n"
            "b = torch.ones(300, 300) @ torch.ones(300, 300)\n"
            "print(torch.get_num_threads(), hp.num_threads() >= 1, a.tobytes() == m(x).tobytes())")
    got = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
    assert got == "2 True True"


@pytest.mark.parametrize("call", [hp.read_npy, hp.read_image, lambda path: hp.write_npy(path, np.zeros(3)), lambda path: hp.write_image(path, np.zeros((2, 2, 3), np.uint8)),
                                  hp.keras.models.load_model, lambda path: hp.compare(np.zeros((8, 8, 3), np.uint8), (4, 4)).save(path)])
def test_names_that_no_file_has(call) -> None:
    for wrong in ("a\0b", "\ud800.npy", None, 3.5):
        with pytest.raises(hp.Error, match="path"):
            call(wrong)
