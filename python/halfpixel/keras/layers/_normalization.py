"""Normalisation, as at inference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._graph import GraphLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..._typing import DTypeLike


class BatchNormalization(GraphLayer):
    """(x - moving_mean) / sqrt(moving_variance + epsilon) * gamma + beta, as at inference.

    >>> import numpy as np, halfpixel as hp
    >>> layer = hp.keras.layers.BatchNormalization()
    >>> layer(np.zeros((1, 4, 4, 3), np.float32)).shape
    (1, 4, 4, 3)
    """

    def __init__(self, axis: int = -1, momentum: float = 0.99, epsilon: float = 0.001, center: bool = True, scale: bool = True,
                 *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class LayerNormalization(GraphLayer):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, of each sample over the axes."""

    def __init__(self, axis: int | Sequence[int] = -1, epsilon: float = 0.001, center: bool = True, scale: bool = True, *,
                 name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class GroupNormalization(GraphLayer):
    """Mean and variance over each group of channels; groups=-1: instance normalisation."""

    def __init__(self, groups: int = 32, axis: int = -1, epsilon: float = 0.001, center: bool = True, scale: bool = True, *,
                 name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class UnitNormalization(GraphLayer):
    """Divided by the L2 norm over the axes."""

    def __init__(self, axis: int | Sequence[int] = -1, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class RMSNormalization(GraphLayer):
    """Divided by the root of the mean square over the axes, times a weight."""

    def __init__(self, axis: int | Sequence[int] = -1, epsilon: float = 1e-6, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class SpectralNormalization(GraphLayer):
    """The wrapped layer with the kernel that training left."""

    def __init__(self, layer: GraphLayer, power_iterations: int = 1, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


__all__ = ["BatchNormalization", "GroupNormalization", "LayerNormalization", "RMSNormalization", "SpectralNormalization",
           "UnitNormalization"]
