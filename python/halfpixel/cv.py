"""cv2.resize, with the numbers of OpenCV 5.0 without IPP (docs/dialects.md)."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, overload

from . import _arrays, _core
from ._errors import ArgumentError
from ._plan import Plan

if TYPE_CHECKING:
    from ._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, TensorT


class InterpolationFlags(enum.IntEnum):
    """OpenCV's interpolations, with OpenCV's numbers."""

    INTER_NEAREST = 0
    INTER_LINEAR = 1
    INTER_CUBIC = 2
    INTER_AREA = 3
    INTER_LANCZOS4 = 4
    INTER_LINEAR_EXACT = 5
    INTER_NEAREST_EXACT = 6


INTER_NEAREST = InterpolationFlags.INTER_NEAREST
INTER_LINEAR = InterpolationFlags.INTER_LINEAR
INTER_CUBIC = InterpolationFlags.INTER_CUBIC
INTER_AREA = InterpolationFlags.INTER_AREA
INTER_LANCZOS4 = InterpolationFlags.INTER_LANCZOS4
INTER_LINEAR_EXACT = InterpolationFlags.INTER_LINEAR_EXACT
INTER_NEAREST_EXACT = InterpolationFlags.INTER_NEAREST_EXACT

_NAMES = {one.value: one.name for one in InterpolationFlags}


def _name(interpolation: Any) -> Any:
    if interpolation is None:  # as OpenCV takes it
        return "INTER_LINEAR"
    if isinstance(interpolation, str):
        return interpolation
    try:
        number = interpolation.__index__()
    except (AttributeError, TypeError):
        return interpolation
    name = _NAMES.get(number)
    if name is None:
        raise ArgumentError(f"[cv.resize] Unknown interpolation method: interpolation must be one of "
                            f"{', '.join(f'{one.name} ({one.value})' for one in InterpolationFlags)}; got {number}")
    return name


@overload
def resize(src: NumPyLike, dsize: Any, dst: Any = ..., fx: float = ..., fy: float = ..., interpolation: Any = ..., *,
           out: Any = ...) -> NDArray: ...
@overload
def resize(src: TensorT, dsize: Any, dst: Any = ..., fx: float = ..., fy: float = ..., interpolation: Any = ..., *,
           out: Any = ...) -> TensorT: ...


def resize(src: Any, dsize: Any, dst: Any = None, fx: float = 0, fy: float = 0,
           interpolation: Any = InterpolationFlags.INTER_LINEAR, *, out: Any = None) -> Any:
    """cv2.resize of an array.

    src: (height, width) or (height, width, channels); a channel axis stays, where OpenCV drops one of length 1. dsize:
    (width, height), or None for fx and fy. interpolation: OpenCV's number, its name or InterpolationFlags. dst, out: the
    array that is filled and returned. Returns src's dtype. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.cv.resize(np.zeros((40, 60, 3), np.uint8), (30, 20), interpolation=hp.cv.INTER_AREA).shape
    (20, 30, 3)
    """
    which = _name(interpolation)
    factors = (_factor(fx), _factor(fy))
    return _arrays.call(lambda array, into: _core.cv_resize(array, dsize, *factors, which, into), src, dst if out is None else out,
                        "cv.resize", "src")


def _factor(value: Any) -> Any:
    return 0 if value is None else value


def plan_resize(shape: ShapeLike, dtype: DTypeLike, dsize: Any, fx: float = 0, fy: float = 0,
                interpolation: Any = InterpolationFlags.INTER_LINEAR) -> Plan:
    """The plan behind resize(), for calling again and again. Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.cv.plan_resize((40, 60, 3), "uint8", None, 0.5, 0.5).output_shape
    (20, 30, 3)
    """
    which = _name(interpolation)
    plan = _core.cv_plan_resize(shape, dtype, dsize, fx, fy, which)
    return Plan(plan, (plan_resize, (plan.input_shape, plan.input_dtype, dsize, fx, fy, which)))


__all__ = ["INTER_AREA", "INTER_CUBIC", "INTER_LANCZOS4", "INTER_LINEAR", "INTER_LINEAR_EXACT", "INTER_NEAREST",
           "INTER_NEAREST_EXACT", "InterpolationFlags", "plan_resize", "resize"]
