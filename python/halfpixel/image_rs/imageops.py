"""image::imageops::resize of the Rust crate image, with the numbers of image 0.25.10 (docs/dialects.md)."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, overload

from .. import _arrays, _core
from .._plan import Plan

if TYPE_CHECKING:
    from .._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, TensorT


class FilterType(enum.Enum):
    """The crate's filters; the strings do as well."""

    NEAREST = "Nearest"
    TRIANGLE = "Triangle"
    CATMULL_ROM = "CatmullRom"
    GAUSSIAN = "Gaussian"
    LANCZOS3 = "Lanczos3"


def _name(filter: Any) -> Any:
    return filter.value if isinstance(filter, FilterType) else filter


@overload
def resize(image: NumPyLike, nwidth: int, nheight: int, filter: Any, *, out: Any = ...) -> NDArray: ...
@overload
def resize(image: TensorT, nwidth: int, nheight: int, filter: Any, *, out: Any = ...) -> TensorT: ...


def resize(image: Any, nwidth: int, nheight: int, filter: Any, *, out: Any = None) -> Any:
    """image::imageops::resize of an array.

    image: (height, width) or (height, width, channels) of 1 to 4 channels, uint8, uint16 or float32. filter: one of
    FilterType or its string. Returns image's dtype; float32 is clamped to 0..1, unless the size stays as it is. Raises
    ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.image_rs.imageops.resize(np.zeros((40, 60, 3), np.uint8), 30, 20, "Lanczos3").shape
    (20, 30, 3)
    """
    which = _name(filter)
    return _arrays.call(lambda array, into: _core.image_rs_resize(array, nwidth, nheight, which, into), image, out, "image_rs.imageops.resize", "image")


def plan_resize(shape: ShapeLike, dtype: DTypeLike, nwidth: int, nheight: int, filter: Any) -> Plan:
    """The plan behind resize(), for calling again and again. Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.image_rs.imageops.plan_resize((40, 60, 3), "uint8", 30, 20, "Triangle").output_shape
    (20, 30, 3)
    """
    which = _name(filter)
    plan = _core.image_rs_plan_resize(shape, dtype, nwidth, nheight, which)
    return Plan(plan, (plan_resize, (plan.input_shape, plan.input_dtype, nwidth, nheight, which)))


__all__ = ["FilterType", "plan_resize", "resize"]
