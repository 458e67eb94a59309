"""Types of the signatures. Not imported when the package runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, SupportsIndex, TypeAlias, TypeVar, Union

import numpy as np
import numpy.typing as npt

# What is taken as NumPy's own; results for these are NumPy arrays.
NumPyLike: TypeAlias = Union[npt.NDArray[Any], Sequence[Any], memoryview]
NDArray: TypeAlias = npt.NDArray[Any]
# A tensor of torch, JAX or TensorFlow, and whatever else speaks DLPack: results are of the same kind.
TensorT = TypeVar("TensorT")
SizeLike: TypeAlias = Union[SupportsIndex, Sequence[SupportsIndex], npt.NDArray[Any]]
ShapeLike: TypeAlias = Union[Sequence[Union[int, None]], npt.NDArray[Any]]
DTypeLike: TypeAlias = Any
