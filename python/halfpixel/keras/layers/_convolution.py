"""Convolutions and dense layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._graph import GraphLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..._typing import DTypeLike


class Conv1D(GraphLayer):
    """(N, steps, C) to filters channels, or channels first. padding: "valid", "same" or "causal".

    Kernels start glorot uniform, biases zero. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> layer = hp.keras.layers.Conv1D(8, 3, padding="same")
    >>> layer(np.zeros((1, 9, 3), np.float32)).shape
    (1, 9, 8)
    """

    def __init__(self, filters: int, kernel_size: int, strides: int = 1, padding: str = "valid",
                 data_format: str | None = None, dilation_rate: int = 1, groups: int = 1, activation: Any = None,
                 use_bias: bool = True, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Conv2D(GraphLayer):
    """(N, H, W, C) to filters channels, or channels first. padding: "valid" or "same".

    Kernels start glorot uniform, biases zero. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> layer = hp.keras.layers.Conv2D(8, 3, padding="same")
    >>> layer(np.zeros((1, 9, 9, 3), np.float32)).shape
    (1, 9, 9, 8)
    """

    def __init__(self, filters: int, kernel_size: int | tuple[int, int], strides: int | tuple[int, int] = (1, 1),
                 padding: str = "valid", data_format: str | None = None, dilation_rate: int | tuple[int, int] = (1, 1),
                 groups: int = 1, activation: Any = None, use_bias: bool = True, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Conv3D(GraphLayer):
    """(N, D, H, W, C) to filters channels, or channels first. padding: "valid" or "same".

    Kernels start glorot uniform, biases zero. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> layer = hp.keras.layers.Conv3D(8, 3, padding="same")
    >>> layer(np.zeros((1, 5, 5, 5, 3), np.float32)).shape
    (1, 5, 5, 5, 8)
    """

    def __init__(self, filters: int, kernel_size: int | tuple[int, int, int], strides: int | tuple[int, int, int] = (1, 1, 1),
                 padding: str = "valid", data_format: str | None = None, dilation_rate: int | tuple[int, int, int] = (1, 1, 1),
                 groups: int = 1, activation: Any = None, use_bias: bool = True, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Conv1DTranspose(GraphLayer):
    """(N, steps, C) to filters channels, strides times larger. Raises ValueError and TypeError (hp.Error)."""

    def __init__(self, filters: int, kernel_size: int, strides: int = 1, padding: str = "valid",
                 output_padding: int | None = None, data_format: str | None = None, dilation_rate: int = 1,
                 activation: Any = None, use_bias: bool = True, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class Conv2DTranspose(GraphLayer):
    """(N, H, W, C) to filters channels, strides times larger. Raises ValueError and TypeError (hp.Error)."""

    def __init__(self, filters: int, kernel_size: int | tuple[int, int], strides: int | tuple[int, int] = (1, 1),
                 padding: str = "valid", output_padding: int | tuple[int, int] | None = None, data_format: str | None = None,
                 dilation_rate: int | tuple[int, int] = (1, 1), activation: Any = None, use_bias: bool = True, *,
                 name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Conv3DTranspose(GraphLayer):
    """(N, D, H, W, C) to filters channels, strides times larger. Raises ValueError and TypeError (hp.Error)."""

    def __init__(self, filters: int, kernel_size: int | tuple[int, int, int], strides: int | tuple[int, int, int] = (1, 1, 1),
                 padding: str = "valid", data_format: str | None = None,
                 output_padding: int | tuple[int, int, int] | None = None, dilation_rate: int | tuple[int, int, int] = (1, 1, 1), activation: Any = None,
                 use_bias: bool = True, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class DepthwiseConv1D(GraphLayer):
    """(N, steps, C) to C * depth_multiplier channels, each by itself. Raises ValueError and TypeError (hp.Error)."""

    def __init__(self, kernel_size: int, strides: int = 1, padding: str = "valid", depth_multiplier: int = 1,
                 data_format: str | None = None, dilation_rate: int = 1, activation: Any = None, use_bias: bool = True, *,
                 name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class DepthwiseConv2D(GraphLayer):
    """(N, H, W, C) to C * depth_multiplier channels, each by itself. Raises ValueError and TypeError (hp.Error)."""

    def __init__(self, kernel_size: int | tuple[int, int], strides: int | tuple[int, int] = (1, 1), padding: str = "valid",
                 depth_multiplier: int = 1, data_format: str | None = None, dilation_rate: int | tuple[int, int] = (1, 1),
                 activation: Any = None, use_bias: bool = True, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class SeparableConv1D(GraphLayer):
    """A depthwise convolution, then one over the channels of each position. Raises ValueError and TypeError (hp.Error)."""

    def __init__(self, filters: int, kernel_size: int, strides: int = 1, padding: str = "valid",
                 data_format: str | None = None, dilation_rate: int = 1, depth_multiplier: int = 1, activation: Any = None,
                 use_bias: bool = True, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class SeparableConv2D(GraphLayer):
    """A depthwise convolution, then one over the channels of each position. Raises ValueError and TypeError (hp.Error)."""

    def __init__(self, filters: int, kernel_size: int | tuple[int, int], strides: int | tuple[int, int] = (1, 1),
                 padding: str = "valid", data_format: str | None = None, dilation_rate: int | tuple[int, int] = (1, 1),
                 depth_multiplier: int = 1, activation: Any = None, use_bias: bool = True, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Dense(GraphLayer):
    """(…, features) to (…, units). Raises ValueError and TypeError (hp.Error)."""

    def __init__(self, units: int, activation: Any = None, use_bias: bool = True, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class EinsumDense(GraphLayer):
    """Einstein summation of input and kernel: equation "abc,cd->abd", output_shape without the batch."""

    def __init__(self, equation: str, output_shape: int | Sequence[int | None], activation: Any = None,
                 bias_axes: str | None = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


Convolution1D = Conv1D
Convolution2D = Conv2D
Convolution3D = Conv3D
Convolution1DTranspose = Conv1DTranspose
Convolution2DTranspose = Conv2DTranspose
Convolution3DTranspose = Conv3DTranspose
SeparableConvolution1D = SeparableConv1D
SeparableConvolution2D = SeparableConv2D


__all__ = ["Conv1D", "Conv1DTranspose", "Conv2D", "Conv2DTranspose", "Conv3D", "Conv3DTranspose", "Convolution1D",
           "Convolution1DTranspose", "Convolution2D", "Convolution2DTranspose", "Convolution3D", "Convolution3DTranspose",
           "Dense", "DepthwiseConv1D", "DepthwiseConv2D", "EinsumDense", "SeparableConv1D", "SeparableConv2D",
           "SeparableConvolution1D", "SeparableConvolution2D"]
