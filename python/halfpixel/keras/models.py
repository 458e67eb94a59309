"""Keras models: .keras and .h5 files, loaded and run without TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _arrays, _forked
from .._errors import ArgumentError, ArgumentTypeError, UnsupportedError, existing, file_name

if TYPE_CHECKING:
    from .._typing import NDArray, ShapeLike


def _module() -> Any:
    """The component model, which is loaded when a model is first made: oneDNN and HDF5 take their time."""
    try:
        from .. import _model
    except ImportError as error:
        raise UnsupportedError(f"[keras.models] this build has no component model ({error}); rebuild where oneDNN, HDF5, libzip "
                               "and nlohmann-json are: apt-get install libdnnl-dev libhdf5-dev libzip-dev nlohmann-json3-dev"
                               ) from None
    return _model


class KerasTensor(NamedTuple):
    """An input or output of a model: name, shape (None where it varies), dtype."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str


class Layer:
    """A layer of a model: a handle that shares the model's weights. Its class has the name of the Keras class."""

    def __init__(self, layer: Any) -> None:
        self._layer = layer

    @property
    def name(self) -> str:
        """Unique within a model."""
        return str(self._layer.name)

    @property
    def class_name(self) -> str:
        """Keras' class: "Conv2D"."""
        return str(self._layer.class_name)

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
        self._layer.set_weights([_arrays._readable(weight, "set_weights", "weights") for weight in weights])

    def count_params(self) -> int:
        """Number of elements of all weights."""
        return int(self._layer.count_params())

    def get_config(self) -> dict[str, Any]:
        """The configuration, with Keras' keys."""
        config: dict[str, Any] = self._layer.get_config()
        return config

    def compute_output_shape(self, input_shape: ShapeLike) -> tuple[int | None, ...]:
        """The shape of a result; None where it is not known."""
        shape: tuple[int | None, ...] = self._layer.compute_output_shape(input_shape)
        return shape

    def __call__(self, inputs: Any) -> Any:
        """Computes the layer alone, on an array or a list of them."""
        arrays = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        library = _arrays.library_of(arrays[0]) if arrays else None
        arrays = [_arrays._readable(array, self.name, "inputs") for array in arrays]
        result = _forked.run(self._layer.call, arrays)
        return result if library is None else library.wrap(result)

    def __getattr__(self, key: str) -> Any:
        """What the configuration says: layer.filters, layer.size."""
        if not key.startswith("_"):
            config = self.get_config()
            if key in config:
                value = config[key]
                return tuple(value) if isinstance(value, list) else value
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {key!r}")

    def __repr__(self) -> str:
        return f"<{self.class_name} name={self.name}>"


_classes: dict[str, type[Layer]] = {}


def _layer_of(layer: Any) -> Any:
    name = str(layer.class_name)
    if name not in _classes:
        _classes[name] = type(name, (Layer,), {"__module__": __name__, "__doc__": f"A {name} of a model."})
    return _classes[name](layer)


class Model:
    """A Keras model. Made by load_model() and model_from_json().

    Thread-safe; it pickles as the bytes of its .keras file, and survives fork. In a notebook it shows its graph.
    """

    def __init__(self, model: Any, custom_objects: dict[str, Any] | None = None) -> None:
        if isinstance(model, Model) or type(model).__module__ != "halfpixel._model":
            raise ArgumentTypeError(f"[Model] a model is made by keras.models.load_model or model_from_json; got {model!r:.80}")
        self._model = model
        self._custom = custom_objects

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self._model.name)

    @property
    def inputs(self) -> list[KerasTensor]:
        """Name, shape and dtype of each input."""
        return _tensors(self._model.inputs(), self._model.input_names())

    @property
    def outputs(self) -> list[KerasTensor]:
        """Name, shape and dtype of each output."""
        return _tensors(self._model.outputs(), self._model.output_names())

    @property
    def input_names(self) -> list[str]:
        """Names of the input layers."""
        return list(self._model.input_names())

    @property
    def output_names(self) -> list[str]:
        """Names of the layers and operations that give the outputs."""
        return list(self._model.output_names())

    @property
    def input_shape(self) -> Any:
        """The shape of the input, None where it varies; a list of shapes when there are several."""
        return _shapes(self.inputs)

    @property
    def output_shape(self) -> Any:
        """The shape of the output, None where it varies; a list of shapes when there are several."""
        return _shapes(self.outputs)

    @property
    def layers(self) -> list[Any]:
        """The layers, in the order of summary()."""
        return [_layer_of(layer) for layer in self._model.layers()]

    def get_layer(self, name: str | None = None, index: int | None = None) -> Any:
        """The layer of a name or at an index. Raises ValueError (hp.Error) listing the names."""
        layers = self.layers
        if index is not None and name is not None:
            raise ArgumentError(f"[get_layer] Provide only a layer name or a layer index; got name={name!r}, index={index}")
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ArgumentError(f"[get_layer] Was asked to retrieve layer at index {index} but model only has {len(layers)} "
                                    f"layers: index must be below that; got {index}")
            return layers[index]
        if name is None:
            raise ArgumentError("[get_layer] Provide either a layer name or layer index; got neither")
        for layer in layers:
            if layer.name == name:
                return layer
        raise ArgumentError(f"[get_layer] No such layer: {name}. Existing layers are: {[layer.name for layer in layers]}. name must "
                            f"be one of them; got {name!r}")

    def layer_infos(self) -> list[dict[str, Any]]:
        """The rows of summary(): name, class_name, output_shapes, parameters, connected_to, is_operation, built."""
        rows: list[dict[str, Any]] = self._model.infos()
        return rows

    @property
    def weights(self) -> list[NDArray]:
        """Copies of all weights, in Keras' order."""
        return self.get_weights()

    def get_weights(self) -> list[NDArray]:
        """Copies of all weights, in Keras' order."""
        weights: list[NDArray] = self._model.get_weights()
        return weights

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets all weights, in the order of get_weights(). Raises ValueError (hp.Error) when number or shapes differ."""
        self._model.set_weights([_arrays._readable(weight, "set_weights", "weights") for weight in weights])

    def count_params(self) -> int:
        """Number of elements of all weights."""
        return int(self._model.count_params())

    def get_config(self) -> dict[str, Any]:
        """The configuration, with Keras' keys."""
        config: dict[str, Any] = self._model.get_config()
        return config

    def to_json(self) -> str:
        """The architecture as Keras writes it, without weights."""
        return str(self._model.to_json())

    def summary(self, *, print_fn: Callable[[str], Any] | None = None) -> None:
        """Prints the table of layers, shapes and parameters, as Keras does."""
        text = str(self._model.summary()).rstrip("\n")
        (print_fn or print)(text)

    def save(self, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
        """Writes a .keras file, which Keras 3 opens, or the weights alone for names that end in .weights.h5.

        The file appears whole or not at all. Raises OSError and ValueError (hp.Error).
        """
        name = file_name(filepath, "save")
        if not overwrite and os.path.lexists(name):
            raise ArgumentError(f"[save] filepath must not exist when overwrite is False; got {name!r}")
        self._model.save(name)

    def save_weights(self, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
        """Writes the weights alone, as .weights.h5."""
        name = file_name(filepath, "save_weights")
        if not overwrite and os.path.lexists(name):
            raise ArgumentError(f"[save_weights] filepath must not exist when overwrite is False; got {name!r}")
        self._model.save_weights(name)

    def load_weights(self, filepath: str | os.PathLike[str]) -> None:
        """Reads weights that Keras or save_weights() wrote. Raises FileNotFoundError and ValueError (hp.Error)."""
        self._model.load_weights(existing(filepath, "load_weights"))

    def predict(self, x: Any, batch_size: int | None = 32) -> Any:
        """Runs the model in batches over the first axis and joins the results.

        x: an array, a list of them, or a dict by input name. Returns an array, a list when there are several outputs, or
        a dict when the model was made with one. Raises ValueError and TypeError (hp.Error).
        """
        arrays, wrap = self._arrays_of(x, "predict")
        results = _forked.run(self._model.predict, arrays, 32 if batch_size is None else batch_size)
        return self._results(results, wrap, x)

    def __call__(self, inputs: Any) -> Any:
        """Runs the model on inputs as one batch. As predict() otherwise."""
        arrays, wrap = self._arrays_of(inputs, "Model")
        return self._results(_forked.run(self._model.run, arrays), wrap, inputs)

    def _arrays_of(self, inputs: Any, who: str) -> tuple[list[Any], Any]:
        """The arrays of a call in the order of the inputs, and what makes results of the caller's kind."""
        if isinstance(inputs, dict):
            names, keys = self._model.input_names(), self._model.input_keys()
            values = []
            for index, name in enumerate(names):
                key = next((k for k in ([keys[index]] if index < len(keys) else []) + [name] if k in inputs), None)
                if key is None:
                    raise ArgumentError(f"[{who}] inputs must hold {keys or names}; got {sorted(map(str, inputs))}")
                values.append(inputs[key])
            unknown = set(inputs) - set(names) - set(keys)
            if unknown:
                raise ArgumentError(f"[{who}] inputs must be named {keys or names}; got {sorted(map(str, unknown))}")
        elif isinstance(inputs, (list, tuple)) and not _is_numbers(inputs):
            values = list(inputs)
        else:
            values = [inputs]
        count = len(self._model.input_names())
        if len(values) != count:
            raise ArgumentError(f"[{who}] inputs must be {count} array{'s' if count > 1 else ''} ({', '.join(self._model.input_names())}); "
                                f"got {len(values)}")
        library = _arrays.library_of(values[0]) if values else None
        if all(type(value) is np.ndarray for value in values):
            return values, library
        return [_arrays._readable(value, who, "inputs") for value in values], library

    def _results(self, results: list[Any], library: Any, inputs: Any) -> Any:
        if library is not None:
            results = [library.wrap(result) for result in results]
        keys = self._model.output_keys()
        if keys:
            return dict(zip(keys, results))
        return results[0] if len(results) == 1 else results

    def __reduce__(self) -> tuple[Any, ...]:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.keras")
            self._model.save(path)
            with open(path, "rb") as file:
                return _from_bytes, (file.read(), self._custom)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, {len(self._model.layers())} layers>"

    def _repr_svg_(self) -> str:
        from ._svg import picture

        return picture(self)


class Sequential(Model):
    """A model whose layers stand in a row."""


class Functional(Model):
    """A model whose layers are a graph."""


def _is_numbers(values: Sequence[Any]) -> bool:
    return bool(values) and isinstance(values[0], (int, float, bool))


def _tensors(rows: list[tuple[Any, ...]], names: list[str]) -> list[KerasTensor]:
    return [KerasTensor(name, tuple(shape), np.dtype(dtype).name) for (shape, dtype, _), name in zip(rows, names)]


def _shapes(tensors: list[KerasTensor]) -> Any:
    return tensors[0].shape if len(tensors) == 1 else [tensor.shape for tensor in tensors]


def _model_of(model: Any, custom_objects: dict[str, Any] | None) -> Model:
    classes = {"Sequential": Sequential, "Functional": Functional}
    return classes.get(str(model.class_name), Model)(model, custom_objects)


def _custom(custom_objects: Any, who: str) -> dict[str, Any] | None:
    if custom_objects is None:
        return None
    if not isinstance(custom_objects, dict):
        raise ArgumentTypeError(f"[{who}] custom_objects must be a dict; got {custom_objects!r:.80}")
    for name, value in custom_objects.items():
        if not isinstance(name, str) or not (isinstance(value, str) or callable(value)):
            raise ArgumentTypeError(f"[{who}] custom_objects must map names to operations (\"depth_to_space:2\") or callables of a "
                                    f"configuration; got {name!r}: {value!r:.80}")
    return {name: value if isinstance(value, str) else _unwrapped(value) for name, value in custom_objects.items()}


class _unwrapped:
    """A factory whose layers are the compiled module's."""

    def __init__(self, factory: Callable[[dict[str, Any]], Any]) -> None:
        self._factory = factory

    def __call__(self, config: dict[str, Any]) -> Any:
        made = self._factory(config)
        return getattr(made, "_layer", made)


def _warn(line: str) -> None:
    import warnings

    warnings.warn(line, stacklevel=3)


def load_model(filepath: str | os.PathLike[str], custom_objects: dict[str, Any] | None = None, compile: bool = True,
               safe_mode: bool = True, *, dialect: str = "keras", memory_bytes: int | None = None) -> Model:
    """The model of a .keras file, an unzipped .keras folder, or an .h5 of Keras 3 or tf_keras; the content decides.

    custom_objects: class name, or layer name of a Lambda, to an operation of the library ("depth_to_space:2", "scale:0.1",
    "identity" …) or to a callable that gets the layer's configuration and returns one. No code in a file is ever run, so
    compile and safe_mode change nothing. dialect: "keras2_legacy" for the numbers of Keras 2.2. memory_bytes: what a
    stranger's file may ask for. Raises FileNotFoundError, and ValueError (both hp.Error) naming file, layer and reason.
    """
    name = existing(filepath, "load_model")
    custom = _custom(custom_objects, "load_model")
    return _model_of(_module().load_model(name, custom, memory_bytes, dialect, _warn), custom_objects)


def save_model(model: Model, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
    """model.save(filepath)."""
    model.save(filepath, overwrite)


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Model:
    """A model of an architecture that to_json(), here or in Keras, gave; its weights are new.

    Raises ValueError and TypeError (hp.Error).
    """
    return _model_of(_module().model_from_json(json_string, _custom(custom_objects, "model_from_json")), custom_objects)


def operation_layer(operation: str, name: str = "") -> Any:
    """A layer that applies one of the library's operations, for custom_objects: "depth_to_space:2", "scale:0.1" …"""
    return _layer_of(_module().operation_layer(operation, name))


def _from_bytes(data: bytes, custom_objects: dict[str, Any] | None = None) -> Model:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        with open(path, "wb") as file:
            file.write(data)
        return load_model(path, custom_objects)


__all__ = ["KerasTensor", "Layer", "Model", "Sequential", "load_model", "model_from_json", "operation_layer", "save_model"]
