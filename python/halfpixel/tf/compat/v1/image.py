"""tf.compat.v1.image: resize without half-pixel centres, and the four kernels by name. TensorFlow 2.21's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from .... import _arrays, _core
from ...._errors import ArgumentError, UnsupportedError
from ...._plan import Plan
from ...image import _check_size, method_name

if TYPE_CHECKING:
    from ...._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, SizeLike, TensorT

_WHO = "tf.compat.v1.image"


class ResizeMethod:
    """TensorFlow 1's numbers of the methods; the strings of TensorFlow 2 do as well."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


_METHODS = {0: "bilinear", 1: "nearest", 2: "bicubic", 3: "area"}


def _method(method: Any) -> Any:
    method = method_name(method)
    if isinstance(method, int) and not isinstance(method, bool):
        if method not in _METHODS:
            raise ArgumentError(f"[{_WHO}.resize] Resize method is not implemented: method must be 0 to 3; got {method}")
        return _METHODS[method]
    return method


@overload
def resize(images: NumPyLike, size: SizeLike, method: str | int = ..., align_corners: bool = ...,
           preserve_aspect_ratio: bool = ..., name: str | None = ..., *, out: Any = ...) -> NDArray: ...
@overload
def resize(images: TensorT, size: SizeLike, method: str | int = ..., align_corners: bool = ...,
           preserve_aspect_ratio: bool = ..., name: str | None = ..., *, out: Any = ...) -> TensorT: ...


def resize(images: Any, size: Any, method: Any = ResizeMethod.BILINEAR, align_corners: bool = False,
           preserve_aspect_ratio: bool = False, name: str | None = None, *, out: Any = None) -> Any:
    """Resizes images as tf.compat.v1.image.resize does; to the same size it returns them as they are.

    images: (N, H, W, C) or (H, W, C). size: (new_height, new_width). method: one of ResizeMethod, or "bilinear",
    "nearest", "bicubic", "area". Returns float32, with "nearest" the dtype of images. Raises ValueError and TypeError
    (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tf.compat.v1.image.resize(np.arange(2.0, dtype=np.float32).reshape(1, 2, 1), (1, 4), align_corners=True)[0, :, 0]
    array([0.        , 0.33333334, 0.6666667 , 1.        ], dtype=float32)
    """
    method = _method(method)
    _check_size(size, f"{_WHO}.resize")

    def gradient(dy: Any, shape: tuple[int, ...], dtype: str) -> Any:
        return _core.v1_resize_gradient(dy, shape, method, align_corners, False, dtype)

    return _arrays.call(lambda a, o: _core.v1_resize(a, size, method, align_corners, preserve_aspect_ratio, o), images, out,
                        f"{_WHO}.resize", "images", gradient)


resize_images = resize


def plan_resize(images_shape: ShapeLike, dtype: DTypeLike, size: SizeLike, method: str | int = ResizeMethod.BILINEAR,
                align_corners: bool = False, preserve_aspect_ratio: bool = False) -> Plan:
    """The plan behind resize(). Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.tf.compat.v1.image.plan_resize((1, 4, 4, 3), "uint8", (8, 8)).output_shape
    (1, 8, 8, 3)
    """
    which = _method(method)
    _check_size(size, f"{_WHO}.plan_resize")
    plan = _core.v1_plan_resize(images_shape, dtype, size, which, align_corners, preserve_aspect_ratio)
    recipe = (plan.input_shape, plan.input_dtype, plan.output_shape[-3:-1], which, align_corners, False)
    return Plan(plan, (plan_resize, recipe))


def resize_gradient(dy: Any, input_shape: ShapeLike, method: str | int = ResizeMethod.BILINEAR, align_corners: bool = False,
                    images_dtype: DTypeLike = None) -> Any:
    """What tape.gradient returns for resize(). Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tf.compat.v1.image.resize_gradient(np.ones((1, 4, 4, 1), np.float32), (1, 2, 2, 1)).shape
    (1, 2, 2, 1)
    """
    which = _method(method)
    return _arrays.call(lambda a, _: _core.v1_resize_gradient(a, input_shape, which, align_corners, False, images_dtype), dy,
                        None, f"{_WHO}.resize_gradient", "dy")


def _kernel(kernel: str, images: Any, size: Any, align_corners: bool, half_pixel_centers: bool, out: Any, who: str) -> Any:
    _check_size(size, who)

    def gradient(dy: Any, shape: tuple[int, ...], dtype: str) -> Any:
        if kernel == "area":
            raise UnsupportedError(f"[{who}] area has no gradient in TensorFlow")
        return _core.v1_kernel_gradient(kernel, dy, shape, align_corners, half_pixel_centers, dtype)

    return _arrays.call(lambda a, o: _core.v1_kernel(kernel, a, size, align_corners, half_pixel_centers, o), images, out, who,
                        "images", gradient)


def resize_bilinear(images: Any, size: SizeLike, align_corners: bool = False, name: str | None = None,
                    half_pixel_centers: bool = False, *, out: Any = None) -> Any:
    """(N, H, W, C) to float32 (N, new_height, new_width, C), by the kernel ResizeBilinear.

    align_corners and half_pixel_centers together are a ValueError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tf.compat.v1.image.resize_bilinear(np.zeros((1, 2, 2, 1)), (4, 4), half_pixel_centers=True).dtype
    dtype('float32')
    """
    return _kernel("bilinear", images, size, align_corners, half_pixel_centers, out, f"{_WHO}.resize_bilinear")


def resize_bicubic(images: Any, size: SizeLike, align_corners: bool = False, name: str | None = None,
                   half_pixel_centers: bool = False, *, out: Any = None) -> Any:
    """(N, H, W, C) to float32 (N, new_height, new_width, C), by the kernel ResizeBicubic.

    Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tf.compat.v1.image.resize_bicubic(np.zeros((1, 2, 2, 1), np.uint8), (4, 4)).dtype
    dtype('float32')
    """
    return _kernel("bicubic", images, size, align_corners, half_pixel_centers, out, f"{_WHO}.resize_bicubic")


def resize_nearest_neighbor(images: Any, size: SizeLike, align_corners: bool = False, name: str | None = None,
                            half_pixel_centers: bool = False, *, out: Any = None) -> Any:
    """(N, H, W, C) to (N, new_height, new_width, C) of the same dtype, by the kernel ResizeNearestNeighbor.

    Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tf.compat.v1.image.resize_nearest_neighbor(np.zeros((1, 2, 2, 1), np.uint8), (4, 4)).dtype
    dtype('uint8')
    """
    return _kernel("nearest", images, size, align_corners, half_pixel_centers, out, f"{_WHO}.resize_nearest_neighbor")


def resize_area(images: Any, size: SizeLike, align_corners: bool = False, name: str | None = None, *, out: Any = None) -> Any:
    """(N, H, W, C) to float32 (N, new_height, new_width, C), by the kernel ResizeArea. Raises ValueError, TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tf.compat.v1.image.resize_area(np.ones((1, 4, 4, 1), np.uint8), (2, 2))[0, :, :, 0]
    array([[1., 1.],
           [1., 1.]], dtype=float32)
    """
    return _kernel("area", images, size, align_corners, False, out, f"{_WHO}.resize_area")


def _kernel_gradient(kernel: str, dy: Any, input_shape: Any, align: bool, half: bool, dtype: Any, who: str) -> Any:
    return _arrays.call(lambda a, _: _core.v1_kernel_gradient(kernel, a, input_shape, align, half, dtype), dy, None, who, "dy")


def resize_bilinear_gradient(dy: Any, input_shape: ShapeLike, align_corners: bool = False, half_pixel_centers: bool = False,
                             images_dtype: DTypeLike = None) -> Any:
    """What tape.gradient returns for resize_bilinear(). Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.tf.compat.v1.image.resize_bilinear_gradient(np.ones((1, 4, 4, 1), np.float32), (1, 2, 2, 1)).shape
    (1, 2, 2, 1)
    """
    return _kernel_gradient("bilinear", dy, input_shape, align_corners, half_pixel_centers, images_dtype,
                            f"{_WHO}.resize_bilinear_gradient")


def resize_bicubic_gradient(dy: Any, input_shape: ShapeLike, align_corners: bool = False, half_pixel_centers: bool = False,
                            images_dtype: DTypeLike = None) -> Any:
    """What tape.gradient returns for resize_bicubic(). Raises ValueError and TypeError (hp.Error)."""
    return _kernel_gradient("bicubic", dy, input_shape, align_corners, half_pixel_centers, images_dtype,
                            f"{_WHO}.resize_bicubic_gradient")


def resize_nearest_neighbor_gradient(dy: Any, input_shape: ShapeLike, align_corners: bool = False,
                                     half_pixel_centers: bool = False) -> Any:
    """What tape.gradient returns for resize_nearest_neighbor(). Raises ValueError and TypeError (hp.Error)."""
    return _kernel_gradient("nearest", dy, input_shape, align_corners, half_pixel_centers, None,
                            f"{_WHO}.resize_nearest_neighbor_gradient")


def _plan_kernel(kernel: str, images_shape: Any, dtype: Any, size: Any, align: bool = False, half: bool = False) -> Plan:
    _check_size(size, f"{_WHO}.plan_resize_{kernel}")
    plan = _core.v1_plan_kernel(kernel, images_shape, dtype, size, align, half)
    recipe = (kernel, plan.input_shape, plan.input_dtype, plan.output_shape[1:3], align, half)
    return Plan(plan, (_plan_kernel, recipe))


def plan_resize_bilinear(images_shape: ShapeLike, dtype: DTypeLike, size: SizeLike, align_corners: bool = False,
                         half_pixel_centers: bool = False) -> Plan:
    """The plan behind resize_bilinear(). Raises ValueError and TypeError (hp.Error)."""
    return _plan_kernel("bilinear", images_shape, dtype, size, align_corners, half_pixel_centers)


def plan_resize_bicubic(images_shape: ShapeLike, dtype: DTypeLike, size: SizeLike, align_corners: bool = False,
                        half_pixel_centers: bool = False) -> Plan:
    """The plan behind resize_bicubic(). Raises ValueError and TypeError (hp.Error)."""
    return _plan_kernel("bicubic", images_shape, dtype, size, align_corners, half_pixel_centers)


def plan_resize_nearest_neighbor(images_shape: ShapeLike, dtype: DTypeLike, size: SizeLike, align_corners: bool = False,
                                 half_pixel_centers: bool = False) -> Plan:
    """The plan behind resize_nearest_neighbor(). Raises ValueError and TypeError (hp.Error)."""
    return _plan_kernel("nearest", images_shape, dtype, size, align_corners, half_pixel_centers)


def plan_resize_area(images_shape: ShapeLike, dtype: DTypeLike, size: SizeLike, align_corners: bool = False) -> Plan:
    """The plan behind resize_area(). Raises ValueError and TypeError (hp.Error)."""
    return _plan_kernel("area", images_shape, dtype, size, align_corners)


__all__ = ["ResizeMethod", "plan_resize", "plan_resize_area", "plan_resize_bicubic", "plan_resize_bilinear",
           "plan_resize_nearest_neighbor", "resize", "resize_area", "resize_bicubic", "resize_bicubic_gradient",
           "resize_bilinear", "resize_bilinear_gradient", "resize_gradient", "resize_images", "resize_nearest_neighbor",
           "resize_nearest_neighbor_gradient"]
