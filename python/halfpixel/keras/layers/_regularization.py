"""Layers that act during training alone and hand their input on at inference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._errors import ArgumentError
from ._graph import GraphLayer

if TYPE_CHECKING:
    from ..._typing import DTypeLike


class _Dropping(GraphLayer):
    def _make(self, arguments: dict[str, Any]) -> None:
        rate = arguments["rate"]
        if not isinstance(rate, (int, float)) or not 0 <= rate <= 1:
            raise ArgumentError(f"[{type(self).__name__}] Invalid value received for argument `rate`. Expected a float value between 0 "
                                f"and 1: rate must be that; got {rate!r}")
        super()._make(arguments)


class Dropout(_Dropping):
    """Hands its input on: it acts in training alone."""

    def __init__(self, rate: float, seed: int | None = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class AlphaDropout(_Dropping):
    """Hands its input on: it acts in training alone."""

    def __init__(self, rate: float, seed: int | None = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class GaussianDropout(_Dropping):
    """Hands its input on: it acts in training alone."""

    def __init__(self, rate: float, seed: int | None = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class SpatialDropout1D(_Dropping):
    """Hands its input on: it acts in training alone. As in Keras it takes no `trainable`."""

    def __init__(self, rate: float, seed: int | None = None, name: str | None = None, dtype: DTypeLike = None) -> None:
        self._make(locals())


class SpatialDropout2D(_Dropping):
    """Hands its input on: it acts in training alone. As in Keras it takes no `trainable`."""

    def __init__(self, rate: float, data_format: str | None = None, seed: int | None = None, name: str | None = None, dtype: DTypeLike = None) -> None:
        self._make(locals())


class SpatialDropout3D(_Dropping):
    """Hands its input on: it acts in training alone. As in Keras it takes no `trainable`."""

    def __init__(self, rate: float, data_format: str | None = None, seed: int | None = None, name: str | None = None, dtype: DTypeLike = None) -> None:
        self._make(locals())


class GaussianNoise(GraphLayer):
    """Hands its input on: it acts in training alone."""

    def __init__(self, stddev: float, seed: int | None = None, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


class ActivityRegularization(GraphLayer):
    """Hands its input on: it acts in training alone."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        self._make(locals())


__all__ = ["ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D",
           "SpatialDropout2D", "SpatialDropout3D"]
