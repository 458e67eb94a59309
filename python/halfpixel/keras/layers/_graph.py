"""What the layers of models share: those with weights, and those that only models have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from ... import _arrays, _forked
from ..._errors import ArgumentError, ArgumentTypeError
from .._tensor import KerasTensor, changed, module, not_training, record, symbols
from ._sampling import Layer

if TYPE_CHECKING:
    from ..._typing import NDArray, ShapeLike

    Self = TypeVar("Self", bound="GraphLayer")

# Classes by Keras' name: a model's layers are objects of these.
classes: dict[str, type[GraphLayer]] = {}


class GraphLayer(Layer):
    """A layer of a model: a handle that shares its weights. Calls are thread-safe.

    Called on arrays it computes, on symbolic tensors it records. Weights are made by the first call or by build(). It
    pickles with its weights, as a layer of its own.
    """

    _of_model: Any = None  # of a model's layers: that model

    def __init__(self, layer: Any) -> None:
        self._layer = layer

    @property
    def input(self) -> Any:
        """What the layer is called on in the model that it was taken of: a symbolic tensor, or a list. Raises ValueError (hp.Error)."""
        return self._symbols("layer_inputs")

    @property
    def output(self) -> Any:
        """What the layer gives in the model that it was taken of: a symbolic tensor, or a list. Raises ValueError (hp.Error).

        >>> import halfpixel as hp
        >>> model = hp.keras.Sequential([hp.keras.Input((8, 8, 3)), hp.keras.layers.Conv2D(4, 3), hp.keras.layers.Flatten()])
        >>> hp.keras.Model(model.input, model.layers[0].output).output_shape
        (None, 6, 6, 4)
        """
        return self._symbols("layer_outputs")

    def _symbols(self, which: str) -> Any:
        if self._of_model is None:
            raise ArgumentError(f"[{self.name}] The layer {self.name} has never been called and thus has no defined input or output: take "
                                "it of a model, by get_layer()")
        tensors = [KerasTensor._of(tensor) for tensor in getattr(self._of_model, which)(self.name)]
        return tensors[0] if len(tensors) == 1 else tensors

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if cls.__module__.startswith("halfpixel.") and not cls.__name__.startswith("_"):
            classes[cls.__name__] = cls

    def _make(self, arguments: dict[str, Any]) -> None:
        """The layer whose configuration are the arguments of __init__, as locals() tells them."""
        who = _class_name(type(self))
        config = {key: _value(value, key, who) for key, value in arguments.items() if key != "self"}
        self._layer = module().deserialize(who, config)

    @classmethod
    def from_config(cls: type[Self], config: dict[str, Any]) -> Self:
        """A layer of a configuration that get_config(), here or in Keras, gave. Raises ValueError (hp.Error)."""
        layer = cls.__new__(cls)
        layer._layer = module().deserialize(_class_name(cls), config)
        return layer

    @property
    def class_name(self) -> str:
        """Keras' class: "Conv2D"."""
        return str(self._layer.class_name)

    @property
    def dtype(self) -> str:
        """The name of the dtype policy."""
        policy = self.get_config().get("dtype", "float32")
        return str(policy["config"]["name"] if isinstance(policy, dict) else policy)

    @property
    def compute_dtype(self) -> str:
        """The dtype that floating input becomes first."""
        return self.dtype.removeprefix("mixed_")

    @property
    def trainable(self) -> bool:
        """Kept for configurations; nothing is trained here."""
        return bool(self.get_config().get("trainable", True))

    @property
    def weights(self) -> list[NDArray]:
        """Copies of the weights, in Keras' order."""
        return self.get_weights()

    def get_weights(self) -> list[NDArray]:
        """Copies of the weights, in Keras' order."""
        weights: list[NDArray] = self._layer.get_weights()
        return weights

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets the weights, in the order of get_weights(). Raises ValueError (hp.Error) when number or shapes differ."""
        self._layer.set_weights(arrays_of(weights))
        changed()

    def count_params(self) -> int:
        """Number of elements of all weights. Raises ValueError (hp.Error) before the layer is built."""
        return int(self._layer.count_params())

    def build(self, input_shape: Any) -> None:
        """Makes the weights, for inputs of a shape with the batch, or for a list of shapes."""
        build(self._layer, input_shape)

    def get_config(self) -> dict[str, Any]:
        """The configuration, with Keras' keys."""
        config: dict[str, Any] = self._layer.get_config()
        return config

    def compute_output_shape(self, input_shape: ShapeLike) -> tuple[int | None, ...]:
        """The shape of a result; None where it is not known."""
        shape: tuple[int | None, ...] = self._layer.compute_output_shape(input_shape)
        return shape

    def plan(self, input_shape: Any, dtype: Any) -> Any:
        """None: layers of models are compiled with them. Raises TypeError (hp.Error)."""
        raise ArgumentTypeError(f"[{type(self).__name__}] a layer of a model has no plan of its own: hp.tf.function(model)")

    @overload
    def __call__(self, inputs: KerasTensor | list[KerasTensor], training: bool | None = ...) -> KerasTensor: ...
    @overload
    def __call__(self, inputs: Any, training: bool | None = ...) -> Any: ...
    def __call__(self, inputs: Any, training: bool | None = None) -> Any:
        """Computes the layer on an array or a list of them; on symbolic tensors it records.

        training: False or None; there is no training here.
        """
        not_training(training, self.name)
        self._checked(inputs)
        tensors = symbols(inputs)
        if tensors is not None:
            return record(self._layer, tensors)
        arrays = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        library = _arrays.library_of(arrays[0]) if arrays else None
        arrays = [_arrays._readable(array, self.name, "inputs") for array in arrays]
        result = _forked.run(self._layer.call, arrays)
        return result if library is None else library.wrap(result)

    def _checked(self, inputs: Any) -> None:
        """Raises Error for inputs that Keras would refuse before it calls the layer."""

    def __getattr__(self, key: str) -> Any:
        """What the configuration says: layer.filters, layer.size."""
        if not key.startswith("_"):
            config = self.get_config()
            if key in config:
                value = config[key]
                return tuple(value) if isinstance(value, list) else value
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {key!r}")

    def __reduce__(self) -> tuple[Any, ...]:
        config = {"class_name": self.class_name, "config": self.get_config()}
        weights = self.get_weights()
        return _unpickled, (config, self._layer.build_shapes() if weights else [], weights)

    def __repr__(self) -> str:
        return f"<{self.class_name} name={self.name}>"


def _unpickled(config: dict[str, Any], shapes: list[Any], weights: list[Any]) -> GraphLayer:
    layer: GraphLayer = deserialize(config)
    if shapes:
        layer.build(shapes)
        layer.set_weights(weights)
    return layer


def arrays_of(weights: Any) -> list[Any]:
    """Weights as arrays; Keras' own are scalars at times."""
    if isinstance(weights, (str, bytes, dict)) or not hasattr(weights, "__iter__"):
        raise ArgumentTypeError(f"[set_weights] weights must be a list of arrays; got {weights!r:.80}")
    return [_arrays._readable(weight, "set_weights", "weights") for weight in weights]


def build(layer: Any, input_shape: Any) -> None:
    """Makes a layer's weights by recording a call of it."""
    if isinstance(input_shape, (str, bytes)) or not hasattr(input_shape, "__iter__"):
        raise ArgumentTypeError(f"[build] input_shape must be a tuple that begins with the batch; got {input_shape!r:.80}")
    shapes = list(input_shape)
    several = bool(shapes) and all(isinstance(shape, (list, tuple)) for shape in shapes)
    inputs = []
    for shape in shapes if several else [shapes]:
        if not shape:
            raise ArgumentError(f"[build] input_shape must hold the batch; got {input_shape!r:.80}")
        inputs.append(module().input(tuple(shape[1:]), shape[0], "float32", None))
    module().record(layer, inputs)


def layer_of(layer: Any) -> GraphLayer:
    """The Python object of a layer of a model."""
    name = str(layer.class_name)
    kind = classes.get(name)
    if kind is None:
        kind = type(name, (GraphLayer,), {"__module__": "halfpixel.keras.models", "__doc__": f"A {name} of a model."})
    made = kind.__new__(kind)
    made._layer = layer
    return made


def deserialize(config: dict[str, Any]) -> Any:
    """keras.layers.deserialize: the layer that {"class_name": "Conv2D", "config": {…}} describes.

    Keys that the class does not know are passed over, as in files. Raises ValueError and TypeError (hp.Error).

    >>> import halfpixel as hp
    >>> hp.keras.layers.deserialize({"class_name": "Conv2D", "config": {"filters": 8, "kernel_size": 3}}).kernel_size
    (3, 3)
    """
    if not isinstance(config, dict) or not isinstance(config.get("config"), dict):
        raise ArgumentTypeError(f'[deserialize] config must be a dict with "class_name" and "config"; got {config!r:.80}')
    from . import _sampling

    kind = getattr(_sampling, str(config.get("class_name")), None)
    if isinstance(kind, type) and issubclass(kind, Layer):
        return kind.from_config(config["config"])
    return layer_of(module().deserialize(config.get("class_name"), config["config"]))


def _class_name(cls: type) -> str:
    for base in cls.__mro__:
        if classes.get(base.__name__) is base:
            return base.__name__
    return cls.__name__


def _value(value: Any, key: str, who: str) -> Any:
    """An argument as configurations hold it."""
    if key == "dtype" and value is not None and not isinstance(value, (str, dict)):
        return getattr(value, "name", None) if hasattr(value, "compute_dtype") else _arrays.dtype_name(value, who, "dtype")
    if key == "layer" and not isinstance(value, Layer):
        raise ArgumentTypeError(f"[{who}] layer must be a layer, and no model; got {value!r:.80}")
    if isinstance(value, Layer):
        return {"module": "keras.layers", "class_name": value.class_name, "config": value.get_config(), "registered_name": None}
    if key == "activation" and callable(value) and str(getattr(value, "__module__", "")).startswith("keras."):
        return value.__name__
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    return value


__all__ = ["GraphLayer", "deserialize"]
