"""Attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._graph import GraphLayer

if TYPE_CHECKING:
    from ..._typing import DTypeLike


class MultiHeadAttention(GraphLayer):
    """query (N, …, T, E), value and key (N, …, S, E'): called on [query, value] or [query, value, key].

    >>> import numpy as np, halfpixel as hp
    >>> layer = hp.keras.layers.MultiHeadAttention(2, 4)
    >>> layer([np.zeros((1, 5, 8)), np.zeros((1, 7, 8))]).shape
    (1, 5, 8)
    """

    def __init__(self, num_heads: int, key_dim: int, value_dim: int | None = None, dropout: float = 0.0, use_bias: bool = True,
                 output_shape: Any = None, attention_axes: Any = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class GroupedQueryAttention(GraphLayer):
    """Several query heads share a key and value head: called on [query, value] or [query, value, key]."""

    def __init__(self, head_dim: int, num_query_heads: int, num_key_value_heads: int, dropout: float = 0.0,
                 use_bias: bool = True, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Attention(GraphLayer):
    """Dot-product attention (Luong) of [query, value] or [query, value, key]."""

    def __init__(self, use_scale: bool = False, score_mode: str = "dot", dropout: float = 0.0, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class AdditiveAttention(GraphLayer):
    """Additive attention (Bahdanau) of [query, value] or [query, value, key]."""

    def __init__(self, use_scale: bool = True, dropout: float = 0.0, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


GroupQueryAttention = GroupedQueryAttention


__all__ = ["AdditiveAttention", "Attention", "GroupQueryAttention", "GroupedQueryAttention", "MultiHeadAttention"]
