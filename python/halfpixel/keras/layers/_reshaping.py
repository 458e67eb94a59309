"""Layers that move elements without changing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._graph import GraphLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..._typing import DTypeLike


class Reshape(GraphLayer):
    """(N, …) to (N, target_shape…), the elements in the same order; one extent may be -1.

    >>> import numpy as np, halfpixel as hp
    >>> layer = hp.keras.layers.Reshape((2, -1))
    >>> layer(np.zeros((1, 8), np.float32)).shape
    (1, 2, 4)
    """

    def __init__(self, target_shape: Sequence[int], *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class Flatten(GraphLayer):
    """(N, …) to (N, product)."""

    def __init__(self, data_format: str | None = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class Permute(GraphLayer):
    """The axes behind the batch in another order, counted from 1."""

    def __init__(self, dims: Sequence[int], *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class RepeatVector(GraphLayer):
    """(N, features) to (N, n, features)."""

    def __init__(self, n: int, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class Identity(GraphLayer):
    """Hands its input on."""

    def __init__(self, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class ZeroPadding1D(GraphLayer):
    """Zeros around (N, steps, C): an integer, one or a pair (before, after) for each axis."""

    def __init__(self, padding: Any = 1, data_format: str | None = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class ZeroPadding2D(GraphLayer):
    """Zeros around (N, H, W, C): an integer, one or a pair (before, after) for each axis."""

    def __init__(self, padding: Any = (1, 1), data_format: str | None = None, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class ZeroPadding3D(GraphLayer):
    """Zeros around (N, D, H, W, C): an integer, one or a pair (before, after) for each axis."""

    def __init__(self, padding: Any = (1, 1, 1), data_format: str | None = None, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Cropping1D(GraphLayer):
    """Less of (N, steps, C): an integer, one or a pair (before, after) for each axis."""

    def __init__(self, cropping: Any = (1, 1), *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class Cropping2D(GraphLayer):
    """Less of (N, H, W, C): an integer, one or a pair (before, after) for each axis."""

    def __init__(self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Cropping3D(GraphLayer):
    """Less of (N, D, H, W, C): an integer, one or a pair (before, after) for each axis."""

    def __init__(self, cropping: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


__all__ = ["Cropping1D", "Cropping2D", "Cropping3D", "Flatten", "Identity", "Permute", "RepeatVector", "Reshape",
           "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"]
