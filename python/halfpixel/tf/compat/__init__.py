"""tf.compat: the names of TensorFlow 1."""

from __future__ import annotations

from . import v1

__all__ = ["v1"]
