"""tf.image.resize and its gradient, with TensorFlow 2.21's numbers bit for bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np

from .. import _arrays, _core
from .._errors import ArgumentError, ArgumentTypeError
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


def _sides(image: Any, height: Any, width: Any, who: str) -> tuple[Any, int, int]:
    """An image of three or four axes that are not empty, and the height and width that are wanted of it."""
    array = _arrays._readable(image, who, "image")
    if array.ndim not in (3, 4):
        raise ArgumentError(f"[{who}] 'image' (shape {array.shape}) must have either 3 or 4 dimensions.")
    if 0 in array.shape[-3:]:
        raise ArgumentError(f"[{who}] inner 3 dims of 'image.shape' must be > 0: image must not be empty; got shape {array.shape}")
    sides = []
    for name, side in (("target_width", width), ("target_height", height)):
        if not _arrays.is_integer(side):
            raise ArgumentTypeError(f"[{who}] {name} must be an integer; got {side!r:.80}")
        if not 0 < side < 2**31:
            raise ArgumentError(f"[{who}] {name} must be > 0. It must be an int32, too; got {side}")
        sides.append(int(side))
    return array, sides[1], sides[0]


def resize_with_pad(image: Any, target_height: int, target_width: int, method: str = "bilinear", antialias: bool = False) -> Any:
    """Resizes with the aspect ratio kept, and puts zeros around it on both sides.

    image: (N, H, W, C) or (H, W, C). Returns float32, or image's dtype for method "nearest". Raises ValueError and TypeError
    (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tf.image.resize_with_pad(np.ones((2, 4, 1), np.float32), 4, 4)[:, 0, 0]
    array([0., 1., 1., 0.], dtype=float32)
    """
    who = "tf.image.resize_with_pad"

    def compute(value: Any, _: Any) -> Any:
        array, height, width = _sides(value, target_height, target_width, who)
        # TensorFlow's float32, step by step: it decides about a row more or less.
        rows, columns = (np.float32(extent) for extent in array.shape[-3:-1])
        ratio = max(columns / np.float32(width), rows / np.float32(height))
        inner, outer = (rows / ratio, columns / ratio), (np.float32(height), np.float32(width))
        size = [int(np.floor(side)) for side in inner]
        top, left = (max(0, int(np.floor((whole - side) / np.float32(2)))) for whole, side in zip(outer, inner))
        plan = plan_resize(array.shape, array.dtype, size, method_name(method), False, antialias)
        if top + size[0] > height or left + size[1] > width:
            raise ArgumentError(f"[{who}] target_height and target_width must hold the resized image; got {height} and {width}")
        result = np.zeros((*array.shape[:-3], height, width, array.shape[-1]), plan.output_dtype)
        plan.run(array, result[..., top : top + size[0], left : left + size[1], :])
        return result

    return _arrays.call(compute, image, None, who, "image")


def resize_with_crop_or_pad(image: Any, target_height: int, target_width: int) -> Any:
    """Cuts both sides off, or puts zeros there, until the image has that height and width; nothing is resampled.

    image: (N, H, W, C) or (H, W, C) of any dtype, which the result has, too. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tf.image.resize_with_crop_or_pad(np.arange(6).reshape(2, 3, 1), 4, 1)[:, 0, 0]
    array([0, 1, 4, 0])
    """
    who = "tf.image.resize_with_crop_or_pad"

    def compute(value: Any, _: Any) -> Any:
        array, height, width = _sides(value, target_height, target_width, who)
        result = np.zeros((*array.shape[:-3], height, width, array.shape[-1]), array.dtype)
        source: list[slice] = []
        target: list[slice] = []
        for wanted, there in zip((height, width), array.shape[-3:-1]):
            cut, pad, shared = max(-(wanted - there) // 2, 0), max((wanted - there) // 2, 0), min(wanted, there)
            source.append(slice(cut, cut + shared))
            target.append(slice(pad, pad + shared))
        result[..., target[0], target[1], :] = array[..., source[0], source[1], :]
        return result

    return _arrays.call(compute, image, None, who, "image")


__all__ = ["ResizeMethod", "plan_resize", "plan_resize_gradient", "resize", "resize_gradient", "resize_with_crop_or_pad", "resize_with_pad"]
