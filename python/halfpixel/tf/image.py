"""tf.image.resize and its gradient, with TensorFlow 2.21's numbers bit for bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np

from .. import _arrays, _core
from .._errors import ArgumentError
from .._plan import Plan

if TYPE_CHECKING:
    from .._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, SizeLike, TensorT
    from ..keras import KerasTensor

_ndarray = np.ndarray


class ResizeMethod:
    """TensorFlow's names of the methods; the strings do as well."""

    BILINEAR = "bilinear"
    NEAREST_NEIGHBOR = "nearest"
    BICUBIC = "bicubic"
    AREA = "area"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    GAUSSIAN = "gaussian"
    MITCHELLCUBIC = "mitchellcubic"


# A method of TensorFlow's own class is one of these strings already; that of an enumeration is its value.
def method_name(method: Any) -> Any:
    if type(method) is str:
        return method
    value = getattr(method, "value", method)
    return str(value) if isinstance(value, str) else value


def _check_size(size: Any, who: str) -> None:
    """TensorFlow's own words for what is no pair."""
    try:
        count = len(size)
    except TypeError:
        count = -1
    if count != 2:
        raise ArgumentError(f"[{who}] 'size' must be a 1-D int32 Tensor of 2 elements: new_height, new_width; size "
                                    f"must be a pair; got {size!r:.80}")


@overload
def resize(images: KerasTensor, size: SizeLike, method: str = ..., preserve_aspect_ratio: bool = ..., antialias: bool = ...,
           name: str | None = ...) -> KerasTensor: ...
@overload
def resize(images: NumPyLike, size: SizeLike, method: str = ..., preserve_aspect_ratio: bool = ..., antialias: bool = ...,
           name: str | None = ..., *, out: Any = ...) -> NDArray: ...
@overload
def resize(images: TensorT, size: SizeLike, method: str = ..., preserve_aspect_ratio: bool = ..., antialias: bool = ...,
           name: str | None = ..., *, out: Any = ...) -> TensorT: ...


def resize(images: Any, size: Any, method: Any = "bilinear", preserve_aspect_ratio: bool = False, antialias: bool = False,
           name: str | None = None, *, out: Any = None) -> Any:
    """Resizes images as tf.image.resize does.

    images: (N, H, W, C) or (H, W, C), of float16/32/64, bfloat16, int8 … int64, uint8 or uint16, with any strides.
    size: (new_height, new_width). method: one of ResizeMethod or its string. Returns float32, with "nearest" the dtype of
    images: `out` when it is given. Tensors of torch that require gradients are differentiable; on a symbolic tensor of hp.keras it records.
    Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tf.image.resize(np.zeros((1, 64, 64, 3), np.uint8), (128, 128), method="bicubic").shape
    (1, 128, 128, 3)
    """
    if type(size) is not tuple or len(size) != 2:
        _check_size(size, "tf.image.resize")
    if type(method) is not str:
        method = method_name(method)
    if type(images) is _ndarray and (out is None or type(out) is _ndarray):
        return _core.tf_resize(images, size, method, preserve_aspect_ratio, antialias, out)

    if hasattr(images, "_tensor"):  # of a model that is being built
        from ..keras._tensor import KerasTensor, module

        return KerasTensor._of(module().resize(images._tensor, size, method, preserve_aspect_ratio, antialias))

    def gradient(dy: Any, shape: tuple[int, ...], dtype: str) -> Any:
        return _core.tf_resize_gradient(dy, shape, method, False, antialias, dtype, None)

    return _arrays.call(lambda a, o: _core.tf_resize(a, size, method, preserve_aspect_ratio, antialias, o), images, out,
                        "tf.image.resize", "images", gradient)


def plan_resize(images_shape: ShapeLike, dtype: DTypeLike, size: SizeLike, method: str = "bilinear",
                preserve_aspect_ratio: bool = False, antialias: bool = False) -> Plan:
    """The plan behind resize(), for calling again and again.

    images_shape: (N, H, W, C) or (H, W, C). dtype: of images, as NumPy takes it. Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.tf.image.plan_resize((1, 64, 64, 3), "float32", (128, 128), method="bicubic").output_shape
    (1, 128, 128, 3)
    """
    method = method_name(method)
    _check_size(size, "tf.image.plan_resize")
    plan = _core.tf_plan_resize(images_shape, dtype, size, method, preserve_aspect_ratio, antialias)
    recipe = (plan.input_shape, plan.input_dtype, plan.output_shape[-3:-1], method, False, antialias)
    return Plan(plan, (plan_resize, recipe))


@overload
def resize_gradient(dy: NumPyLike, input_shape: ShapeLike, method: str = ..., antialias: bool = ..., images_dtype: DTypeLike
                    = ..., *, out: Any = ...) -> NDArray: ...
@overload
def resize_gradient(dy: TensorT, input_shape: ShapeLike, method: str = ..., antialias: bool = ..., images_dtype: DTypeLike
                    = ..., *, out: Any = ...) -> TensorT: ...


def resize_gradient(dy: Any, input_shape: Any, method: Any = "bilinear", antialias: bool = False, images_dtype: Any = None,
                    preserve_aspect_ratio: bool = False, *, out: Any = None) -> Any:
    """What tape.gradient returns for resize(): dy has its result's shape, the gradient has the images' shape.

    images_dtype: the images' dtype, dy's unless given. Area has no gradient in TensorFlow; it and preserve_aspect_ratio
    raise ValueError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tf.image.resize_gradient(np.ones((1, 4, 4, 1), np.float32), (1, 2, 2, 1))[0, :, :, 0]
    array([[4., 4.],
           [4., 4.]], dtype=float32)
    """
    method = method_name(method)
    return _arrays.call(
        lambda a, o: _core.tf_resize_gradient(a, input_shape, method, preserve_aspect_ratio, antialias, images_dtype, o),
        dy, out, "tf.image.resize_gradient", "dy")


def plan_resize_gradient(dy_shape: ShapeLike, dtype: DTypeLike, input_shape: ShapeLike, method: str = "bilinear",
                         antialias: bool = False, images_dtype: DTypeLike = None) -> Plan:
    """The plan behind resize_gradient(). Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.tf.image.plan_resize_gradient((1, 8, 8, 3), "float32", (1, 4, 4, 3)).output_shape
    (1, 4, 4, 3)
    """
    method = method_name(method)
    plan = _core.tf_plan_resize_gradient(dy_shape, dtype, input_shape, method, False, antialias, images_dtype)
    recipe = (plan.input_shape, plan.input_dtype, plan.output_shape, method, antialias, plan.output_dtype)
    return Plan(plan, (plan_resize_gradient, recipe))


__all__ = ["ResizeMethod", "plan_resize", "plan_resize_gradient", "resize", "resize_gradient"]
