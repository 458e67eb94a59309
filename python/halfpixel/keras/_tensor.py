"""Symbolic tensors: what layers record on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._errors import ArgumentError, ArgumentTypeError, UnsupportedError

if TYPE_CHECKING:
    from .._typing import DTypeLike, ShapeLike


def module() -> Any:
    """The component model, which is loaded when a model is first made: oneDNN and HDF5 take their time."""
    try:
        from .. import _model
    except ImportError as error:
        raise UnsupportedError(f"[keras.models] this build has no component model ({error}); rebuild where oneDNN, HDF5, libzip "
                               "and nlohmann-json are: apt-get install libdnnl-dev libhdf5-dev libzip-dev nlohmann-json3-dev"
                               ) from None
    return _model


# How often weights were set, or models changed, in this process: compiled functions look again then.
_changes = 0


def changed() -> None:
    """Says that a layer or model is not what it was."""
    global _changes
    _changes += 1


def changes() -> int:
    """How often that was said."""
    return _changes


class _Spec(NamedTuple):
    name: str
    shape: tuple[int | None, ...]
    dtype: str


class KerasTensor(_Spec):
    """A symbolic tensor, as an input or output of a model: name, shape (None where it varies), dtype.

    Input() makes the first one; layers, ops and + - * / make others of it.

    >>> import halfpixel as hp
    >>> x = hp.keras.Input((None, None, 3))
    >>> (hp.keras.layers.UpSampling2D(2)(x) / 255 + 1).shape
    (None, None, None, 3)
    """

    _tensor: Any
    __array_ufunc__ = None  # NumPy's numbers leave operators to this class

    def __new__(cls, *_: Any, **__: Any) -> KerasTensor:
        raise ArgumentTypeError("[KerasTensor] a symbolic tensor must be made by hp.keras.Input() or a layer")

    @classmethod
    def _of(cls, tensor: Any, name: str | None = None) -> KerasTensor:
        told = (tensor.name if name is None else name, tuple(tensor.shape), np.dtype(tensor.dtype).name)
        made: KerasTensor = tuple.__new__(cls, told)
        made._tensor = tensor
        return made

    def __add__(self, other: Any) -> KerasTensor:
        return _binary("+", self, other)

    def __radd__(self, other: Any) -> KerasTensor:
        return _binary("+", other, self)

    def __sub__(self, other: Any) -> KerasTensor:
        return _binary("-", self, other)

    def __rsub__(self, other: Any) -> KerasTensor:
        return _binary("-", other, self)

    def __mul__(self, other: Any) -> KerasTensor:
        return _binary("*", self, other)

    def __rmul__(self, other: Any) -> KerasTensor:
        return _binary("*", other, self)

    def __truediv__(self, other: Any) -> KerasTensor:
        return _binary("/", self, other)

    def __rtruediv__(self, other: Any) -> KerasTensor:
        return _binary("/", other, self)

    def __neg__(self) -> KerasTensor:
        return KerasTensor._of(module().negative(self._tensor))

    def __bool__(self) -> bool:
        raise ArgumentTypeError(f"[KerasTensor] a symbolic tensor must not be used as a bool: it has no values; got {self}")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise ArgumentTypeError(f"[KerasTensor] a symbolic tensor must not be used as an array: it has no values; got {self}")

    def __reduce__(self) -> Any:
        raise ArgumentTypeError("[KerasTensor] a symbolic tensor cannot be pickled: pickle the model")

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"


def _binary(operation: str, a: Any, b: Any) -> KerasTensor:
    operands = []
    for one in (a, b):
        if isinstance(one, KerasTensor):
            operands.append(one._tensor)
        elif isinstance(one, (int, float, np.number)):
            operands.append(float(one))
        else:
            raise ArgumentTypeError(f"[KerasTensor] operands of {operation} must be symbolic tensors or numbers; got {one!r:.80}")
    return KerasTensor._of(module().binary(operation, *operands))


def symbols(value: Any) -> list[KerasTensor] | None:
    """The symbolic tensors of a call; None where it is one on arrays."""
    if isinstance(value, KerasTensor):
        return [value]
    if isinstance(value, (list, tuple)) and value and all(isinstance(one, KerasTensor) for one in value):
        return list(value)
    if isinstance(value, (list, tuple)) and any(isinstance(one, KerasTensor) for one in value):
        raise ArgumentTypeError(f"[keras] inputs must be arrays, or symbolic tensors, not both; got {value!r:.80}")
    return None


def record(layer: Any, tensors: list[KerasTensor]) -> KerasTensor:
    """A layer's call on symbolic tensors."""
    return KerasTensor._of(module().record(layer, [tensor._tensor for tensor in tensors]))


def Input(shape: ShapeLike | None = None, batch_size: int | None = None, dtype: DTypeLike = None, name: str | None = None, *,
          batch_shape: ShapeLike | None = None) -> KerasTensor:
    """The start of a functional model, or of a Sequential: keras.Input.

    shape: without the batch, None where it may vary. batch_shape: with it. dtype: float32 unless given.
    Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.keras.Input((None, None, 3), name="photo").shape
    (None, None, None, 3)
    """
    if batch_shape is not None:
        if shape is not None or batch_size is not None:
            raise ArgumentError(f"[Input] shape and batch_size must be left out beside batch_shape; got {shape} and {batch_size}")
        batch_shape = tuple(batch_shape)
        if not batch_shape:
            raise ArgumentError("[Input] batch_shape must hold the batch; got ()")
        batch_size, shape = batch_shape[0], batch_shape[1:]
    if shape is None:
        raise ArgumentError("[Input] You must pass a `shape` argument: shape must be given")
    if isinstance(shape, int):
        raise ArgumentTypeError(f"[Input] shape must be a tuple, as ({shape},); got {shape}")
    return KerasTensor._of(module().input(tuple(shape), batch_size, "float32" if dtype is None else dtype, name), name)


__all__ = ["Input", "KerasTensor"]
