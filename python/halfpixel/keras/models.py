"""Keras models: .keras and .h5 files, loaded and run without TensorFlow."""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from .. import _arrays, _forked
from .._errors import ArgumentError, ArgumentTypeError, existing, file_name
from ._tensor import KerasTensor, changed, module, not_training, record, symbols
from .layers._graph import GraphLayer as Layer
from .layers._graph import arrays_of, build, layer_of

if TYPE_CHECKING:
    from .._typing import NDArray, ShapeLike


NO_LIMIT = 1 << 62  # of memory, for models that no stranger's file says anything of


class Model:
    """A Keras model: Model(inputs, outputs) of symbolic tensors, or what load_model() and model_from_json() give.

    inputs, outputs: one symbolic tensor, a list, or a dict of them. name: "functional" unless given.
    Thread-safe; it pickles as the bytes of its .keras file, and survives fork. In a notebook it shows its graph. It is a
    layer too: called on symbolic tensors it becomes a part of another model.

    >>> import numpy as np, halfpixel as hp
    >>> photo = hp.keras.Input((None, None, 3))
    >>> x = hp.keras.layers.Conv2D(12, 3, padding="same", activation="relu")(photo)
    >>> model = hp.keras.Model(photo, hp.keras.ops.depth_to_space(x, 2) + hp.keras.layers.UpSampling2D(2)(photo))
    >>> model.predict(np.zeros((1, 8, 8, 3), np.float32)).shape
    (1, 16, 16, 3)
    """

    _model: Any
    _custom: dict[str, Any] | None

    def __new__(cls, *arguments: Any, **keywords: Any) -> Any:
        return super().__new__(Functional if cls is Model else cls)

    def __init__(self, inputs: Any, outputs: Any, *, name: str | None = None) -> None:
        self._model = module().functional(*_ports(inputs, "inputs"), *_ports(outputs, "outputs"), name)
        self._custom = None

    @classmethod
    def _made(cls, model: Any, custom_objects: dict[str, Any] | None) -> Any:
        made = super().__new__(cls)
        made._model, made._custom = model, custom_objects
        return made

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
    def input(self) -> Any:
        """The only input; a list of several."""
        return _single(self.inputs)

    @property
    def output(self) -> Any:
        """The only output; a list of several."""
        return _single(self.outputs)

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
        layers = [layer_of(layer) for layer in self._model.layers()]
        for layer in layers:
            layer._of_model = self._model
        return layers

    def get_layer(self, name: str | None = None, index: int | None = None) -> Any:
        """The layer of a name or at an index. Raises ValueError (hp.Error) listing the names."""
        layers = self.layers
        if index is not None and name is not None:
            raise ArgumentError(f"[get_layer] Provide only a layer name or a layer index; got name={name!r}, index={index}")
        if index is not None:
            try:
                index = operator.index(index)
            except TypeError:
                raise ArgumentTypeError(f"[get_layer] index must be an integer; got {index!r:.80}") from None
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
        self._model.set_weights(arrays_of(weights))
        changed()

    @property
    def class_name(self) -> str:
        """Keras' class: "Functional"."""
        return str(self._model.class_name)

    @property
    def _layer(self) -> Any:  # a model is a layer, too
        return self._model

    def build(self, input_shape: Any) -> None:
        """Makes the weights, for inputs of a shape with the batch. A model that began with Input() has them."""
        build(self._model, input_shape)

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
        if print_fn is not None and not callable(print_fn):
            raise ArgumentTypeError(f"[summary] print_fn must be a function of a text; got {print_fn!r:.80}")
        text = str(self._model.summary()).rstrip("\n")
        (print_fn or print)(text)

    def save(self, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
        """Writes a .keras file, which Keras 3 opens, or the weights alone for names that end in .weights.h5.

        The file appears whole or not at all. Raises OSError and ValueError (hp.Error).
        """
        name = file_name(filepath, "save")
        if not _flag(overwrite, "save", "overwrite") and os.path.lexists(name):
            raise ArgumentError(f"[save] filepath must not exist when overwrite is False; got {name!r}")
        self._model.save(name)

    def save_weights(self, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
        """Writes the weights alone, as .weights.h5."""
        name = file_name(filepath, "save_weights")
        if not _flag(overwrite, "save_weights", "overwrite") and os.path.lexists(name):
            raise ArgumentError(f"[save_weights] filepath must not exist when overwrite is False; got {name!r}")
        self._model.save_weights(name)

    def load_weights(self, filepath: str | os.PathLike[str]) -> None:
        """Reads weights that Keras or save_weights() wrote. Raises FileNotFoundError and ValueError (hp.Error)."""
        self._model.load_weights(existing(filepath, "load_weights"))
        changed()

    def predict(self, x: Any, batch_size: int | None = 32, verbose: Any = "auto") -> Any:
        """Runs the model in batches over the first axis and joins the results. Prints nothing, whatever verbose says.

        x: an array, a list of them, or a dict by input name. Returns an array, a list when there are several outputs, or
        a dict when the model was made with one. Raises ValueError and TypeError (hp.Error).
        """
        arrays, wrap = self._arrays_of(x, "predict")
        results = _forked.run(self._model.predict, arrays, 32 if batch_size is None else batch_size)
        return self._results(results, wrap, x)

    def predict_on_batch(self, x: Any) -> Any:
        """Runs the model on x as one batch."""
        return self(x)

    @overload
    def __call__(self, inputs: KerasTensor | list[KerasTensor], training: bool | None = ...) -> KerasTensor: ...
    @overload
    def __call__(self, inputs: Any, training: bool | None = ...) -> Any: ...
    def __call__(self, inputs: Any, training: bool | None = None) -> Any:
        """Runs the model on inputs as one batch; on symbolic tensors it records. As predict() otherwise.

        training: False or None; there is no training here.
        """
        not_training(training, "Model")
        tensors = symbols(inputs)
        if tensors is not None:
            return record(self._model, tensors)
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
        if not self._model.input_names() and len(values) == 1:  # a Sequential without Input()
            return [_arrays._readable(values[0], who, "inputs")], _arrays.library_of(values[0])
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


def _real_keras(layer: Any) -> str:
    """What to do with a layer of the real Keras."""
    if not any(cls.__module__.startswith(("keras.", "tf_keras.")) for cls in type(layer).__mro__):
        return ""
    return "; of the real Keras, hp.keras.accelerate takes whole models, and hp.keras.models.load_model saved ones"


class Sequential(Model):
    """A model whose layers stand in a row.

    layers: a list of layers and models, an Input() first or none; add() appends, pop() takes off. Without an Input() the first call, or
    build(), makes the weights. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> model = hp.keras.Sequential([hp.keras.layers.UpSampling2D(2), hp.keras.layers.Conv2D(3, 3, padding="same")])
    >>> model(np.zeros((1, 8, 8, 3), np.float32)).shape
    (1, 16, 16, 3)
    >>> model.count_params()
    84
    """

    def __init__(self, layers: Sequence[Any] | None = None, trainable: bool = True, name: str | None = None) -> None:
        self._model = module().sequential(name)
        self._custom = None
        if layers is not None and (isinstance(layers, (str, bytes, dict)) or not hasattr(layers, "__iter__")):
            raise ArgumentTypeError(f"[Sequential] layers must be a list of layers; got {layers!r:.80}")
        for layer in () if layers is None else layers:
            self.add(layer)

    def add(self, layer: Any) -> None:
        """Appends a layer, a model, or as the first an Input(). No other thread may use the model meanwhile."""
        if isinstance(layer, KerasTensor):
            module().add_input(self._model, layer._tensor)
            return
        changed()
        inner = getattr(layer, "_layer", None)
        if inner is None:
            raise ArgumentTypeError("[Sequential] Only instances of `keras.Layer` can be added to a Sequential model: layer must be "
                                    f"one of hp.keras.layers{_real_keras(layer)}; got {layer!r:.80}")
        module().add_layer(self._model, inner)

    def pop(self) -> Any:
        """Takes the last layer out of the model, and returns it. Raises ValueError (hp.Error) when there is none."""
        layer = module().pop(self._model)
        changed()
        return layer_of(layer)


class Functional(Model):
    """A model whose layers are a graph."""


def _flag(value: Any, who: str, name: str) -> bool:
    try:
        return bool(value)
    except ValueError as error:
        raise ArgumentTypeError(f"[{who}] {name} must be True or False; got {value!r:.80}: {error}") from None


def _ports(tensors: Any, what: str) -> tuple[list[Any], list[str], bool]:
    """The symbolic tensors of inputs or outputs, their keys, and whether it is one alone."""
    keys = [str(key) for key in tensors] if isinstance(tensors, dict) else []
    found = symbols(list(tensors.values()) if isinstance(tensors, dict) else tensors)
    if found is None:
        raise ArgumentTypeError(f"[Model] {what} must be symbolic tensors, of Input() and layers; got {tensors!r:.80}")
    return [tensor._tensor for tensor in found], keys, isinstance(tensors, KerasTensor)


def _is_numbers(values: Sequence[Any]) -> bool:
    return bool(values) and isinstance(values[0], (int, float, bool))


def _tensors(tensors: list[Any], names: list[str]) -> list[KerasTensor]:
    return [KerasTensor._of(tensor, name) for tensor, name in zip(tensors, names)]


def _single(tensors: list[KerasTensor]) -> Any:
    if not tensors:
        raise ArgumentError("[Sequential] The model has never been called and thus has no defined shape: the model must begin with Input(), "
                            "or call or build() it first")
    return tensors[0] if len(tensors) == 1 else tensors


def _shapes(tensors: list[KerasTensor]) -> Any:
    found = _single(tensors)
    return [tensor.shape for tensor in found] if isinstance(found, list) else found.shape


def _model_of(model: Any, custom_objects: dict[str, Any] | None) -> Model:
    classes: dict[str, type[Model]] = {"Sequential": Sequential, "Functional": Functional}
    made: Model = classes.get(str(model.class_name), Model)._made(model, custom_objects)
    return made


def checked(custom_objects: Any, who: str) -> dict[str, Any] | None:
    """custom_objects as the compiled module takes them."""
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
               safe_mode: bool = True, *, dialect: str = "keras", backend: str = "tensorflow",
               memory_bytes: int | None = None) -> Model:
    """The model of a .keras file, an unzipped .keras folder, or an .h5 of Keras 3 or tf_keras; the content decides.

    custom_objects: class name, or layer name of a Lambda, to an operation of the library ("depth_to_space:2", "scale:0.1",
    "identity" …) or to a callable that gets the layer's configuration and returns one. No code in a file is ever run, so
    compile and safe_mode change nothing. dialect: "keras2_legacy" for the numbers of Keras 2.2. backend: "torch" or "jax"
    for UpSampling2D and Resizing as Keras on those computes them. memory_bytes: what a stranger's file may ask for. Raises FileNotFoundError, and ValueError (both hp.Error) naming file, layer and reason.
    """
    name = existing(filepath, "load_model")
    custom = checked(custom_objects, "load_model")
    return _model_of(module().load_model(name, custom, memory_bytes, dialect, backend, _warn), custom_objects)


def save_model(model: Model, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
    """model.save(filepath)."""
    if not isinstance(model, Model):
        raise ArgumentTypeError(f"[save_model] model must be a halfpixel.keras.Model; got {model!r:.80}")
    model.save(filepath, overwrite)


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Model:
    """A model of an architecture that to_json(), here or in Keras, gave; its weights are new.

    Raises ValueError and TypeError (hp.Error).
    """
    return _model_of(module().model_from_json(json_string, checked(custom_objects, "model_from_json"), None), custom_objects)


def model_of_own(json_string: str, custom_objects: dict[str, Any] | None = None) -> Model:
    """The same for a model that this process has already: it may take what it takes."""
    return _model_of(module().model_from_json(json_string, checked(custom_objects, "model_from_json"), NO_LIMIT), custom_objects)


def operation_layer(operation: str, name: str = "") -> Any:
    """A layer that applies one of the library's operations, for custom_objects: "depth_to_space:2", "scale:0.1" …"""
    return layer_of(module().operation_layer(operation, name))


def _from_bytes(data: bytes, custom_objects: dict[str, Any] | None = None) -> Model:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        with open(path, "wb") as file:
            file.write(data)
        return load_model(path, custom_objects, memory_bytes=NO_LIMIT)


__all__ = ["Functional", "KerasTensor", "Layer", "Model", "Sequential", "load_model", "model_from_json", "operation_layer", "save_model"]
