"""What the tests share."""

from __future__ import annotations

import os
import pathlib

import numpy as np
import pytest

import halfpixel as hp

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("KERAS_HOME", str(ROOT / "build" / "no-keras-home"))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture(scope="session")
def model_path() -> str:
    return str(ROOT / "examples" / "super_resolution" / "espcn_x2.keras")


@pytest.fixture
def model(model_path: str):
    return hp.keras.models.load_model(model_path)


def same_bits(a, b) -> bool:
    a, b = np.ascontiguousarray(a), np.ascontiguousarray(b)
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
