"""Keras' names: layers, models, ops, config, and accelerate() for models of the real Keras."""

from __future__ import annotations

from . import config, layers, models, ops, utils
from ._accelerate import Accelerated, accelerate
from ._tensor import Input, KerasTensor
from .models import Model, Sequential

__all__ = ["Accelerated", "Input", "KerasTensor", "Model", "Sequential", "accelerate", "config", "layers", "models", "ops", "utils"]
