"""resize of libvips, with the numbers of libvips 8.18, pyvips and sharp 0.35 (docs/dialects.md)."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, overload

from . import _arrays, _core
from ._plan import Plan

if TYPE_CHECKING:
    from ._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, TensorT


class Kernel(enum.Enum):
    """pyvips.enums.Kernel; the strings do as well."""

    NEAREST = "nearest"
    LINEAR = "linear"
    CUBIC = "cubic"
    MITCHELL = "mitchell"
    LANCZOS2 = "lanczos2"
    LANCZOS3 = "lanczos3"
    MKS2013 = "mks2013"
    MKS2021 = "mks2021"


def _name(kernel: Any) -> Any:
    return kernel.value if isinstance(kernel, Kernel) else kernel


@overload
def resize(image: NumPyLike, scale: float, *, vscale: float | None = ..., kernel: Any = ..., gap: float = ..., access: str = ...,
           out: Any = ...) -> NDArray: ...
@overload
def resize(image: TensorT, scale: float, *, vscale: float | None = ..., kernel: Any = ..., gap: float = ..., access: str = ...,
           out: Any = ...) -> TensorT: ...


def resize(image: Any, scale: Any, *, vscale: Any = None, kernel: Any = "lanczos3", gap: Any = 2.0, access: Any = "random",
           out: Any = None) -> Any:
    """image.resize(scale, vscale=…, kernel=…, gap=…) of pyvips.

    image: (height, width) or (height, width, bands), uint8, uint16 or float32; alpha is a band like others. scale: of the width,
    and of the height where vscale is None. kernel: one of Kernel or its string. gap: whole pixels are averaged first, 0: they are
    not. access: how the image was opened, "random" or "sequential" (as sharp opens files). Returns image's dtype. Raises ValueError
    and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.vips.resize(np.array([[0, 85, 170, 255]], np.uint8), 2, vscale=1, kernel="linear").tolist()
    [[0, 0, 43, 85, 128, 170, 213, 255]]
    """

    def compute(array: Any, into: Any) -> Any:
        return _core.vips_resize(array, scale, vscale, _name(kernel), gap, access, into)

    return _arrays.call(compute, image, out, "vips.resize", "image")


def plan_resize(shape: ShapeLike, dtype: DTypeLike, scale: float, *, vscale: float | None = None, kernel: Any = "lanczos3",
                gap: float = 2.0, access: str = "random") -> Plan:
    """The plan behind resize(), where that is one step: not where pixels are averaged first, nor where one axis alone shrinks.

    Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.vips.plan_resize((40, 60, 3), "uint8", 0.5).output_shape
    (20, 30, 3)
    """
    which = _name(kernel)
    plan = _core.vips_plan_resize(shape, dtype, scale, vscale, which, gap, access)
    return Plan(plan, (_plan, (plan.input_shape, plan.input_dtype, scale, vscale, which, gap, access)))


def _plan(shape: Any, dtype: Any, scale: Any, vscale: Any, kernel: Any, gap: Any, access: Any) -> Plan:
    return plan_resize(shape, dtype, scale, vscale=vscale, kernel=kernel, gap=gap, access=access)


def scale_of(in_extent: int, out_extent: int) -> float:
    """The scale by which sharp and vips_thumbnail make out_extent pixels of in_extent. Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.vips.scale_of(4, 6)
    1.5
    """
    return _core.vips_scale_of(in_extent, out_extent)


__all__ = ["Kernel", "plan_resize", "resize", "scale_of"]
