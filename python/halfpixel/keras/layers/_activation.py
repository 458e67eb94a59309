"""Activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._graph import GraphLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..._typing import DTypeLike


class Activation(GraphLayer):
    """One of Keras' activation functions by name, as a layer.

    >>> import numpy as np, halfpixel as hp
    >>> layer = hp.keras.layers.Activation("relu")
    >>> layer(np.zeros((1, 3), np.float32)).shape
    (1, 3)
    """

    def __init__(self, activation: Any, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class ReLU(GraphLayer):
    """max(x, 0), with Keras' max_value, negative_slope and threshold."""

    def __init__(self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, *,
                 name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class LeakyReLU(GraphLayer):
    """x where positive, negative_slope * x elsewhere."""

    def __init__(self, negative_slope: float = 0.3, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class PReLU(GraphLayer):
    """x where positive, alpha * x elsewhere; alpha is a weight, zeros at first."""

    def __init__(self, shared_axes: int | Sequence[int] | None = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class ELU(GraphLayer):
    """x where positive, alpha * (exp(x) - 1) elsewhere."""

    def __init__(self, alpha: float = 1.0, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class Softmax(GraphLayer):
    """exp(x) over its sum along the axes."""

    def __init__(self, axis: int | Sequence[int] = -1, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


__all__ = ["Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"]
