"""accelerate(): a model of the real Keras, run by this library as far as that goes."""

from __future__ import annotations

import os
import threading
from typing import Any

import numpy as np

from .. import _arrays
from .._errors import ArgumentError, ArgumentTypeError, Error, UnsupportedError
from ._tensor import not_training
from .models import NO_LIMIT, Model, checked, load_model, model_of_own


class Accelerated:
    """A Keras model's double: the same outputs, computed here.

    taken and left_out name the Keras layers that it runs itself and those that Keras still runs; reason says why. The double
    has copies of the weights, because what is compiled has them in an order of its own anyway. It follows what is done to the model's own, before the next call, with Keras on PyTorch and JAX;
    TensorFlow's variables do not tell that they have changed: refresh().
    """

    def __init__(self, model: Any, parts: list[Any], left_out: list[str], reason: str, custom_objects: dict[str, Any] | None = None) -> None:
        self._model = model
        self._custom = custom_objects
        self._parts = parts
        self._lock = threading.Lock()
        self._seen = _stamp(model)
        self.left_out: list[str] = left_out
        self.taken: list[str] = [name for name in (str(layer.name) for layer in model.layers) if name not in left_out]
        self.reason = reason
        if not parts:
            self.taken, self.left_out = [], [str(layer.name) for layer in model.layers]

    @property
    def model(self) -> Model | None:
        """This library's model; None when it could not be taken whole."""
        return self._parts[0].double if self._whole else None

    @property
    def _whole(self) -> bool:
        return len(self._parts) == 1 and isinstance(self._parts[0], Whole)

    def __call__(self, inputs: Any, training: bool | None = None) -> Any:
        """The model's outputs, of the same kind of arrays as inputs. training: False or None."""
        not_training(training, "accelerate")
        if self._seen != _stamp(self._model):
            self.refresh()
        if self._whole:
            return self._parts[0].function(inputs)
        values = _flat(inputs, self._model)
        library = next((_arrays.library_of(value) for value in values), None)
        results = self._run([_arrays._readable(value, "accelerate", "inputs") for value in values])
        if library is not None:
            results = [library.wrap(result) for result in results]
        return _packed(results, self._model)

    def predict(self, x: Any, batch_size: int | None = 32, verbose: Any = "auto") -> Any:
        """As model.predict(x): NumPy arrays. Prints nothing, whatever verbose says."""
        if self._seen != _stamp(self._model):
            self.refresh()
        if self._whole:
            return self._parts[0].double.predict(x, batch_size)
        step = 32 if batch_size is None else batch_size
        if not isinstance(step, int) or step < 1:
            raise ArgumentError(f"[accelerate] batch_size must be a positive integer; got {batch_size!r}")
        values = [_arrays._readable(value, "accelerate", "x") for value in _flat(x, self._model)]
        count = len(values[0]) if values and values[0].ndim else 0
        if not count or any(value.ndim == 0 or len(value) != count for value in values):
            raise ArgumentError(f"[accelerate] x must hold one sample or more, as many in every input; got shapes "
                                f"{[value.shape for value in values]}")
        batches = [self._run([value[at : at + step] for value in values]) for at in range(0, count, step)]
        return _packed([np.concatenate(parts) for parts in zip(*batches)], self._model)

    def _run(self, values: list[Any]) -> list[Any]:
        if not self._parts:
            return [_numpy(result) for result in _leaves(self._model(_packed_inputs(values, self._model), training=False))]
        from ._segments import graph_of

        graph = graph_of(self._model)
        assert graph is not None  # or there would be no parts
        known = {id(tensor): value for tensor, value in zip(graph.inputs, values)}
        for part in self._parts:
            part.run(known)
        return [_numpy(known[id(tensor)]) for tensor in graph.outputs]

    def refresh(self) -> None:
        """Takes the Keras model's weights anew, after it was trained on."""
        with self._lock:
            self._seen = _stamp(self._model)
            for part in self._parts:
                part.refresh()

    def __reduce__(self) -> tuple[Any, ...]:
        return accelerate, (self._model, self._custom)

    def __repr__(self) -> str:
        if self._whole:
            return f"<Accelerated {self._model.name}: all {len(self.taken)} layers>"
        if not self.taken:
            return f"<Accelerated {self._model.name}: no layer; {self.reason}>"
        return (f"<Accelerated {self._model.name}: {len(self.taken)} of {len(self.taken) + len(self.left_out)} layers; left to "
                f"Keras: {', '.join(self.left_out)}; {self.reason}>")


def other_numbers(layer: Any) -> str:
    """Why a layer has other numbers on Keras' backend than TensorFlow's, which are this library's; empty: it has not."""
    import keras

    backend, kind = keras.backend.backend(), type(layer).__name__
    if backend == "tensorflow":
        return ""
    if kind in ("UpSampling2D", "Resizing") and str(getattr(layer, "interpolation", "")).lower() == "bicubic":
        return f"layer '{layer.name}' is bicubic, which Keras on {backend} computes otherwise than on TensorFlow"
    if backend == "torch" and kind.startswith("AveragePooling") and getattr(layer, "padding", "") == "same":
        return f"layer '{layer.name}' is an average with padding, which Keras on torch computes otherwise than on TensorFlow"
    inner = getattr(layer, "layers", None)
    return next((reason for one in inner if (reason := other_numbers(one))), "") if isinstance(inner, list) else ""


class Whole:
    """A model that was taken as it is."""

    def __init__(self, model: Any, double: Model) -> None:
        from ..tf import function

        self.double, self.function = double, function(double)
        self._model = model

    def refresh(self) -> None:
        self.double.set_weights([_numpy(weight) for weight in self._model.weights])


def taken_whole(model: Any, custom_objects: dict[str, Any] | None) -> Whole:
    """The double of a model. Raises Error where there is none."""
    try:
        description = model.to_json()
    except Exception as error:  # whatever a user's get_config() does
        raise UnsupportedError(f"[accelerate] model must be one that Keras can save; {error}") from error
    try:
        whole = Whole(model, model_of_own(description, custom_objects))
    except Error as error:
        raise UnsupportedError(str(error).replace("the configuration", "the model")) from error
    try:
        whole.refresh()
    except Error:  # layers that only a file's weights make, or in another order
        return _by_file(model, custom_objects)
    return whole


def _by_file(model: Any, custom_objects: dict[str, Any] | None) -> Whole:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        try:
            model.save(path)
        except Exception as error:
            raise UnsupportedError(f"[accelerate] model must be one that Keras can save; {error}") from error
        try:
            return Whole(model, load_model(path, custom_objects, memory_bytes=NO_LIMIT))
        except Error as error:
            raise UnsupportedError(str(error).replace(path, "the model")) from error


def _stamp(model: Any) -> list[tuple[int, int]]:
    """What changes when a backend gives a variable other values; TensorFlow's do not tell."""
    values = [getattr(variable, "_value", None) for variable in model.variables]
    return [(id(value), getattr(value, "_version", 0)) for value in values]


def _numpy(value: Any) -> Any:
    """A backend's tensor as a NumPy array."""
    if isinstance(value, np.ndarray):
        return value
    import keras

    return np.asarray(keras.ops.convert_to_numpy(value))


def _leaves(values: Any) -> list[Any]:
    import keras

    return list(keras.tree.flatten(values))


def _flat(inputs: Any, model: Any) -> list[Any]:
    """The arrays of a call in the order of the model's inputs."""
    tensors = list(getattr(model, "inputs", None) or [])
    if isinstance(inputs, dict):
        names = [str(tensor.name) for tensor in tensors]
        struct = getattr(model, "_inputs_struct", None)
        if isinstance(struct, dict) and set(struct) == set(inputs):
            by_tensor = {id(tensor): inputs[key] for key, tensor in struct.items()}
            return [by_tensor[id(tensor)] for tensor in tensors]
        if set(names) != set(inputs):
            raise ArgumentError(f"[accelerate] inputs must be named {names}; got {sorted(map(str, inputs))}")
        return [inputs[name] for name in names]
    values = list(inputs) if isinstance(inputs, (list, tuple)) and len(tensors) > 1 else \
        [inputs[0]] if isinstance(inputs, (list, tuple)) and len(inputs) == 1 and not np.isscalar(inputs[0]) else [inputs]
    if tensors and len(values) != len(tensors):
        raise ArgumentError(f"[accelerate] inputs must be {len(tensors)} arrays; got {len(values)}")
    return values


def _packed_inputs(values: list[Any], model: Any) -> Any:
    struct = getattr(model, "_inputs_struct", None)
    if isinstance(struct, dict):
        by_tensor = {id(tensor): value for tensor, value in zip(model.inputs, values)}
        return {key: by_tensor[id(tensor)] for key, tensor in struct.items()}
    return values[0] if len(values) == 1 else values


def _packed(results: list[Any], model: Any) -> Any:
    """Results in the structure of the model's outputs."""
    import keras

    struct = getattr(getattr(model, "_functional", None) or model, "_outputs_struct", None)
    if struct is None:
        return results[0] if len(results) == 1 else results
    return keras.tree.pack_sequence_as(struct, results)


def accelerate(model: Any, custom_objects: dict[str, Any] | None = None, *, strict: bool = False) -> Accelerated:
    """A callable with the outputs of a model of the real Keras, computed by this library.

    model: a keras.Model (Keras 3, any backend). Layers that this library has not are left to Keras, in the middle of the graph
    too; `left_out` names them and `reason` says why. Of a subclassed model, which has no graph, all or nothing is taken.
    strict=True raises ValueError (hp.Error) instead. custom_objects: as for load_model, for layers of one's own. Raises
    TypeError (hp.Error) for what is no Keras model.
    """
    if not (hasattr(model, "save") and hasattr(model, "layers") and hasattr(model, "get_weights")) or isinstance(model, type):
        raise ArgumentTypeError(f"[accelerate] model must be a keras.Model; got {model!r:.80}")
    if isinstance(model, Model):
        raise ArgumentTypeError(f"[accelerate] model must be a keras.Model, not one of this library, which is fast: hp.tf.function; "
                                f"got {model!r:.80}")
    checked(custom_objects, "accelerate")
    try:
        if reason := other_numbers(model):
            raise UnsupportedError(reason)
        return Accelerated(model, [taken_whole(model, custom_objects)], [], "", custom_objects)
    except Error as error:
        if strict:
            raise UnsupportedError(f"[accelerate] model must be made of layers that the library has; {error}") from error
        from ._segments import segments

        parts, left_out, reason = segments(model, custom_objects)
        return Accelerated(model, parts, left_out, reason or str(error), custom_objects)


__all__ = ["Accelerated", "accelerate"]
