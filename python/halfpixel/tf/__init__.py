"""TensorFlow's names: tf.image, tf.compat.v1 and tf.function."""

from __future__ import annotations

from . import compat, image
from ._function import ConcreteFunction, Function, TensorSpec, function

__all__ = ["ConcreteFunction", "Function", "TensorSpec", "compat", "function", "image"]
