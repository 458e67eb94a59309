"""tf.compat.v1.keras.layers: the same classes as keras.layers."""

from __future__ import annotations

from .....keras.layers import Resizing, UpSampling1D, UpSampling2D, UpSampling3D

__all__ = ["Resizing", "UpSampling1D", "UpSampling2D", "UpSampling3D"]
