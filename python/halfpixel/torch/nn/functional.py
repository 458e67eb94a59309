"""torch.nn.functional.interpolate, with the numbers of PyTorch 2.15 on the CPU (docs/dialects.md)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from ... import _arrays, _core
from ..._errors import ArgumentError
from ..._plan import Plan

if TYPE_CHECKING:
    from ..._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, TensorT


def _format(memory_format: Any, tensor: Any = None, by_steps: bool = False) -> str:
    """"contiguous_format" or "channels_last": given, or how the tensor lies in memory."""
    if memory_format is None:
        torch = sys.modules.get("torch")
        if torch is None or not isinstance(tensor, torch.Tensor):
            return "contiguous_format"
        return "channels_last" if _lies_channels_last(tensor, by_steps) else "contiguous_format"
    name = str(memory_format).removeprefix("torch.")
    return "channels_last" if name == "channels_last_3d" else name


def _lies_channels_last(tensor: Any, by_steps: bool) -> bool:
    """As PyTorch's is_contiguous() has it, which sums go by; or by an image's steps alone, its suggest_memory_format(), which areas and the
    layout of results go by: slices count there, and a batch of one whose step is odd does not."""
    if not by_steps or tensor.dim() != 4:
        torch = sys.modules["torch"]
        last = {4: torch.channels_last, 5: torch.channels_last_3d}.get(tensor.dim())
        return last is not None and not tensor.is_contiguous() and bool(tensor.is_contiguous(memory_format=last))
    if tensor.stride(1) == 0:
        return False
    least = 0
    for axis in (1, 3, 2, 0):
        size, step = tensor.size(axis), tensor.stride(axis)
        if size == 0 or step < least or (axis == 0 and least == tensor.stride(1)):
            return False
        least = step * size
    return True


@overload
def interpolate(input: NumPyLike, size: Any = ..., scale_factor: Any = ..., mode: str = ..., align_corners: bool | None = ...,
                recompute_scale_factor: bool | None = ..., antialias: bool = ..., *, memory_format: Any = ...,
                out: Any = ...) -> NDArray: ...
@overload
def interpolate(input: TensorT, size: Any = ..., scale_factor: Any = ..., mode: str = ..., align_corners: bool | None = ...,
                recompute_scale_factor: bool | None = ..., antialias: bool = ..., *, memory_format: Any = ...,
                out: Any = ...) -> TensorT: ...


def interpolate(input: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest",
                align_corners: bool | None = None, recompute_scale_factor: bool | None = None, antialias: bool = False, *,
                memory_format: Any = None, out: Any = None) -> Any:
    """torch.nn.functional.interpolate of a tensor or an array.

    input: (N, C, L), (N, C, H, W) or (N, C, D, H, W), of float32, float64, float16, bfloat16 or uint8. size or
    scale_factor: a number for all spatial axes, or one for each. memory_format: in which PyTorch would hold an array, which
    decides its last bit; tensors of torch know theirs, and their result has it too. Tensors that require gradients are
    differentiable. Returns input's dtype. Raises ValueError and TypeError (hp.Error) in PyTorch's words.

    >>> import numpy as np, halfpixel as hp
    >>> hp.torch.nn.functional.interpolate(np.zeros((1, 3, 4, 5), np.float32), scale_factor=2, mode="bilinear").shape
    (1, 3, 8, 10)
    """
    layout = _format(memory_format, input, mode == "area")
    lies = _format(memory_format, input, True)
    options = (size, scale_factor, mode, align_corners, recompute_scale_factor, antialias, layout)

    def compute(array: Any, into: Any) -> Any:
        if into is None and lies == "channels_last" and (mode, array.ndim) != ("area", 5):  # as PyTorch's own result lies
            shape = _core.torch_plan_interpolate(array.shape, array.dtype, *options).output_shape
            order = [0, array.ndim - 1, *range(1, array.ndim - 1)]
            into = np.empty([shape[0], *shape[2:], shape[1]], array.dtype).transpose(order)
        return _core.torch_interpolate(array, *options, into)

    def gradient(dy: Any, shape: tuple[int, ...], dtype: str) -> Any:
        return _gradient(dy, shape, options, None)

    return _arrays.call(compute, input, out, "interpolate", "input", gradient)


def plan_interpolate(shape: ShapeLike, dtype: DTypeLike, size: Any = None, scale_factor: Any = None, mode: str = "nearest",
                     align_corners: bool | None = None, recompute_scale_factor: bool | None = None, antialias: bool = False, *,
                     memory_format: Any = None) -> Plan:
    """The plan behind interpolate(), for calling again and again. Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.torch.nn.functional.plan_interpolate((1, 3, 4, 5), "float32", (8, 8), mode="bicubic").output_shape
    (1, 3, 8, 8)
    """
    options = (size, scale_factor, mode, align_corners, recompute_scale_factor, antialias, _format(memory_format))
    return _plan_of(_arrays.shape_of(shape, "plan_interpolate", "shape"), _arrays.dtype_name(dtype, "plan_interpolate", "dtype"), options)


def _plan_of(shape: tuple[Any, ...], dtype: str, options: tuple[Any, ...]) -> Plan:
    plan = _core.torch_plan_interpolate(shape, dtype, *options)
    return Plan(plan, (_plan_of, (shape, dtype, options)))


def interpolate_gradient(dy: Any, input_shape: ShapeLike, size: Any = None, scale_factor: Any = None, mode: str = "nearest",
                         align_corners: bool | None = None, recompute_scale_factor: bool | None = None,
                         antialias: bool = False, *, memory_format: Any = None, out: Any = None) -> Any:
    """What autograd gives for the input of interpolate() when dy arrives at its result; float32 or float64, where PyTorch is
    installed float16 and bfloat16, too.

    The other arguments are those of the call. Raises ValueError and TypeError (hp.Error).

    """
    options = (size, scale_factor, mode, align_corners, recompute_scale_factor, antialias, _format(memory_format, dy))
    return _arrays.call(lambda a, o: _gradient(a, input_shape, options, o), dy, out, "interpolate_gradient", "dy")


def _gradient(dy: Any, input_shape: Any, options: tuple[Any, ...], out: Any) -> Any:
    dy = _arrays._readable(dy, "interpolate_gradient", "dy")
    # The library's weights are float32, which is not enough for float64; and it has images alone.
    exact = dy.dtype == np.float64 and options[2] in ("nearest", "nearest-exact")
    if dy.ndim == 4 and (dy.dtype == np.float32 or exact):
        return _core.torch_interpolate_gradient(dy, input_shape, *options, out)
    # PyTorch's own gradient where it is installed, and its numbers within rounding elsewhere.
    try:
        import torch
    except ImportError:
        array = _transposed(dy, input_shape, *options)
        if out is None:
            return array
        np.asarray(out)[...] = array
        return out
    try:
        with torch.enable_grad():
            given = _arrays._TORCH.wrap(np.array(dy))
            x = torch.zeros(_arrays.shape_of(input_shape, "interpolate_gradient", "input_shape"), dtype=given.dtype)
            if options[-1] == "channels_last":
                x = x.to(memory_format=torch.channels_last if x.dim() == 4 else torch.channels_last_3d)
            y = torch.nn.functional.interpolate(x.requires_grad_(), *options[:-1])
            (dx,) = torch.autograd.grad(y, x, given)
    except (TypeError, ValueError, RuntimeError, NotImplementedError, OverflowError) as error:
        raise ArgumentError(f"[interpolate_gradient] dy and the call's arguments must fit; got shape {np.shape(dy)}: {error}") from None
    array = _arrays._TORCH.read(dx, "interpolate_gradient", "dy")
    if out is None:
        return array
    np.asarray(out)[...] = array
    return out


def _transposed(dy: Any, input_shape: Any, size: Any, scale_factor: Any, *options: Any) -> Any:
    """The gradient as products with each axis' weights, which are what interpolate() makes of unit vectors."""
    dy = np.asarray(dy)
    shape, rank = _arrays.shape_of(input_shape, "interpolate_gradient", "input_shape"), dy.ndim - 2
    if dy.ndim not in (3, 4, 5) or len(shape) != dy.ndim or dy.dtype not in (np.float32, np.float64):
        raise ArgumentError(f"[interpolate_gradient] dy must be float32 or float64 of input_shape's rank; got shape {dy.shape}, dtype "
                            f"{dy.dtype} and input_shape {shape}")
    want = _core.torch_plan_interpolate(shape, dy.dtype, size, scale_factor, *options).output_shape
    if dy.shape != want:
        raise ArgumentError(f"[interpolate_gradient] dy must have the result's shape {want}; got {dy.shape}")
    dx = dy.astype(np.float64)
    for axis in range(rank):
        length = shape[axis + 2]
        units = np.zeros((length, 1, *([1] * rank)))
        units = np.repeat(units, length, axis + 2)
        np.einsum("ii->i", units.reshape(length, length))[:] = 1
        sides, factors = None, None
        if size is not None:
            sides = [dy.shape[axis + 2] if other == axis else 1 for other in range(rank)]
        else:
            given = np.broadcast_to(np.asarray(scale_factor, np.float64), (rank,))
            factors = [float(given[axis]) if other == axis else 1.0 for other in range(rank)]
        weights = _core.torch_interpolate(units, sides, factors, *options, None).reshape(length, -1)
        dx = np.moveaxis(np.tensordot(dx, weights, ([axis + 2], [1])), -1, axis + 2)
    return np.ascontiguousarray(dx.astype(dy.dtype))


__all__ = ["interpolate", "interpolate_gradient", "plan_interpolate"]
