"""Results of the real TensorFlow and Keras (tests/data/oracle), bit for bit, through the package."""

from __future__ import annotations

import re

import numpy as np
import pytest
from conftest import ROOT

import halfpixel as hp

DATA = ROOT / "tests" / "data" / "oracle"
LINES = [line for line in (DATA / "cases.txt").read_text().splitlines() if line and not line.startswith("#")]
KINDS = sorted({line.split()[0] for line in LINES})


@pytest.fixture(scope="module")
def blob() -> bytes:
    return (DATA / "cases.bin").read_bytes()


def tensor(blob: bytes, text: str) -> np.ndarray:
    dtype, rest = text.split(":")
    shape, offset = rest.split("@")
    shape = tuple(int(extent) for extent in shape.split("x")) if shape else ()
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes").bfloat16
    count = int(np.prod(shape))
    return np.frombuffer(blob, dtype, count, int(offset)).reshape(shape)  # read-only, and taken as it is


def value(text: str):
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"\d+(x\d+)+", text):
        return tuple(int(part) for part in text.split("x"))
    try:
        return float(text)
    except ValueError:
        return text


def compute(kind: str, x: np.ndarray, options: dict) -> np.ndarray:
    gradient = kind.endswith(("gradient", ".grad"))
    shape = options.pop("input_shape", None)
    if kind.startswith("keras.layers."):
        name = kind.split(".")[2]
        layer = getattr(hp.keras.layers, name)(**options)
        return layer.gradient(x, shape) if gradient else layer(x)
    module = hp.tf.compat.v1.image if ".v1." in kind else hp.tf.image
    name = kind.split(".image.")[1].split(".")[0]
    if not gradient:
        return getattr(module, name)(x, options.pop("size"), **options)
    name = name if name.endswith("_gradient") else f"{name}_gradient"
    options.pop("size", None)
    return getattr(module, name)(x, shape, **options)


def equal_but_for_nan_payloads(a: np.ndarray, b: np.ndarray) -> bool:
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if a.dtype.kind not in "fV":
        return a.tobytes() == b.tobytes()
    bits = {2: np.uint16, 4: np.uint32, 8: np.uint64}[a.dtype.itemsize]
    nan = (a != a) & (b != b)
    return bool(((np.ascontiguousarray(a).view(bits) == np.ascontiguousarray(b).view(bits)) | nan).all())


@pytest.mark.parametrize("kind", KINDS)
def test_bits(kind: str, blob: bytes) -> None:
    checked = 0
    for line in LINES:
        words = line.split()
        if words[0] != kind:
            continue
        options = dict(word.split("=", 1) for word in words[1:])
        x, want = tensor(blob, options.pop("in")), tensor(blob, options.pop("out"))
        got = compute(kind, x, {key: value(text) for key, text in options.items()})
        assert equal_but_for_nan_payloads(got, want), line
        checked += 1
    assert checked > 0
