"""Attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._errors import ArgumentError
from ._graph import GraphLayer

if TYPE_CHECKING:
    from ..._typing import DTypeLike


class _ManyHeads(GraphLayer):
    def __call__(self, query: Any, value: Any = None, key: Any = None, *, training: bool | None = None) -> Any:  # type: ignore[override]
        """Attends from query to value, by key (value unless given). A list of them is taken, too."""
        given = [one for one in (query, value, key) if one is not None]
        if value is None and key is not None:
            raise ArgumentError(f"[{self.name}] value must be given with key; got None")
        return super().__call__(given if len(given) > 1 else query, training)


class MultiHeadAttention(_ManyHeads):
    """query (N, …, T, E), value and key (N, …, S, E'): called on (query, value), (query, value, key) or a list of them.

    >>> import numpy as np, halfpixel as hp
    >>> layer = hp.keras.layers.MultiHeadAttention(2, 4)
    >>> layer(np.zeros((1, 5, 8)), np.zeros((1, 7, 8))).shape
    (1, 5, 8)
    """

    def __init__(self, num_heads: int, key_dim: int, value_dim: int | None = None, dropout: float = 0.0, use_bias: bool = True,
                 output_shape: Any = None, attention_axes: Any = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class GroupedQueryAttention(_ManyHeads):
    """Several query heads share a key and value head: called as MultiHeadAttention."""

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
