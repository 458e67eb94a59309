"""Layers at the entrance of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._graph import GraphLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..._typing import DTypeLike


class Rescaling(GraphLayer):
    """x * scale + offset; integers become floating first.

    >>> import numpy as np, halfpixel as hp
    >>> layer = hp.keras.layers.Rescaling(1 / 255)
    >>> layer(np.zeros((1, 4, 4, 3), np.float32)).shape
    (1, 4, 4, 3)
    """

    def __init__(self, scale: float | Sequence[float], offset: float | Sequence[float] = 0.0, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Normalization(GraphLayer):
    """(x - mean) / sqrt(variance), or back; without both they are weights."""

    def __init__(self, axis: int | Sequence[int] | None = -1, mean: Any = None, variance: Any = None, invert: bool = False, *,
                 name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class AutoContrast(GraphLayer):
    """Each channel of each image stretched over value_range."""

    def __init__(self, value_range: Sequence[float] = (0, 255), *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class Embedding(GraphLayer):
    """Integers below input_dim to output_dim numbers each."""

    def __init__(self, input_dim: int, output_dim: int, mask_zero: bool = False, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class CenterCrop(GraphLayer):
    """The middle of an image; smaller images are enlarged."""

    def __init__(self, height: int, width: int, data_format: str | None = None, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Masking(GraphLayer):
    """Steps in which every feature is mask_value become zeros; recurrent layers pass over them."""

    def __init__(self, mask_value: float = 0.0, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


__all__ = ["AutoContrast", "CenterCrop", "Embedding", "Masking", "Normalization", "Rescaling"]
