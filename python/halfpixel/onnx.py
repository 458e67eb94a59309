"""The ONNX operators Resize (opsets 10 to 19) and Upsample (7 to 9), as ONNX Runtime 1.32 computes them (docs/dialects.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from . import _arrays, _core
from ._plan import Plan

if TYPE_CHECKING:
    from ._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, TensorT


def _told(flag: Any) -> Any:
    """None where it is not set: the older operators have no such attribute."""
    return None if isinstance(flag, (bool, int)) and not flag else flag


def _given(**options: Any) -> dict[str, Any]:
    """What was said; the operator's own defaults stand for the rest, and opsets refuse what they lack."""
    return {name: value for name, value in options.items() if value is not None}


@overload
def resize(x: NumPyLike, sizes: Any = ..., scales: Any = ..., mode: str = ..., coordinate_transformation_mode: str | None = ...,
           nearest_mode: str | None = ..., cubic_coeff_a: float | None = ..., exclude_outside: bool = ...,
           extrapolation_value: float | None = ..., antialias: bool = ..., axes: Any = ...,
           keep_aspect_ratio_policy: str | None = ..., roi: Any = ..., *, opset: int = ..., out: Any = ...) -> NDArray: ...
@overload
def resize(x: TensorT, sizes: Any = ..., scales: Any = ..., mode: str = ..., coordinate_transformation_mode: str | None = ...,
           nearest_mode: str | None = ..., cubic_coeff_a: float | None = ..., exclude_outside: bool = ...,
           extrapolation_value: float | None = ..., antialias: bool = ..., axes: Any = ...,
           keep_aspect_ratio_policy: str | None = ..., roi: Any = ..., *, opset: int = ..., out: Any = ...) -> TensorT: ...


def resize(x: Any, sizes: Any = None, scales: Any = None, mode: str = "nearest",
           coordinate_transformation_mode: str | None = None, nearest_mode: str | None = None,
           cubic_coeff_a: float | None = None, exclude_outside: bool = False, extrapolation_value: float | None = None,
           antialias: bool = False, axes: Any = None, keep_aspect_ratio_policy: str | None = None, roi: Any = None, *,
           opset: int = 19, out: Any = None) -> Any:
    """Resize of an array; an attribute that is left out has the operator's default.

    x: float32, float16, uint8, int8 or int32, (N, C, …spatial…) as a rule. sizes or scales: a number for each axis, or for
    each of axes. opset: 7 to 9 are Upsample, 10 the first Resize. Returns x's dtype. Raises ValueError and TypeError
    (hp.Error) in ONNX Runtime's words.

    >>> import numpy as np, halfpixel as hp
    >>> hp.onnx.resize(np.zeros((1, 3, 4, 4), np.float32), sizes=(1, 3, 8, 8), mode="cubic").shape
    (1, 3, 8, 8)
    """
    given = _given(sizes=sizes, scales=scales, mode=mode, coordinate_transformation_mode=coordinate_transformation_mode,
                   nearest_mode=nearest_mode, cubic_coeff_a=cubic_coeff_a, exclude_outside=_told(exclude_outside),
                   extrapolation_value=extrapolation_value, antialias=_told(antialias), axes=axes,
                   keep_aspect_ratio_policy=keep_aspect_ratio_policy, roi=roi, opset=opset)
    return _arrays.call(lambda a, o: _core.onnx_resize(a, given, o), x, out, "Resize", "x")


def plan_resize(shape: ShapeLike, dtype: DTypeLike, sizes: Any = None, scales: Any = None, mode: str = "nearest",
                coordinate_transformation_mode: str | None = None, nearest_mode: str | None = None,
                cubic_coeff_a: float | None = None, exclude_outside: bool = False, extrapolation_value: float | None = None,
                antialias: bool = False, axes: Any = None, keep_aspect_ratio_policy: str | None = None, roi: Any = None, *,
                opset: int = 19) -> Plan:
    """The plan behind resize(), of at most three axes that change. Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.onnx.plan_resize((1, 3, 4, 4), "float32", scales=(1, 1, 2, 2), mode="linear").output_shape
    (1, 3, 8, 8)
    """
    given = _given(sizes=sizes, scales=scales, mode=mode, coordinate_transformation_mode=coordinate_transformation_mode,
                   nearest_mode=nearest_mode, cubic_coeff_a=cubic_coeff_a, exclude_outside=_told(exclude_outside),
                   extrapolation_value=extrapolation_value, antialias=_told(antialias), axes=axes,
                   keep_aspect_ratio_policy=keep_aspect_ratio_policy, roi=roi, opset=opset)
    return _plan_of(_arrays.shape_of(shape, "onnx.plan_resize", "shape"), _arrays.dtype_name(dtype, "onnx.plan_resize", "dtype"), given)


def _plan_of(shape: tuple[Any, ...], dtype: str, given: dict[str, Any]) -> Plan:
    return Plan(_core.onnx_plan_resize(shape, dtype, given), (_plan_of, (shape, dtype, given)))


__all__ = ["plan_resize", "resize"]
