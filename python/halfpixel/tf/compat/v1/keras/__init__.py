"""tf.compat.v1.keras: the same layers with the same numbers."""

from __future__ import annotations

from . import layers

__all__ = ["layers"]
