"""tf.compat.v1: image and keras."""

from __future__ import annotations

from . import image, keras

__all__ = ["image", "keras"]
