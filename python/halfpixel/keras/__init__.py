"""Keras' names: layers, models, config, and accelerate() for models of the real Keras."""

from __future__ import annotations

from . import config, layers, models, utils
from ._accelerate import Accelerated, accelerate
from .models import KerasTensor, Model, Sequential

__all__ = ["Accelerated", "KerasTensor", "Model", "Sequential", "accelerate", "config", "layers", "models", "utils"]
