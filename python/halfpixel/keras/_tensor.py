"""Symbolic tensors: what layers record on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._arrays import is_integer
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


class KerasTensor:
    """A symbolic tensor, as an input or output of a model: name, shape (None where it varies), dtype.

    Input() makes the first one; layers, ops, + - * / @ and indices make others of it.

    >>> import halfpixel as hp
    >>> x = hp.keras.Input((None, None, 3))
    >>> (hp.keras.layers.UpSampling2D(2)(x) / 255 + 1)[..., :2].shape
    (None, None, None, 2)
    """

    _tensor: Any
    _name: str | None
    __array_ufunc__ = None  # NumPy's numbers leave operators to this class

    def __new__(cls, *_: Any, **__: Any) -> KerasTensor:
        raise ArgumentTypeError("[KerasTensor] a symbolic tensor must be made by hp.keras.Input() or a layer")

    @classmethod
    def _of(cls, tensor: Any, name: str | None = None) -> KerasTensor:
        made: KerasTensor = object.__new__(cls)
        made._tensor, made._name = tensor, name
        return made

    @property
    def name(self) -> str:
        """Its name, as an input's."""
        return str(self._tensor.name) if self._name is None else self._name

    @property
    def shape(self) -> tuple[int | None, ...]:
        """Extents, the batch first; None where one varies."""
        return tuple(self._tensor.shape)

    @property
    def dtype(self) -> str:
        """The dtype's name."""
        return str(np.dtype(self._tensor.dtype).name)

    @property
    def ndim(self) -> int:
        """Number of axes, the batch included."""
        return len(self.shape)

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

    def __matmul__(self, other: Any) -> KerasTensor:
        if not isinstance(other, KerasTensor):
            raise ArgumentTypeError(f"[KerasTensor] operands of @ must be symbolic tensors; got {other!r:.80}")
        return KerasTensor._of(module().matmul(self._tensor, other._tensor))

    def __getitem__(self, key: Any) -> KerasTensor:
        return _sliced(self, key if isinstance(key, tuple) else (key,))

    def __iter__(self) -> Any:
        raise ArgumentTypeError(f"[KerasTensor] Iterating over a symbolic KerasTensor is not supported: it has no values; got {self}")

    def __len__(self) -> int:
        raise ArgumentTypeError(f"[KerasTensor] a symbolic tensor has no len(): take its shape; got {self}")

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
            operands.append(_number(one, operation))
        else:
            raise ArgumentTypeError(f"[KerasTensor] operands of {operation} must be symbolic tensors or numbers; got {one!r:.80}")
    return KerasTensor._of(module().binary(operation, *operands))


def _number(value: Any, operation: str) -> float:
    try:
        return float(value)
    except OverflowError:
        raise ArgumentError(f"[KerasTensor] operands of {operation} must fit in a float; got {str(value)[:40]}…") from None


def _sliced(x: KerasTensor, key: tuple[Any, ...]) -> KerasTensor:
    """x[key] of slices, integers and one …, axis by axis."""
    rank, dots = x.ndim, [index for index, part in enumerate(key) if part is Ellipsis]
    known = all(part is Ellipsis or isinstance(part, slice) or (is_integer(part) and not isinstance(part, bool)) for part in key)
    if len(dots) > 1 or len(key) - len(dots) > rank or not known:
        raise ArgumentTypeError(f"[KerasTensor] a symbolic tensor of {rank} axes must be indexed by as many slices and integers at most, and "
                                f"one ...; got {key!r:.80}")
    if dots:
        key = (*key[: dots[0]], *(slice(None),) * (rank - len(key) + 1), *key[dots[0] + 1 :])
    tensor = x._tensor
    for axis, part in reversed(list(enumerate(key))):  # integers take axes away
        if not isinstance(part, slice):
            tensor = module().take(tensor, axis, part)
        elif part != slice(None):
            tensor = module().slice(tensor, axis, part.start, part.stop, 1 if part.step is None else part.step)
    return KerasTensor._of(tensor)


def _extents(shape: Any, name: str) -> tuple[Any, ...]:
    """A shape whose extents are None or not negative."""
    if isinstance(shape, (str, bytes, dict)) or not hasattr(shape, "__iter__"):
        wanted = f", as ({shape},)" if isinstance(shape, int) else ""
        raise ArgumentTypeError(f"[Input] {name} must be a tuple{wanted}; got {shape!r:.80}")
    extents = tuple(shape)
    for extent in extents:
        if is_integer(extent) and extent < 0:
            raise ArgumentError(f"[Input] {name} must hold extents that are None or not negative: Negative dimensions are not allowed; "
                                f"got {extents!r:.80}")
    return extents


def symbols(value: Any) -> list[KerasTensor] | None:
    """The symbolic tensors of a call; None where it is one on arrays."""
    if isinstance(value, KerasTensor):
        return [value]
    if isinstance(value, (list, tuple)) and value and all(isinstance(one, KerasTensor) for one in value):
        return list(value)
    if isinstance(value, (list, tuple)) and any(isinstance(one, KerasTensor) for one in value):
        raise ArgumentTypeError(f"[keras] inputs must be arrays, or symbolic tensors, not both; got {value!r:.80}")
    return None


def not_training(training: Any, who: str) -> None:
    """Raises Error for calls as in training."""
    if training is not None and not (isinstance(training, (bool, int, np.bool_)) and not training):
        raise ArgumentError(f"[{who}] training must be False or None: there is no training here; got {training!r:.80}")


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
        extents = _extents(batch_shape, "batch_shape")
        if not extents:
            raise ArgumentError("[Input] batch_shape must hold the batch; got ()")
        batch_size, extents = extents[0], extents[1:]
    elif shape is None:
        raise ArgumentError("[Input] You must pass a `shape` argument: shape must be given")
    else:
        extents = _extents(shape, "shape")
        _extents((batch_size,), "batch_size")
    return KerasTensor._of(module().input(extents, batch_size, "float32" if dtype is None else dtype, name), name)


__all__ = ["Input", "KerasTensor"]
