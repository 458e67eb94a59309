"""mlx.nn.Upsample, with the numbers of MLX 0.32 on the CPU (docs/dialects.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from . import _arrays, _core
from ._plan import Plan

if TYPE_CHECKING:
    from ._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, TensorT


@overload
def upsample(x: NumPyLike, scale_factor: float | Sequence[float], mode: str = ..., align_corners: bool = ..., antialias: bool = ...,
             *, out: Any = ...) -> NDArray: ...
@overload
def upsample(x: TensorT, scale_factor: float | Sequence[float], mode: str = ..., align_corners: bool = ..., antialias: bool = ...,
             *, out: Any = ...) -> TensorT: ...


def upsample(x: Any, scale_factor: Any, mode: str = "nearest", align_corners: bool = False, antialias: bool = False,
             *, out: Any = None) -> Any:
    """What mlx.nn.Upsample(scale_factor, mode, align_corners, antialias) makes of x, (N, …spatial…, C) with one to three axes.

    mode: "nearest" (returns x's dtype), "linear" or "cubic" (return float32). Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.mlx.upsample(np.arange(4.0, dtype=np.float32).reshape(1, 4, 1), 1.5).ravel().tolist()
    [0.0, 0.0, 1.0, 2.0, 2.0, 3.0]
    """

    def compute(array: Any, into: Any) -> Any:
        return _core.mlx_upsample(array, scale_factor, mode, align_corners, antialias, into)

    return _arrays.call(compute, x, out, "mlx.upsample", "x")


def plan_upsample(shape: ShapeLike, dtype: DTypeLike, scale_factor: float | Sequence[float], mode: str = "nearest",
                  align_corners: bool = False, antialias: bool = False) -> Plan:
    """The plan behind upsample(); not for three spatial axes that are summed one after the other, which is more than one plan.

    Raises ValueError and TypeError (hp.Error).
    """
    plan = _core.mlx_plan_upsample(shape, dtype, scale_factor, mode, align_corners, antialias)
    return Plan(plan, (plan_upsample, (plan.input_shape, plan.input_dtype, scale_factor, mode, align_corners, antialias)))


def scale_factor_of(in_extent: int, out_extent: int) -> float:
    """The factor nearest to out_extent / in_extent by which one becomes the other. Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.mlx.scale_factor_of(4, 6)
    1.5
    """
    return _core.mlx_scale_factor_of(in_extent, out_extent)


__all__ = ["plan_upsample", "scale_factor_of", "upsample"]
