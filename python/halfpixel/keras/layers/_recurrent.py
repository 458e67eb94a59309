"""Recurrent layers and what wraps layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._graph import GraphLayer
from ._sampling import Layer

if TYPE_CHECKING:
    from ..._typing import DTypeLike


class SimpleRNN(GraphLayer):
    """(N, steps, features) to (N, units), or (N, steps, units) with return_sequences."""

    def __init__(self, units: int, activation: Any = "tanh", use_bias: bool = True, return_sequences: bool = False,
                 go_backwards: bool = False, *, dropout: float = 0.0, recurrent_dropout: float = 0.0, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class LSTM(GraphLayer):
    """(N, steps, features) to (N, units), or (N, steps, units) with return_sequences.

    >>> import numpy as np, halfpixel as hp
    >>> layer = hp.keras.layers.LSTM(4)
    >>> layer(np.zeros((1, 5, 3), np.float32)).shape
    (1, 4)
    """

    def __init__(self, units: int, activation: Any = "tanh", recurrent_activation: Any = "sigmoid",
                 use_bias: bool = True, return_sequences: bool = False, go_backwards: bool = False, *, dropout: float = 0.0,
                 recurrent_dropout: float = 0.0, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class GRU(GraphLayer):
    """(N, steps, features) to (N, units), or (N, steps, units) with return_sequences."""

    def __init__(self, units: int, activation: Any = "tanh", recurrent_activation: Any = "sigmoid", use_bias: bool = True,
                 return_sequences: bool = False, go_backwards: bool = False, reset_after: bool = True, *, dropout: float = 0.0,
                 recurrent_dropout: float = 0.0, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Bidirectional(GraphLayer):
    """A recurrent layer, forwards and backwards."""

    def __init__(self, layer: GraphLayer, merge_mode: str | None = "concat", *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class TimeDistributed(GraphLayer):
    """A layer at each step of (N, steps, …)."""

    def __init__(self, layer: Layer, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


__all__ = ["Bidirectional", "GRU", "LSTM", "SimpleRNN", "TimeDistributed"]
