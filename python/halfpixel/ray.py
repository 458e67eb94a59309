"""Classes for Ray Data's map_batches. They need Ray only where it calls them: this module imports nothing of it.

    ds.map_batches(hp.ray.Predictor, fn_constructor_args=("m.keras",), concurrency=4, batch_size=32)

Give batch_size: Ray's default hands over whole blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _arrays
from ._errors import ArgumentError, ArgumentTypeError, existing
from .keras.models import Model, load_model
from .tf import image

Batch = dict[str, Any]


def _column(batch: Mapping[str, Any], name: str, who: str) -> Any:
    if name not in batch:
        raise ArgumentError(f"[{who}] the batch must have a column {name!r}; got {sorted(map(str, batch))}")
    return batch[name]


def _groups(column: Any, who: str, name: str) -> list[tuple[Any, Any]]:
    """Rows of one shape together: (their positions, their array). Columns of unequal shapes are arrays of objects."""
    column = np.asarray(column)
    if column.dtype != object:
        return [(slice(None), column)]
    rows = [np.asarray(row) for row in column]
    dtypes = {row.dtype for row in rows}
    if len(dtypes) > 1:
        raise ArgumentTypeError(f"[{who}] column {name!r} must have one dtype in all rows; got {sorted(map(str, dtypes))}")
    places: dict[tuple[int, ...], list[int]] = {}
    for index, row in enumerate(rows):
        places.setdefault(row.shape, []).append(index)
    return [(np.array(indices), np.stack([rows[index] for index in indices])) for indices in places.values()]


def _gather(count: int, pieces: list[tuple[Any, Any]]) -> Any:
    """Results of groups of rows as one column: an array, or an array of objects where their shapes differ."""
    if len(pieces) == 1 and isinstance(pieces[0][0], slice):
        return pieces[0][1]
    rows: list[Any] = [None] * count
    for indices, results in pieces:
        for index, result in zip(indices, results):
            rows[index] = result
    if len({row.shape for row in rows}) == 1:
        return np.stack(rows)
    column = np.empty(count, object)
    for index, row in enumerate(rows):
        column[index] = row
    return column


class Resize:
    """tf.image.resize of a column of images, (H, W, C) each, of equal shapes or not.

    size, method, preserve_aspect_ratio, antialias: as for tf.image.resize. column: where the images are; output_column:
    where the results go, the same column unless given. Other columns are kept. Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.ray.Resize((8, 8))({"image": np.zeros((2, 4, 4, 3), np.uint8), "id": np.arange(2)})["image"].shape
    (2, 8, 8, 3)
    """

    def __init__(self, size: Any, method: str = "bilinear", preserve_aspect_ratio: bool = False, antialias: bool = False, *,
                 column: str = "image", output_column: str | None = None) -> None:
        image._check_size(size, "ray.Resize")
        self._options = (_arrays.shape_of(size, "ray.Resize", "size"), image.method_name(method), preserve_aspect_ratio, antialias)
        image.plan_resize((1, 1, 1, 1), "float32", *self._options)  # says what is wrong with them
        self._column = column
        self._output = column if output_column is None else output_column

    def __call__(self, batch: Batch) -> Batch:
        """The batch with its images resized."""
        column = _column(batch, self._column, "ray.Resize")
        pieces = []
        for indices, images in _groups(column, "ray.Resize", self._column):
            if images.ndim not in (3, 4):
                raise ArgumentError(f"[ray.Resize] column {self._column!r} must hold images (height, width, channels); got shape "
                                    f"{images.shape[1:]}")
            stack = images if images.ndim == 4 else images[..., None]
            results = image.resize(stack, *self._options)
            pieces.append((indices, results if images.ndim == 4 else results[..., 0]))
        return {**batch, self._output: _gather(len(column), pieces)}


class Predictor:
    """A Keras model on columns of a batch; each worker loads it once.

    path: of a .keras or .h5 that every worker can read, or a Model. input_column: the model's input, or for several
    inputs a dict of their names to columns. output_column: the column of the result, or for several outputs a dict of
    their names to columns. Other columns are kept. Raises FileNotFoundError, ValueError and TypeError (hp.Error).
    """

    def __init__(self, path: Any, input_column: str | Mapping[str, str] = "image",
                 output_column: str | Mapping[str, str] = "output", *, batch_size: int = 32) -> None:
        self._model = path if isinstance(path, Model) else load_model(existing(path, "ray.Predictor"))
        self._inputs = input_column if isinstance(input_column, str) else dict(input_column)
        self._outputs = output_column if isinstance(output_column, str) else dict(output_column)
        self._batch_size = batch_size
        inputs, outputs = self._model.input_names, self._model.output_names
        if isinstance(self._inputs, str) and len(inputs) != 1:
            raise ArgumentError(f"[ray.Predictor] input_column must be a dict of input names to columns ({inputs}); got "
                                f"{self._inputs!r}")
        if isinstance(self._outputs, str) and len(outputs) != 1:
            raise ArgumentError(f"[ray.Predictor] output_column must be a dict of output names to columns ({outputs}); got "
                                f"{self._outputs!r}")

    def __call__(self, batch: Batch) -> Batch:
        """The batch with the model's outputs."""
        if isinstance(self._inputs, str):
            column = _column(batch, self._inputs, "ray.Predictor")
            groups = _groups(column, "ray.Predictor", self._inputs)
            count = len(column)
        else:
            columns = {name: np.asarray(_column(batch, column, "ray.Predictor")) for name, column in self._inputs.items()}
            groups, count = [(slice(None), columns)], len(next(iter(columns.values())))
        pieces: dict[str, list[tuple[Any, Any]]] = {}
        for indices, inputs in groups:
            results = self._model.predict(inputs, batch_size=self._batch_size)
            for column, result in self._named(results).items():
                pieces.setdefault(column, []).append((indices, result))
        return {**batch, **{column: _gather(count, parts) for column, parts in pieces.items()}}

    def _named(self, results: Any) -> dict[str, Any]:
        if isinstance(self._outputs, str):
            if isinstance(results, dict):
                results = next(iter(results.values()))
            return {self._outputs: results}
        if not isinstance(results, dict):
            results = dict(zip(self._model.output_names, results if isinstance(results, list) else [results]))
        missing = set(self._outputs) - set(results)
        if missing:
            raise ArgumentError(f"[ray.Predictor] output_column must name outputs of the model ({sorted(results)}); got "
                                f"{sorted(missing)}")
        return {column: results[name] for name, column in self._outputs.items()}


__all__ = ["Predictor", "Resize"]
