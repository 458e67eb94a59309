"""accelerate(): a model of the real Keras, run by this library."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from .. import _arrays
from .._errors import ArgumentTypeError, Error, UnsupportedError
from .models import Model, load_model


class Accelerated:
    """A Keras model's double: the same outputs, computed here.

    taken and left_out name the Keras layers that it runs itself and those that Keras still runs.
    """

    def __init__(self, model: Any, double: Model | None, reason: str) -> None:
        from ..tf import function

        self._model = model
        self._double = double
        self._function = None if double is None else function(double)
        names = [str(layer.name) for layer in model.layers]
        self.taken: list[str] = names if double is not None else []
        self.left_out: list[str] = [] if double is not None else names
        self.reason = reason

    @property
    def model(self) -> Model | None:
        """This library's model; None when it could not be taken."""
        return self._double

    def __call__(self, inputs: Any) -> Any:
        """The model's outputs, of the same kind of arrays as inputs."""
        if self._function is not None:
            return self._function(inputs)
        return self._model(inputs)

    def predict(self, x: Any, batch_size: int | None = 32) -> Any:
        """As model.predict(x): NumPy arrays."""
        if self._double is not None:
            return self._double.predict(x, batch_size)
        return self._model.predict(x, batch_size=batch_size, verbose=0)

    def refresh(self) -> None:
        """Takes the Keras model's weights anew, after it was trained on."""
        if self._double is not None:
            self._double.set_weights([np.asarray(weight) for weight in self._model.get_weights()])

    def __repr__(self) -> str:
        if self._double is not None:
            return f"<Accelerated {self._model.name}: all {len(self.taken)} layers>"
        return f"<Accelerated {self._model.name}: no layer; {self.reason}>"


def accelerate(model: Any, custom_objects: dict[str, Any] | None = None, *, strict: bool = False) -> Accelerated:
    """A callable with the outputs of a model of the real Keras, computed by this library.

    model: a keras.Model (Keras 3). Layers that this library has not are named in `reason`; the model is then run by Keras
    as before, unless strict=True, which raises ValueError (hp.Error). custom_objects: as for load_model. Raises TypeError
    (hp.Error) for what is no Keras model.
    """
    if not (hasattr(model, "save") and hasattr(model, "layers") and hasattr(model, "get_weights")):
        raise ArgumentTypeError(f"[accelerate] model must be a keras.Model; got {model!r:.80}")
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        model.save(path)
        try:
            return Accelerated(model, load_model(path, custom_objects), "")
        except Error as error:
            if strict:
                raise UnsupportedError(f"[accelerate] model must be made of layers that the library has; {error}") from error
            return Accelerated(model, None, str(error))


__all__ = ["Accelerated", "accelerate"]
