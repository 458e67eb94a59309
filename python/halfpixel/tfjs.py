"""tf.image.resizeBilinear and resizeNearestNeighbor, with the numbers of TensorFlow.js 4.22 (docs/dialects.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from . import _arrays, _core
from ._plan import Plan

if TYPE_CHECKING:
    from ._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, SizeLike, TensorT


def _resize(nearest: bool, images: Any, size: Any, align: bool, half: bool, backend: str, out: Any) -> Any:
    who = "tfjs.resize_nearest_neighbor" if nearest else "tfjs.resize_bilinear"
    return _arrays.call(lambda array, into: _core.tfjs_resize(nearest, array, size, align, half, backend, into), images, out, who, "images")


@overload
def resize_bilinear(images: NumPyLike, size: SizeLike, align_corners: bool = ..., half_pixel_centers: bool = ...,
                    backend: str = ..., *, out: Any = ...) -> NDArray: ...
@overload
def resize_bilinear(images: TensorT, size: SizeLike, align_corners: bool = ..., half_pixel_centers: bool = ...,
                    backend: str = ..., *, out: Any = ...) -> TensorT: ...


def resize_bilinear(images: Any, size: Any, align_corners: bool = False, half_pixel_centers: bool = False,
                    backend: str = "cpu", *, out: Any = None) -> Any:
    """resizeBilinear of (N, H, W, C) or (H, W, C) float32, int32, bool or uint8; size: (height, width). Returns float32.

    backend: "cpu" or "wasm", where TensorFlow.js computed. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tfjs.resize_bilinear(np.zeros((1, 4, 4, 3), np.float32), (8, 8), half_pixel_centers=True).shape
    (1, 8, 8, 3)
    """
    return _resize(False, images, size, align_corners, half_pixel_centers, backend, out)


@overload
def resize_nearest_neighbor(images: NumPyLike, size: SizeLike, align_corners: bool = ..., half_pixel_centers: bool = ...,
                            backend: str = ..., *, out: Any = ...) -> NDArray: ...
@overload
def resize_nearest_neighbor(images: TensorT, size: SizeLike, align_corners: bool = ..., half_pixel_centers: bool = ...,
                            backend: str = ..., *, out: Any = ...) -> TensorT: ...


def resize_nearest_neighbor(images: Any, size: Any, align_corners: bool = False, half_pixel_centers: bool = False,
                            backend: str = "cpu", *, out: Any = None) -> Any:
    """resizeNearestNeighbor of (N, H, W, C) or (H, W, C) float32, int32 or uint8; size: (height, width). Returns their dtype.

    Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tfjs.resize_nearest_neighbor(np.zeros((1, 4, 4, 3), np.uint8), (8, 8)).shape
    (1, 8, 8, 3)
    """
    return _resize(True, images, size, align_corners, half_pixel_centers, backend, out)


def _plan_of(nearest: bool, shape: Any, dtype: Any, size: Any, align: bool, half: bool, backend: str) -> Plan:
    plan = _core.tfjs_plan_resize(nearest, shape, dtype, size, align, half, backend)
    return Plan(plan, (_plan_of, (nearest, plan.input_shape, plan.input_dtype, plan.output_shape[-3:-1], align, half, backend)))


def plan_resize_bilinear(shape: ShapeLike, dtype: DTypeLike, size: SizeLike, align_corners: bool = False,
                         half_pixel_centers: bool = False, backend: str = "cpu") -> Plan:
    """The plan behind resize_bilinear(). Raises ValueError and TypeError (hp.Error)."""
    return _plan_of(False, shape, dtype, size, align_corners, half_pixel_centers, backend)


def plan_resize_nearest_neighbor(shape: ShapeLike, dtype: DTypeLike, size: SizeLike, align_corners: bool = False,
                                 half_pixel_centers: bool = False, backend: str = "cpu") -> Plan:
    """The plan behind resize_nearest_neighbor(). Raises ValueError and TypeError (hp.Error)."""
    return _plan_of(True, shape, dtype, size, align_corners, half_pixel_centers, backend)


__all__ = ["plan_resize_bilinear", "plan_resize_nearest_neighbor", "resize_bilinear", "resize_nearest_neighbor"]
