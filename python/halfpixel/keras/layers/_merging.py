"""Layers that join several tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._errors import ArgumentError
from .._tensor import KerasTensor
from ._graph import GraphLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..._typing import DTypeLike


class _Merging(GraphLayer):
    def _checked(self, inputs: Any) -> None:
        if isinstance(inputs, KerasTensor) or not isinstance(inputs, (list, tuple)):
            raise ArgumentError(f"[{self.class_name}] A merge layer should be called on a list of inputs: inputs must be a list; got "
                                f"{type(inputs).__name__}")


class Add(_Merging):
    """The sum of a list of inputs, element by element; extents of 1 are repeated."""

    def __init__(self, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Subtract(_Merging):
    """The first of two inputs minus the second."""

    def __init__(self, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Multiply(_Merging):
    """The product of a list of inputs."""

    def __init__(self, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Average(_Merging):
    """The mean of a list of inputs."""

    def __init__(self, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Maximum(_Merging):
    """The largest of a list of inputs."""

    def __init__(self, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Minimum(_Merging):
    """The smallest of a list of inputs."""

    def __init__(self, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Concatenate(_Merging):
    """A list of inputs one after the other along an axis; the other extents are equal.

    >>> import numpy as np, halfpixel as hp
    >>> layer = hp.keras.layers.Concatenate()
    >>> layer([np.zeros((1, 2)), np.zeros((1, 4))]).shape
    (1, 6)
    """

    def __init__(self, axis: int = -1, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._make(locals())


class Dot(_Merging):
    """Sums of products along one axis of each of two inputs."""

    def __init__(self, axes: int | Sequence[int], normalize: bool = False, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


def add(inputs: Any, **arguments: Any) -> Any:
    """Add(**arguments)(inputs)."""
    return Add(**arguments)(inputs)


def subtract(inputs: Any, **arguments: Any) -> Any:
    """Subtract(**arguments)(inputs)."""
    return Subtract(**arguments)(inputs)


def multiply(inputs: Any, **arguments: Any) -> Any:
    """Multiply(**arguments)(inputs)."""
    return Multiply(**arguments)(inputs)


def average(inputs: Any, **arguments: Any) -> Any:
    """Average(**arguments)(inputs)."""
    return Average(**arguments)(inputs)


def maximum(inputs: Any, **arguments: Any) -> Any:
    """Maximum(**arguments)(inputs)."""
    return Maximum(**arguments)(inputs)


def minimum(inputs: Any, **arguments: Any) -> Any:
    """Minimum(**arguments)(inputs)."""
    return Minimum(**arguments)(inputs)


def concatenate(inputs: Any, axis: int = -1, **arguments: Any) -> Any:
    """Concatenate(axis, **arguments)(inputs)."""
    return Concatenate(axis, **arguments)(inputs)


def dot(inputs: Any, axes: int | Sequence[int] = -1, **arguments: Any) -> Any:
    """Dot(axes, **arguments)(inputs)."""
    return Dot(axes, **arguments)(inputs)


__all__ = ["Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract", "add", "average", "concatenate", "dot",
           "maximum", "minimum", "multiply", "subtract"]
