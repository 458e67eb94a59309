"""paddle.nn.functional.interpolate, with the numbers of PaddlePaddle 3.3.1 on the CPU (docs/dialects.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from . import _arrays, _core
from ._errors import ArgumentError
from ._plan import Plan

if TYPE_CHECKING:
    from ._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, TensorT

_FORMATS = {3: ("NCW", "NWC"), 4: ("NCHW", "NHWC"), 5: ("NCDHW", "NDHWC")}


def _last(data_format: Any, rank: int) -> bool:
    """Whether the channels are the last axis."""
    if data_format is None:
        return False
    formats = _FORMATS.get(rank, ("NCHW", "NHWC"))
    name = data_format.upper() if isinstance(data_format, str) else data_format
    if name not in formats:
        raise ArgumentError(f"[paddle.interpolate] data_format must be {formats[0]} or {formats[1]} for this rank; got {data_format!r}")
    return name == formats[1]


@overload
def interpolate(x: NumPyLike, size: Any = ..., scale_factor: Any = ..., mode: str = ..., align_corners: bool = ..., align_mode: int = ...,
                data_format: str | None = ..., *, out: Any = ...) -> NDArray: ...
@overload
def interpolate(x: TensorT, size: Any = ..., scale_factor: Any = ..., mode: str = ..., align_corners: bool = ..., align_mode: int = ...,
                data_format: str | None = ..., *, out: Any = ...) -> TensorT: ...


def interpolate(x: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: bool = False,
                align_mode: int = 0, data_format: str | None = None, *, out: Any = None) -> Any:
    """paddle.nn.functional.interpolate of (N, C, …spatial…), or (N, …spatial…, C) with data_format "NWC", "NHWC" or "NDHWC".

    size: one integer for each spatial axis. scale_factor: one number for all, or one for each. mode: "nearest", "linear",
    "bilinear", "trilinear", "bicubic" or "area". Returns x's dtype. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.paddle.interpolate(np.zeros((1, 3, 4, 5), np.float32), (8, 10), mode="bilinear").shape
    (1, 3, 8, 10)
    """

    def compute(array: Any, into: Any) -> Any:
        options = (size, scale_factor, mode, align_corners, align_mode, _last(data_format, array.ndim))
        return _core.paddle_interpolate(array, *options, into)

    return _arrays.call(compute, x, out, "paddle.interpolate", "x")


def plan_interpolate(shape: ShapeLike, dtype: DTypeLike, size: Any = None, scale_factor: Any = None, mode: str = "nearest",
                     align_corners: bool = False, align_mode: int = 0, data_format: str | None = None) -> Plan:
    """The plan behind interpolate(). Raises ValueError and TypeError (hp.Error)."""
    last = _last(data_format, len(shape) if hasattr(shape, "__len__") else 0)
    plan = _core.paddle_plan_interpolate(shape, dtype, size, scale_factor, mode, align_corners, align_mode, last)
    again = (plan.input_shape, plan.input_dtype, size, scale_factor, mode, align_corners, align_mode, data_format)
    return Plan(plan, (plan_interpolate, again))


__all__ = ["interpolate", "plan_interpolate"]
