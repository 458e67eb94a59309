"""keras.ops on symbolic tensors: they record, as Keras' functional models do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._errors import ArgumentTypeError, Error
from ._tensor import KerasTensor, module

if TYPE_CHECKING:
    from .._typing import DTypeLike, ShapeLike


def _call(name: str, x: Any, *others: Any) -> KerasTensor:
    """An operation of a symbolic tensor; others may be tensors, too."""
    tensors = []
    for one in (x, *others):
        if isinstance(one, KerasTensor):
            tensors.append(one._tensor)
        elif one is x:
            raise ArgumentTypeError(f"[ops.{name}] x must be a symbolic tensor, of Input() and layers: for arrays take NumPy; got "
                                    f"{type(x).__module__}.{type(x).__qualname__}")
        else:
            tensors.append(one)
    try:
        return KerasTensor._of(getattr(module(), name)(*tensors))
    except TypeError as error:
        if isinstance(error, Error):
            raise
        raise ArgumentTypeError(f"[ops.{name}] arguments must be as Keras has them; got {others!r:.80}") from None


def _axes(x: Any, axis: Any) -> Any:
    """None are all of them."""
    return tuple(range(len(x.shape))) if axis is None and isinstance(x, KerasTensor) else axis


def _two(name: str, x1: Any, x2: Any) -> KerasTensor:
    for one in (x1, x2):
        if not isinstance(one, KerasTensor):
            raise ArgumentTypeError(f"[ops.{name}] x1 and x2 must be symbolic tensors, of Input() and layers; got {one!r:.80}")
    return _call(name, x1, x2)


def relu(x: KerasTensor) -> KerasTensor:
    """max(x, 0)."""
    return _call("relu", x)


def sigmoid(x: KerasTensor) -> KerasTensor:
    """1 / (1 + exp(-x))."""
    return _call("sigmoid", x)


def tanh(x: KerasTensor) -> KerasTensor:
    """The hyperbolic tangent."""
    return _call("tanh", x)


def exp(x: KerasTensor) -> KerasTensor:
    """e to the power of x."""
    return _call("exp", x)


def sqrt(x: KerasTensor) -> KerasTensor:
    """The square root."""
    return _call("sqrt", x)


def softmax(x: KerasTensor, axis: int = -1) -> KerasTensor:
    """exp(x) over its sum along an axis."""
    return _call("softmax", x, axis)


def clip(x: KerasTensor, x_min: float, x_max: float) -> KerasTensor:
    """x, held between x_min and x_max."""
    return _call("clip", x, x_min, x_max)


def cast(x: KerasTensor, dtype: DTypeLike) -> KerasTensor:
    """x as another dtype."""
    return _call("cast", x, dtype)


def concatenate(xs: Sequence[KerasTensor], axis: int = -1) -> KerasTensor:
    """Tensors one after the other along an axis."""
    if isinstance(xs, KerasTensor) or not isinstance(xs, (list, tuple)) or not all(isinstance(one, KerasTensor) for one in xs):
        raise ArgumentTypeError(f"[ops.concatenate] xs must be a list of symbolic tensors; got {xs!r:.80}")
    return KerasTensor._of(module().concatenate([one._tensor for one in xs], axis))


def reshape(x: KerasTensor, newshape: ShapeLike) -> KerasTensor:
    """The elements in the same order; newshape holds the batch, one extent may be -1."""
    return _call("reshape", x, newshape)


def transpose(x: KerasTensor, axes: Sequence[int]) -> KerasTensor:
    """The axes, batch included, in another order."""
    return _call("transpose", x, axes)


def matmul(x1: KerasTensor, x2: KerasTensor) -> KerasTensor:
    """The product of matrices."""
    return _two("matmul", x1, x2)


def maximum(x1: KerasTensor, x2: KerasTensor) -> KerasTensor:
    """The larger one, element by element."""
    return _two("maximum", x1, x2)


def minimum(x1: KerasTensor, x2: KerasTensor) -> KerasTensor:
    """The smaller one, element by element."""
    return _two("minimum", x1, x2)


def mean(x: KerasTensor, axis: int | Sequence[int] | None = None, keepdims: bool = False) -> KerasTensor:
    """The mean over axes, all of them unless given."""
    return _call("mean", x, _axes(x, axis), keepdims)


def sum(x: KerasTensor, axis: int | Sequence[int] | None = None, keepdims: bool = False) -> KerasTensor:
    """The sum over axes, all of them unless given."""
    return _call("sum", x, _axes(x, axis), keepdims)


def max(x: KerasTensor, axis: int | Sequence[int] | None = None, keepdims: bool = False) -> KerasTensor:
    """The largest value over axes, all of them unless given."""
    return _call("max", x, _axes(x, axis), keepdims)


def pad(x: KerasTensor, pad_width: Sequence[Sequence[int]], mode: str = "constant",
        constant_values: float = 0.0) -> KerasTensor:
    """More before and after along each axis: a pair for each, the batch included. mode: "constant", "reflect" or "symmetric"."""
    return _call("pad", x, pad_width, mode, constant_values)


def depth_to_space(x: KerasTensor, block_size: int) -> KerasTensor:
    """tf.nn.depth_to_space: (N, H, W, C) to (N, H * block, W * block, C / block²).

    >>> import halfpixel as hp
    >>> hp.keras.ops.depth_to_space(hp.keras.Input((8, 8, 12)), 2).shape
    (None, 16, 16, 3)
    """
    return _call("depth_to_space", x, block_size)


def slice(x: KerasTensor, axis: int, start: int | None, stop: int | None, step: int = 1) -> KerasTensor:
    """start:stop:step along one axis; negative positions count from the end."""
    return _call("slice", x, axis, start, stop, step)


__all__ = ["cast", "clip", "concatenate", "depth_to_space", "exp", "matmul", "max", "maximum", "mean", "minimum", "pad", "relu",
           "reshape", "sigmoid", "slice", "softmax", "sqrt", "sum", "tanh", "transpose"]
