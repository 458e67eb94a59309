"""Pooling: the largest or the average value of windows, or of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._graph import GraphLayer

if TYPE_CHECKING:
    from ..._typing import DTypeLike


class MaxPooling1D(GraphLayer):
    """The largest value of each window of (N, steps, C); strides: pool_size unless given."""

    def __init__(self, pool_size: int = 2, strides: int | None = None, padding: str = "valid", data_format: str | None = None,
                 *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class MaxPooling2D(GraphLayer):
    """The largest value of each window of (N, H, W, C); strides: pool_size unless given.

    >>> import numpy as np, halfpixel as hp
    >>> layer = hp.keras.layers.MaxPooling2D()
    >>> layer(np.zeros((1, 8, 8, 3), np.float32)).shape
    (1, 4, 4, 3)
    """

    def __init__(self, pool_size: int | tuple[int, int] = (2, 2), strides: int | tuple[int, int] | None = None,
                 padding: str = "valid", data_format: str | None = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class MaxPooling3D(GraphLayer):
    """The largest value of each window of (N, D, H, W, C); strides: pool_size unless given."""

    def __init__(self, pool_size: int | tuple[int, int, int] = (2, 2, 2), strides: int | tuple[int, int, int] | None = None,
                 padding: str = "valid", data_format: str | None = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class AveragePooling1D(GraphLayer):
    """The average value of each window of (N, steps, C); strides: pool_size unless given."""

    def __init__(self, pool_size: int, strides: int | None = None, padding: str = "valid", data_format: str | None = None,
                 *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class AveragePooling2D(GraphLayer):
    """The average value of each window of (N, H, W, C); strides: pool_size unless given."""

    def __init__(self, pool_size: int | tuple[int, int], strides: int | tuple[int, int] | None = None,
                 padding: str = "valid", data_format: str | None = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class AveragePooling3D(GraphLayer):
    """The average value of each window of (N, D, H, W, C); strides: pool_size unless given."""

    def __init__(self, pool_size: int | tuple[int, int, int], strides: int | tuple[int, int, int] | None = None,
                 padding: str = "valid", data_format: str | None = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class GlobalMaxPooling1D(GraphLayer):
    """The largest value of each channel of (N, steps, C): (N, C)."""

    def __init__(self, data_format: str | None = None, keepdims: bool = False, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class GlobalMaxPooling2D(GraphLayer):
    """The largest value of each channel of (N, H, W, C): (N, C)."""

    def __init__(self, data_format: str | None = None, keepdims: bool = False, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class GlobalMaxPooling3D(GraphLayer):
    """The largest value of each channel of (N, D, H, W, C): (N, C)."""

    def __init__(self, data_format: str | None = None, keepdims: bool = False, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class GlobalAveragePooling1D(GraphLayer):
    """The average value of each channel of (N, steps, C): (N, C)."""

    def __init__(self, data_format: str | None = None, keepdims: bool = False, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class GlobalAveragePooling2D(GraphLayer):
    """The average value of each channel of (N, H, W, C): (N, C)."""

    def __init__(self, data_format: str | None = None, keepdims: bool = False, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class GlobalAveragePooling3D(GraphLayer):
    """The average value of each channel of (N, D, H, W, C): (N, C)."""

    def __init__(self, data_format: str | None = None, keepdims: bool = False, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


MaxPool1D = MaxPooling1D
MaxPool2D = MaxPooling2D
MaxPool3D = MaxPooling3D
AvgPool1D = AveragePooling1D
AvgPool2D = AveragePooling2D
AvgPool3D = AveragePooling3D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalMaxPool3D = GlobalMaxPooling3D
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D


__all__ = ["AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "AvgPool1D", "AvgPool2D", "AvgPool3D",
           "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalAvgPool1D", "GlobalAvgPool2D",
           "GlobalAvgPool3D", "GlobalMaxPool1D", "GlobalMaxPool2D", "GlobalMaxPool3D", "GlobalMaxPooling1D",
           "GlobalMaxPooling2D", "GlobalMaxPooling3D", "MaxPool1D", "MaxPool2D", "MaxPool3D", "MaxPooling1D", "MaxPooling2D",
           "MaxPooling3D"]
