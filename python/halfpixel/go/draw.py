"""Scale of Go's golang.org/x/image/draw, with the numbers of version 0.48 (docs/dialects.md)."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, overload

from .. import _arrays, _core
from .._plan import Plan

if TYPE_CHECKING:
    from .._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, TensorT


class Interpolator(enum.Enum):
    """Go's interpolators; the strings do as well."""

    NEAREST_NEIGHBOR = "NearestNeighbor"
    APPROX_BI_LINEAR = "ApproxBiLinear"
    BI_LINEAR = "BiLinear"
    CATMULL_ROM = "CatmullRom"


def _name(interpolator: Any) -> Any:
    return interpolator.value if isinstance(interpolator, Interpolator) else interpolator


@overload
def scale(src: NumPyLike, width: int, height: int, interpolator: Any, *, out: Any = ...) -> NDArray: ...
@overload
def scale(src: TensorT, width: int, height: int, interpolator: Any, *, out: Any = ...) -> TensorT: ...


def scale(src: Any, width: int, height: int, interpolator: Any, *, out: Any = None) -> Any:
    """interpolator.Scale of the whole of src to an image of its type, by draw.Src and without masks.

    src: (height, width) or (height, width, channels), uint8 or uint16: one channel is Gray or Gray16, three are an opaque
    RGBA or RGBA64, four are RGBA or RGBA64, whose colours are multiplied by alpha already. interpolator: one of
    Interpolator or its string. Returns src's dtype. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.go.draw.scale(np.zeros((40, 60, 3), np.uint8), 30, 20, "CatmullRom").shape
    (20, 30, 3)
    """
    which = _name(interpolator)
    return _arrays.call(lambda array, into: _core.go_scale(array, width, height, which, into), src, out, "go.draw.scale", "src")


def plan_scale(shape: ShapeLike, dtype: DTypeLike, width: int, height: int, interpolator: Any) -> Plan:
    """The plan behind scale(), for calling again and again. Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.go.draw.plan_scale((40, 60, 3), "uint8", 30, 20, "BiLinear").output_shape
    (20, 30, 3)
    """
    which = _name(interpolator)
    plan = _core.go_plan_scale(shape, dtype, width, height, which)
    return Plan(plan, (plan_scale, (plan.input_shape, plan.input_dtype, width, height, which)))


__all__ = ["Interpolator", "plan_scale", "scale"]
