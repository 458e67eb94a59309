"""Arrays larger than one machine's memory, by Dask: lazy, chunk by chunk, with the bits of the whole.

Each chunk of a result asks for the source window that Plan.required_input names and for nothing else, whatever the method
and however the source is chunked. Works with every scheduler, dask.distributed's too; the interpreter's lock is released
while numbers are computed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from operator import getitem
from typing import Any

import numpy as np

from . import _arrays
from ._chunks import Chunk, Cuts, Range, Recipe, ends_of, layer_of, needed_by, pieces_of, plan_of
from ._errors import ArgumentError, ArgumentTypeError, MissingPackageError
from .keras.models import Model, load_model
from .tf import image

try:
    import dask.array
    from dask.base import tokenize
    from dask.highlevelgraph import HighLevelGraph
except ImportError as error:
    raise MissingPackageError(f"[halfpixel.dask] Dask must be installed: pip install 'dask[array]' ({error})") from None

da: Any = dask.array  # half of it has no types


def _scaled(chunks: Sequence[int], extent: int) -> tuple[int, ...]:
    """The source's chunks on an axis that is `extent` long in the result."""
    total = sum(chunks)
    ends = [round(end * extent / total) if total else 0 for end in ends_of(chunks)]
    return tuple(b - a for a, b in zip(ends, ends[1:]) if b > a) or (extent,)


def _flag(value: Any, who: str, name: str) -> bool:
    try:
        return bool(value)
    except ValueError as error:
        raise ArgumentTypeError(f"[{who}] {name} must be True or False; got {value!r:.80}: {error}") from None


def _check(array: Any, who: str) -> Any:
    if not isinstance(array, da.Array):
        raise ArgumentTypeError(f"[{who}] array must be a dask.array.Array: dask.array.from_array(x); got {type(array).__name__}")
    if any(extent != extent for extent in array.shape):
        raise ArgumentError(f"[{who}] array must have known chunk sizes: array.compute_chunk_sizes(); got shape {array.shape}")
    return array


def _windowed(array: Any, recipe: Recipe, chunks: Any, who: str) -> Any:
    dtype = array.dtype.name
    whole = plan_of(recipe, array.shape, dtype)
    axes, shape = whole._axes, whole.output_shape
    if chunks is None:
        target = tuple(_scaled(sizes, shape[axis]) if axis in axes else sizes for axis, sizes in enumerate(array.chunks))
    else:
        try:
            target = da.core.normalize_chunks(chunks, shape, dtype=whole.output_dtype, previous_chunks=tuple(
                _scaled(sizes, shape[axis]) if axis in axes else sizes for axis, sizes in enumerate(array.chunks)))
        except Exception as error:  # whatever Dask trips over
            raise ArgumentError(f"[{who}] chunks must be what Dask takes, for shape {shape}; got {chunks!r:.80}: {error}") from error
        if any(not _arrays.is_integer(size) or size < 0 for sizes in target for size in sizes):
            raise ArgumentError(f"[{who}] chunks must be of known sizes; got {chunks!r:.80}")
        # Batch and channels are cut alike on both sides.
        array = array.rechunk({axis: sizes for axis, sizes in enumerate(target) if axis not in axes})
    token = tokenize(array.name, recipe, target)
    name, slices = f"{who.rsplit('.', 1)[-1]}-halfpixel-{token}", f"window-halfpixel-{token}"
    source_ends = [ends_of(sizes) for sizes in array.chunks]
    target_ends = [ends_of(sizes) for sizes in target]

    # Which source an output range needs depends on its axis alone, so each range is asked for once.
    read: list[list[list[tuple[int, Range | None, float]]]] = []  # by axis and range: chunk, part, and its share of the chunk
    for position, axis in enumerate(axes):
        read.append([])
        for start, stop in zip(target_ends[axis], target_ends[axis][1:]):
            first, last = needed_by(whole, position, start, stop) if stop > start else (0, 0)
            read[-1].append([(index, None, 1.0) if part is None else
                             (index, (part.start, part.stop), (part.stop - part.start) / array.chunks[axis][index])
                             for index, part in pieces_of(source_ends[axis], first, last)])

    graph: dict[Any, Any] = {}
    borders: dict[Any, dict[tuple[Range | None, ...], int]] = {}  # small pieces, by the chunk that they are cut of

    def slices_of(parts: tuple[Range | None, ...]) -> tuple[slice, ...]:
        cut = [slice(None)] * len(shape)
        for axis, part in zip(axes, parts):
            cut[axis] = slice(None) if part is None else slice(*part)
        return tuple(cut)

    for block in product(*(range(len(sizes)) for sizes in target)):
        chunk_shape, key = list(array.shape), list(block)
        for axis, index in enumerate(block):
            if axis not in axes:
                chunk_shape[axis] = target[axis][index]
        window = tuple((target_ends[axis][block[axis]], target_ends[axis][block[axis] + 1]) for axis in axes)
        pieces = [line[block[axis]] for line, axis in zip(read, axes)]
        sources, places = [], []
        for chosen in product(*pieces):
            share = 1.0
            for axis, (index, _, of_axis) in zip(axes, chosen):
                key[axis] = index
                share *= of_axis
            source, place = (array.name, *key), -1
            if 0.25 < share < 1.0:
                label = (f"{slices}-{'-'.join(map(str, block))}", *key)
                graph[label] = (getitem, source, slices_of(tuple(part for _, part, _ in chosen)))
                source = label
            elif share < 1.0:
                source = (f"borders-{slices}", *key)
                cuts = borders.setdefault(source, {})
                place = cuts.setdefault(tuple([part for _, part, _ in chosen]), len(cuts))
            sources.append(source)
            places.append(place)
        counts = tuple(len(line) for line in pieces)
        graph[(name, *block)] = (Chunk(recipe, tuple(chunk_shape), dtype, window, counts, tuple(places)), *sources)
    for label, cuts in borders.items():
        graph[label] = (Cuts(tuple(slices_of(parts) for parts in cuts)), (array.name, *label[1:]))
    high = HighLevelGraph.from_collections(name, graph, dependencies=[array])
    return da.Array(high, name, target, dtype=whole.output_dtype)


def resize(images: Any, size: Any, method: str = "bilinear", preserve_aspect_ratio: bool = False, antialias: bool = False, *,
           chunks: Any = None) -> Any:
    """tf.image.resize of a Dask array, lazily; every chunk has the bits of the whole.

    images: (N, H, W, C) or (H, W, C), chunked in any way. chunks: of the result, as Dask takes them; the source's, scaled,
    unless given. Returns a Dask array. Raises ValueError and TypeError (hp.Error) at once.

    >>> import dask.array as da, numpy as np, halfpixel as hp
    >>> x = np.random.default_rng(0).random((100, 120, 3), np.float32)
    >>> y = hp.dask.resize(da.from_array(x, chunks=(40, 50, 3)), (200, 240), method="lanczos3", antialias=True)
    >>> y.chunks[0]
    (80, 80, 40)
    >>> bool((y.compute() == hp.tf.image.resize(x, (200, 240), method="lanczos3", antialias=True)).all())
    True
    """
    array = _check(images, "dask.resize")
    image._check_size(size, "dask.resize")
    target = tuple(_arrays.integers(size, "dask.resize", "size", False))
    name = method if isinstance(method, str) else image.method_name(method)
    if not isinstance(name, str):
        raise ArgumentTypeError(f"[dask.resize] method must be a string or a ResizeMethod; got {method!r:.80}")
    recipe = ("resize", target, name,
              _flag(preserve_aspect_ratio, "dask.resize", "preserve_aspect_ratio"), _flag(antialias, "dask.resize", "antialias"))
    return _windowed(array, recipe, chunks, "dask.resize")


def upsample(array: Any, size: Any = 2, interpolation: str = "nearest", data_format: str | None = None, *,
             chunks: Any = None) -> Any:
    """UpSampling1D, UpSampling2D or UpSampling3D of a Dask array of rank 3, 4 or 5, lazily; the bits of the whole.

    chunks: of the result; the source's, scaled, unless given. Returns a Dask array. Raises ValueError and TypeError
    (hp.Error) at once.

    >>> import dask.array as da, halfpixel as hp
    >>> hp.dask.upsample(da.zeros((1, 100, 100, 3), chunks=(1, 50, 50, 3)), size=2, interpolation="bilinear").shape
    (1, 200, 200, 3)
    """
    array = _check(array, "dask.upsample")
    if array.ndim not in (3, 4, 5):
        raise ArgumentError(f"[dask.upsample] array must have rank 3, 4 or 5; got shape {array.shape}")
    from .keras import config

    if not _arrays.is_integer(size):
        size = tuple(_arrays.integers(size, "dask.upsample", "size", False))
        if array.ndim == 3 and len(size) == 1:
            size = size[0]
    layer_format = data_format if data_format is not None else config.image_data_format()
    layer_of(array.ndim, size, interpolation, layer_format)  # says what is wrong with them
    return _windowed(array, ("upsample", size, interpolation, layer_format), chunks, "dask.upsample")


@lru_cache(maxsize=4)
def _loaded(path: str, changed: int) -> Model:
    return load_model(path)


def _predict(model: Any, block: Any) -> list[Any]:
    if isinstance(model, str):
        model = _loaded(model, os.stat(model).st_mtime_ns)
    results = model.predict(np.asarray(block), batch_size=max(1, len(block)))
    return list(results.values()) if isinstance(results, dict) else results if isinstance(results, list) else [results]


def predict(model: Any, array: Any, batch_axis: int = 0) -> Any:
    """A model's outputs for a stack of inputs, lazily: a task for each chunk of the batch axis.

    model: a Model of this package, or the path of one that every worker can read. array: a Dask array, one input of the
    model for each position of batch_axis. Returns a Dask array with the batch where it was; a list of them for several
    outputs. Raises ValueError and TypeError (hp.Error) at once.
    """
    array = _check(array, "dask.predict")
    if isinstance(model, (str, os.PathLike)):
        path = os.path.abspath(os.fspath(model))
        known, travelling = load_model(path), path
    elif isinstance(model, Model):
        known = travelling = model  # type: ignore[assignment]
    else:
        raise ArgumentTypeError(f"[dask.predict] model must be a Model or a path; got {model!r:.80}")
    if len(known.inputs) != 1:
        raise ArgumentError(f"[dask.predict] model must have one input; got {known.input_names}")
    if not _arrays.is_integer(batch_axis) or not -array.ndim <= batch_axis < array.ndim:
        raise ArgumentError(f"[dask.predict] batch_axis must be an axis of {array.shape}; got {batch_axis!r:.80}")
    if batch_axis:
        array = da.moveaxis(array, batch_axis, 0)
    array = array.rechunk({axis: -1 for axis in range(1, array.ndim)})
    # A model's weights may change between two calls; a file says when it did.
    told = os.urandom(16) if isinstance(travelling, Model) else (travelling, os.stat(travelling).st_mtime_ns)
    token = tokenize(array.name, told, batch_axis)
    tasks, shared = f"predict-halfpixel-{token}", f"model-halfpixel-{token}"
    rest = (0,) * (array.ndim - 1)
    count = len(array.chunks[0])
    graph: dict[Any, Any] = {shared: travelling}
    for index in range(count):
        graph[(tasks, index)] = (_predict, shared, (array.name, index, *rest))
    results = []
    for position, output in enumerate(known.outputs):
        shape = _output_shape(known, position, array.shape)
        name = f"{tasks}-{position}"
        layer = dict(graph)
        for index in range(count):
            layer[(name, index, *(0,) * (len(shape) - 1))] = (getitem, (tasks, index), position)
        chunks = (array.chunks[0], *((extent,) for extent in shape[1:]))
        high = HighLevelGraph.from_collections(name, layer, dependencies=[array])
        result = da.Array(high, name, chunks, dtype=np.dtype(output.dtype))
        results.append(da.moveaxis(result, 0, batch_axis) if batch_axis else result)
    return results[0] if len(results) == 1 else results


def _output_shape(model: Model, position: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    known = [extent for extent in model.outputs[position].shape[1:] if extent is not None]
    if len(known) == len(model.outputs[position].shape) - 1:
        return (shape[0], *known)
    from .tf import function

    spec = function(model).get_concrete_function((1, *shape[1:])).outputs[position]
    return (shape[0], *spec.shape[1:])


__all__ = ["predict", "resize", "upsample"]
