"""RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR, with the numbers of LiteRT 2.3 (docs/dialects.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from . import _arrays, _core
from ._plan import Plan

if TYPE_CHECKING:
    from ._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, SizeLike, TensorT


def _resize(nearest: bool, images: Any, size: Any, align: bool, half: bool, kernels: str, out: Any) -> Any:
    who = "litert.resize_nearest_neighbor" if nearest else "litert.resize_bilinear"
    return _arrays.call(lambda array, into: _core.litert_resize(nearest, array, size, align, half, kernels, into), images, out, who, "images")


@overload
def resize_bilinear(images: NumPyLike, size: SizeLike, align_corners: bool = ..., half_pixel_centers: bool = ...,
                    kernels: str = ..., *, out: Any = ...) -> NDArray: ...
@overload
def resize_bilinear(images: TensorT, size: SizeLike, align_corners: bool = ..., half_pixel_centers: bool = ...,
                    kernels: str = ..., *, out: Any = ...) -> TensorT: ...


def resize_bilinear(images: Any, size: Any, align_corners: bool = False, half_pixel_centers: bool = False,
                    kernels: str = "builtin", *, out: Any = None) -> Any:
    """RESIZE_BILINEAR of (N, H, W, C) float32, uint8, int8 or int16; size: (height, width). Returns their dtype.

    kernels: "builtin", "xnnpack" or "reference". Quantized tensors are their numbers. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.litert.resize_bilinear(np.zeros((1, 4, 4, 3), np.int8), (8, 8), half_pixel_centers=True).shape
    (1, 8, 8, 3)
    """
    return _resize(False, images, size, align_corners, half_pixel_centers, kernels, out)


@overload
def resize_nearest_neighbor(images: NumPyLike, size: SizeLike, align_corners: bool = ..., half_pixel_centers: bool = ...,
                            kernels: str = ..., *, out: Any = ...) -> NDArray: ...
@overload
def resize_nearest_neighbor(images: TensorT, size: SizeLike, align_corners: bool = ..., half_pixel_centers: bool = ...,
                            kernels: str = ..., *, out: Any = ...) -> TensorT: ...


def resize_nearest_neighbor(images: Any, size: Any, align_corners: bool = False, half_pixel_centers: bool = False,
                            kernels: str = "builtin", *, out: Any = None) -> Any:
    """RESIZE_NEAREST_NEIGHBOR of (N, H, W, C), any dtype but those of 64 bits; size: (height, width). Returns their dtype.

    Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.litert.resize_nearest_neighbor(np.zeros((1, 4, 4, 3), np.uint8), (8, 8)).shape
    (1, 8, 8, 3)
    """
    return _resize(True, images, size, align_corners, half_pixel_centers, kernels, out)


def _plan_of(nearest: bool, shape: Any, dtype: Any, size: Any, align: bool, half: bool, kernels: str) -> Plan:
    plan = _core.litert_plan_resize(nearest, shape, dtype, size, align, half, kernels)
    return Plan(plan, (_plan_of, (nearest, plan.input_shape, plan.input_dtype, plan.output_shape[1:3], align, half, kernels)))


def plan_resize_bilinear(shape: ShapeLike, dtype: DTypeLike, size: SizeLike, align_corners: bool = False,
                         half_pixel_centers: bool = False, kernels: str = "builtin") -> Plan:
    """The plan behind resize_bilinear(). Raises ValueError and TypeError (hp.Error)."""
    return _plan_of(False, shape, dtype, size, align_corners, half_pixel_centers, kernels)


def plan_resize_nearest_neighbor(shape: ShapeLike, dtype: DTypeLike, size: SizeLike, align_corners: bool = False,
                                 half_pixel_centers: bool = False, kernels: str = "builtin") -> Plan:
    """The plan behind resize_nearest_neighbor(). Raises ValueError and TypeError (hp.Error)."""
    return _plan_of(True, shape, dtype, size, align_corners, half_pixel_centers, kernels)


__all__ = ["plan_resize_bilinear", "plan_resize_nearest_neighbor", "resize_bilinear", "resize_nearest_neighbor"]
