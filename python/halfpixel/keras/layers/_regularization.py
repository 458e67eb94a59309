"""Layers that act during training alone and hand their input on at inference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._arrays import is_integer
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
        data_format = arguments.get("data_format")
        if data_format is not None and (not isinstance(data_format, str) or data_format.lower() not in ("channels_first", "channels_last")):
            raise ArgumentError(f"[{type(self).__name__}] The `data_format` argument must be one of {{'channels_first', 'channels_last'}}: "
                                f"data_format must be that; got {data_format!r:.80}")
        _check_seed(arguments["seed"], type(self).__name__)
        super()._make(arguments)


def _check_seed(seed: Any, who: str) -> None:
    if seed is not None and not is_integer(seed):
        raise ArgumentError(f"[{who}] Argument `seed` must be an integer: seed must be that or None; got {seed!r:.80}")


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
        if not isinstance(stddev, (int, float)) or not 0 <= stddev <= 1:
            raise ArgumentError("[GaussianNoise] Invalid value received for argument `stddev`. Expected a float value between 0 and 1: "
                                f"stddev must be that; got {stddev!r:.80}")
        _check_seed(seed, "GaussianNoise")
        self._make(locals())


class ActivityRegularization(GraphLayer):
    """Hands its input on: it acts in training alone."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0, *, name: str | None = None, dtype: DTypeLike = None,
                 trainable: bool = True) -> None:
        for key, value in (("l1", l1), ("l2", l2)):
            if value is not None and (not isinstance(value, (int, float)) or not 0 <= value < float("inf")):
                raise ArgumentError(f"[ActivityRegularization] Invalid value for argument {key}: expected a non-negative float: {key} must be "
                                    f"that; got {value!r:.80}")
        super()._make({"l1": l1, "l2": l2, "name": name, "dtype": dtype, "trainable": trainable})


__all__ = ["ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D",
           "SpatialDropout2D", "SpatialDropout3D"]
