"""jax.image.resize, with the numbers of jax 0.10 on the CPU, x64 off (docs/dialects.md says how exactly)."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, overload

from .. import _arrays, _core
from .._plan import Plan

if TYPE_CHECKING:
    from .._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, TensorT


class ResizeMethod(enum.Enum):
    """JAX's methods; the strings do as well."""

    NEAREST = "nearest"
    LINEAR = "linear"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    CUBIC = "cubic"
    CUBIC_PYTORCH = "cubic-pytorch"
    AREA = "area"


def _name(method: Any) -> Any:
    return method.name.lower().replace("_", "-") if isinstance(method, enum.Enum) else method


@overload
def resize(image: NumPyLike, shape: ShapeLike, method: Any, antialias: bool = ..., *, out: Any = ...) -> NDArray: ...
@overload
def resize(image: TensorT, shape: ShapeLike, method: Any, antialias: bool = ..., *, out: Any = ...) -> TensorT: ...


def resize(image: Any, shape: Any, method: Any, antialias: bool = True, *, out: Any = None) -> Any:
    """jax.image.resize of an array.

    image: of any shape and dtype; float64 and int64 become 32-bit first. shape: of the whole result. method: one of
    ResizeMethod, JAX's own or its string. Returns image's dtype for "nearest" and floats, float32 for integers.
    Raises ValueError and TypeError (hp.Error) in JAX's words.

    >>> import numpy as np, halfpixel as hp
    >>> hp.jax.image.resize(np.zeros((1, 4, 4, 3), np.float32), (1, 8, 8, 3), "cubic").shape
    (1, 8, 8, 3)
    """
    which = _name(method)
    return _arrays.call(lambda a, o: _core.jax_resize(a, shape, which, antialias, o), image, out, "jax.image.resize", "image")


def plan_resize(input_shape: ShapeLike, dtype: DTypeLike, shape: ShapeLike, method: Any, antialias: bool = True) -> Plan:
    """The plan behind resize(), of at most three axes that change. Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.jax.image.plan_resize((1, 4, 4, 3), "float32", (1, 8, 8, 3), "linear").output_shape
    (1, 8, 8, 3)
    """
    which = _name(method)
    plan = _core.jax_plan_resize(input_shape, dtype, shape, which, antialias)
    return Plan(plan, (plan_resize, (plan.input_shape, plan.input_dtype, plan.output_shape, which, antialias)))


__all__ = ["ResizeMethod", "plan_resize", "resize"]
