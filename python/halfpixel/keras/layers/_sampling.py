"""UpSampling1D, UpSampling2D, UpSampling3D and Resizing, with the numbers of Keras 3.15 on TensorFlow bit for bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from ... import _arrays, _core
from ..._errors import ArgumentError
from ..._plan import Plan
from .._tensor import KerasTensor, record, symbols

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, TensorT

    Self = TypeVar("Self", bound="Layer")

_ndarray = np.ndarray


class Layer:
    """What the layers share. Immutable; calls are thread-safe; a layer pickles as its configuration."""

    _layer: Any

    @property
    def name(self) -> str:
        """Given, or the class in snake case with a counter."""
        return str(self._layer.name)

    @property
    def class_name(self) -> str:
        """Keras' class: "UpSampling2D"."""
        return _class_name(type(self))

    @property
    def dtype(self) -> str:
        """The name of the dtype policy."""
        return str(self._layer.dtype)

    @property
    def compute_dtype(self) -> str:
        """The dtype that floating input becomes first."""
        return str(self._layer.compute_dtype)

    @property
    def trainable(self) -> bool:
        """Kept for configurations; these layers have no weights."""
        return bool(self._layer.trainable)

    @property
    def weights(self) -> list[NDArray]:
        """None: these layers have no weights."""
        return []

    def get_weights(self) -> list[NDArray]:
        """An empty list."""
        return []

    def count_params(self) -> int:
        """0."""
        return 0

    def get_config(self) -> dict[str, Any]:
        """The configuration, with Keras' keys in Keras' order; from_config() takes it."""
        config: dict[str, Any] = self._layer.get_config()
        if isinstance(config.get("size"), list):
            config["size"] = tuple(config["size"])
        return config

    @classmethod
    def from_config(cls: type[Self], config: dict[str, Any]) -> Self:
        """A layer of a configuration that get_config(), here or in Keras, gave. Raises ValueError (hp.Error)."""
        layer = cls.__new__(cls)
        layer._layer = _core.layer_from_config(_class_name(cls), config)
        return layer

    def compute_output_shape(self, input_shape: ShapeLike) -> tuple[int | None, ...]:
        """The shape of a result; None where it is not known. Raises ValueError (hp.Error) for another rank."""
        shape: tuple[int | None, ...] = self._layer.compute_output_shape(input_shape)
        return shape

    def plan(self, input_shape: ShapeLike, dtype: DTypeLike) -> Plan:
        """The plan behind a call, for calling again and again."""
        plan = self._layer.plan(input_shape, dtype)
        recipe: tuple[Callable[..., Any], tuple[Any, ...]] = (type(self).plan, (self, plan.input_shape, plan.input_dtype))
        return Plan(plan, recipe)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_config, (self.get_config(),)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def _class_name(cls: type) -> str:
    for base in cls.__mro__:
        if base.__module__ == __name__:
            return base.__name__
    return cls.__name__


class _UpSampling(Layer):
    @property
    def data_format(self) -> str:
        """"channels_last" or "channels_first"."""
        return str(self._layer.data_format)

    @property
    def interpolation(self) -> str:
        """Keras' name of it."""
        return str(self._layer.interpolation)

    @overload
    def __call__(self, inputs: KerasTensor) -> KerasTensor: ...
    @overload
    def __call__(self, inputs: NumPyLike, *, out: Any = ...) -> NDArray: ...
    @overload
    def __call__(self, inputs: TensorT, *, out: Any = ...) -> TensorT: ...
    def __call__(self, inputs: Any, *, out: Any = None) -> Any:
        """Up-samples inputs, into `out` when it is given; on a symbolic tensor it records.

        Floating input becomes the layer's dtype first (float32 unless set); integers and bool keep theirs, rounded half
        to even and saturated. Tensors of torch that require gradients are differentiable. Raises ValueError and
        TypeError (hp.Error) for another rank or dtype.
        """
        layer = self._layer
        if type(inputs) is _ndarray and (out is None or type(out) is _ndarray):
            return _core.up_sampling_call(layer, inputs, out)

        tensors = symbols(inputs)
        if tensors is not None:
            return record(layer, tensors)

        def gradient(dy: Any, shape: tuple[int, ...], dtype: str) -> Any:
            return _core.up_sampling_gradient(layer, dy, shape).astype(dtype, copy=False)

        return _arrays.call(lambda a, o: _core.up_sampling_call(layer, a, o), inputs, out, type(self).__name__, "inputs",
                            gradient)

    def gradient(self, dy: Any, input_shape: ShapeLike) -> Any:
        """What TensorFlow's tape returns for a call: dy has its result's shape, the gradient input_shape and dy's dtype.

        Raises ValueError and TypeError (hp.Error).
        """
        return _arrays.call(lambda a, _: _core.up_sampling_gradient(self._layer, a, input_shape), dy, None,
                            f"{type(self).__name__}.gradient", "dy")


class UpSampling1D(_UpSampling):
    """(N, steps, C) to (N, steps * size, C): each step repeated.

    size: an integer. name, dtype, trainable: as in Keras. Any dtype. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.keras.layers.UpSampling1D(size=2)(np.array([[[1], [2]]]))[0, :, 0]
    array([1, 1, 2, 2])
    """

    def __init__(self, size: int = 2, *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._layer = _core.up_sampling_1d(size, name, dtype, trainable)

    @property
    def size(self) -> int:
        """How often each step is repeated."""
        return int(self._layer.size)


def _of_every_axis(size: Any, who: str, axes: int) -> Any:
    """An integer for all axes, or one for each: (2,) is neither, though C++ takes it for 2."""
    if isinstance(size, (list, tuple)) and len(size) == 1:
        raise ArgumentError(f"[{who}] The `size` argument must be a tuple of {axes} integers. Received size={size!r}")
    return size


class UpSampling2D(_UpSampling):
    """(N, H, W, C) to (N, H * rows, W * columns, C), or channels first.

    size: an integer or (rows, columns). data_format: "channels_last", "channels_first", or None for
    keras.config.image_data_format(). interpolation: "nearest", "bilinear", "bicubic", "lanczos3" or "lanczos5".
    name, dtype, trainable: as in Keras. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> x = np.arange(4).reshape(1, 2, 2, 1)
    >>> hp.keras.layers.UpSampling2D(size=(1, 2))(x)[0, :, :, 0]
    array([[0, 0, 1, 1],
           [2, 2, 3, 3]])
    """

    def __init__(self, size: int | tuple[int, int] = (2, 2), data_format: str | None = None, interpolation: str = "nearest",
                 *, name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._layer = _core.up_sampling_2d(_of_every_axis(size, "UpSampling2D", 2), data_format, interpolation, name, dtype, trainable)

    @property
    def size(self) -> tuple[int, int]:
        """(rows, columns)."""
        size: tuple[int, int] = self._layer.size
        return size


class UpSampling3D(_UpSampling):
    """(N, D, H, W, C) to (N, D * depth, H * rows, W * columns, C), or channels first: each voxel repeated.

    size: an integer or (depth, rows, columns). data_format, name, dtype, trainable: as for UpSampling2D. Any dtype.
    Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.keras.layers.UpSampling3D(2)(np.zeros((1, 2, 3, 4, 5), np.int8)).shape
    (1, 4, 6, 8, 5)
    """

    def __init__(self, size: int | tuple[int, int, int] = (2, 2, 2), data_format: str | None = None, *,
                 name: str | None = None, dtype: DTypeLike = None, trainable: bool = True) -> None:
        self._layer = _core.up_sampling_3d(_of_every_axis(size, "UpSampling3D", 3), data_format, name, dtype, trainable)

    @property
    def size(self) -> tuple[int, int, int]:
        """(depth, rows, columns)."""
        size: tuple[int, int, int] = self._layer.size
        return size


class Resizing(Layer):
    """(N, H, W, C) or (H, W, C), or channels first, to height and width.

    interpolation: as for UpSampling2D. crop_to_aspect_ratio cuts the middle out first, pad_to_aspect_ratio adds fill_value
    on two sides, so that nothing is distorted. Dtypes as in UpSampling2D. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.keras.layers.Resizing(4, 6, interpolation="bicubic")(np.zeros((1, 2, 2, 3), np.uint8)).shape
    (1, 4, 6, 3)
    """

    def __init__(self, height: int, width: int, interpolation: str = "bilinear", crop_to_aspect_ratio: bool = False,
                 pad_to_aspect_ratio: bool = False, fill_mode: str = "constant", fill_value: float = 0.0,
                 antialias: bool = False, data_format: str | None = None, *, name: str | None = None,
                 dtype: DTypeLike = None, trainable: bool = True) -> None:
        if not isinstance(fill_mode, str) or fill_mode != "constant":
            raise ArgumentError(f'[Resizing] Only "constant" is supported: fill_mode must be "constant"; got {fill_mode!r}')
        self._layer = _core.resizing(height, width, interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio, fill_value,
                                     antialias, data_format, name, dtype, trainable)

    def __getattr__(self, key: str) -> Any:
        if key in ("height", "width", "interpolation", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "fill_mode",
                   "fill_value", "antialias", "data_format") and "_layer" in self.__dict__:
            config = self.get_config()
            if key in config:
                return config[key]
            return {"antialias": False, "fill_mode": "constant"}[key]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {key!r}")

    @overload
    def __call__(self, inputs: KerasTensor) -> KerasTensor: ...
    @overload
    def __call__(self, inputs: NumPyLike, *, out: Any = ...) -> NDArray: ...
    @overload
    def __call__(self, inputs: TensorT, *, out: Any = ...) -> TensorT: ...
    def __call__(self, inputs: Any, *, out: Any = None) -> Any:
        """Resizes inputs, into `out` when it is given. Raises ValueError and TypeError (hp.Error)."""
        layer = self._layer
        tensors = symbols(inputs)
        if tensors is not None:
            return record(layer, tensors)
        return _arrays.call(lambda a, o: _core.resizing_call(layer, a, o), inputs, out, type(self).__name__, "inputs")

    def source_window(self, input_shape: ShapeLike) -> tuple[tuple[int, int], ...]:
        """The rows and columns that a call resizes: fewer than all when it crops, positions beyond the image when it pads."""
        return _core.resizing_window(self._layer, input_shape)


__all__ = ["Layer", "Resizing", "UpSampling1D", "UpSampling2D", "UpSampling3D"]
