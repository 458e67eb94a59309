"""Arrays larger than one machine's memory, by Dask: lazy, chunk by chunk, with the bits of the whole.

Each chunk of a result asks for the source window that Plan.required_input names and for nothing else, whatever the method
and however the source is chunked. Works with every scheduler, dask.distributed's too; the interpreter's lock is released
while numbers are computed.
"""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, product
from math import prod
from operator import getitem
from typing import Any

import numpy as np

from . import _arrays, _core
from ._errors import ArgumentError, ArgumentTypeError, MissingPackageError
from ._plan import Plan
from .keras import layers
from .keras.models import Model, load_model
from .tf import image

try:
    import dask.array
    from dask.base import tokenize
    from dask.highlevelgraph import HighLevelGraph
except ImportError as error:
    raise MissingPackageError(f"[halfpixel.dask] Dask must be installed: pip install 'dask[array]' ({error})") from None

da: Any = dask.array  # half of it has no types

# How a plan is made, as something that travels: a name and its arguments, without shape and dtype.
Recipe = tuple[Any, ...]
Range = tuple[int, int]


@lru_cache(maxsize=16)
def _plan(recipe: Recipe, shape: tuple[int, ...], dtype: str) -> Plan:
    kind, *options = recipe
    if kind == "resize":
        size, method, preserve_aspect_ratio, antialias = options
        return image.plan_resize(shape, dtype, size, method, preserve_aspect_ratio, antialias)
    plan: Plan = _layer(len(shape), *options).plan(shape, dtype)
    return plan


def _layer(rank: int, size: Any, interpolation: str, data_format: str) -> Any:
    if rank == 4:
        return layers.UpSampling2D(size, data_format, interpolation)
    if interpolation.lower() != "nearest":
        raise ArgumentError(f"[dask.upsample] interpolation must be \"nearest\" for arrays of rank {rank}; got {interpolation!r}")
    return layers.UpSampling1D(size) if rank == 3 else layers.UpSampling3D(size, data_format)


def _run(recipe: Recipe, shape: tuple[int, ...], dtype: str, window: tuple[Range, ...], parts: Any) -> Any:
    """One chunk of a result. parts: the window of the source, in nested lists along the spatial axes."""
    plan = _plan(recipe, shape, dtype)
    corners, first = _corners(parts, plan._axes)
    extents = list(plan.output_shape)
    copied = first.nbytes
    for axis, (start, stop), starts in zip(plan._axes, window, corners):
        extents[axis] = stop - start
        copied *= starts[-1] / max(1, starts[1])
    segments = None
    # A copy of the source is cheap beside a result that is many times larger.
    if any(len(starts) > 2 for starts in corners) and 8 * copied > prod(extents) * plan.output_dtype.itemsize:
        segments = _segments(recipe, shape, dtype, window, tuple(map(tuple, corners)))
    if segments is None:
        return _run_window(plan, _join(parts, plan._axes), window, None)
    # What one piece is enough for reads it where it lies; only the strips between pieces are put together.
    result = _core.empty(tuple(extents), plan.output_dtype)
    for segment in product(*segments):
        cut: list[slice] = [slice(None)] * len(extents)
        for axis, (start, _), (begin, end, _) in zip(plan._axes, window, segment):
            cut[axis] = slice(begin - start, end - start)
        source = _join(_chosen(parts, plan._axes, [pieces for _, _, pieces in segment]), plan._axes)
        _run_window(plan, source, [(begin, end) for begin, end, _ in segment], result[tuple(cut)])
    return result


def _run_window(plan: Plan, source: Any, window: Sequence[Range], out: Any) -> Any:
    names = {1: ("rows",), 2: ("rows", "cols"), 3: ("depth", "rows", "cols")}[len(window)]
    return plan.run_window(np.asarray(source), **dict(zip(names, window)), out=out)


# A part of an output axis, and the pieces of the source that it reads, each with the part of it; None for all of it.
Segment = tuple[int, int, tuple[tuple[int, slice | None], ...]]


@lru_cache(maxsize=64)
def _segments(recipe: Recipe, shape: tuple[int, ...], dtype: str, window: tuple[Range, ...],
              corners: tuple[tuple[int, ...], ...]) -> tuple[tuple[Segment, ...], ...] | None:
    """The window's axes cut into what the largest piece is enough for, and what is before and behind it; None where that is
    too little to be worth it."""
    plan = _plan(recipe, shape, dtype)

    def needed(position: int, start: int, stop: int) -> Range:
        return _needed(plan, position, start, stop)

    axes = []
    for position, ((start, stop), starts) in enumerate(zip(window, corners)):
        base = needed(position, start, stop)[0]
        sizes = [end - begin for begin, end in zip(starts, starts[1:])]
        largest = sizes.index(max(sizes))
        low, high = base + starts[largest], base + starts[largest + 1]
        outputs = range(start, stop)
        begin = start + bisect_left(outputs, low, key=lambda at: needed(position, at, at + 1)[0])
        end = start + bisect_right(outputs, high, key=lambda at: needed(position, at, at + 1)[1])
        if 2 * (end - begin) < stop - start:
            return None
        inside = needed(position, begin, end)
        if inside[0] < low or inside[1] > high:
            return None
        segments = []
        for first, last in ((start, begin), (begin, end), (end, stop)):
            if first < last:
                first_read, last_read = needed(position, first, last)
                segments.append((first, last, tuple(_pieces(list(starts), first_read - base, last_read - base))))
        axes.append(tuple(segments))
    return tuple(axes)


def _chosen(parts: Any, axes: Sequence[int], pieces: Sequence[tuple[tuple[int, slice | None], ...]], cut: Any = ()) -> Any:
    """Some of the pieces, and of each a part: views, in nested lists again."""
    if not pieces:
        where: list[slice] = [slice(None)] * parts.ndim
        for axis, part in cut:
            where[axis] = part
        return parts[tuple(where)]
    return [_chosen(parts[index], axes[1:], pieces[1:], cut if part is None else (*cut, (axes[0], part))) for index, part in pieces[0]]


def _join(parts: Any, axes: Sequence[int]) -> Any:
    """The pieces side by side, each copied once."""
    corners, first = _corners(parts, axes)
    if not any(len(starts) > 2 for starts in corners):
        return first
    shape = list(first.shape)
    for axis, starts in zip(axes, corners):
        shape[axis] = starts[-1]
    whole = _core.empty(tuple(shape), first.dtype)
    for at in product(*(range(len(starts) - 1) for starts in corners)):
        piece, where = parts, [slice(None)] * whole.ndim
        for axis, index, starts in zip(axes, at, corners):
            piece, where[axis] = piece[index], slice(starts[index], starts[index + 1])
        whole[tuple(where)] = piece
    return whole


def _corners(parts: Any, axes: Sequence[int]) -> tuple[list[list[int]], Any]:
    """Where the pieces begin and end on each axis, and the first of them."""
    lines, first = [], parts
    for position in range(len(axes)):
        line, first = first, first[0]
        sizes = []
        for piece in line:
            for _ in axes[position + 1 :]:
                piece = piece[0]
            sizes.append(piece.shape[axes[position]])
        lines.append(_ends(sizes))
    return lines, first


@dataclass(frozen=True)
class _Cuts:
    """Small pieces of a chunk, of their own memory: what its neighbours read of it."""

    cuts: tuple[tuple[slice, ...], ...]

    def __call__(self, chunk: Any) -> list[Any]:
        return [np.array(chunk[cut]) for cut in self.cuts]


@dataclass(frozen=True)
class _Chunk:
    """One chunk of a result, as a function of the chunks that its window of the source lies in. Flat, because Dask looks into
    everything that a task names."""

    recipe: Recipe
    shape: tuple[int, ...]
    dtype: str
    window: tuple[Range, ...]
    counts: tuple[int, ...]  # pieces along each spatial axis
    borders: tuple[int, ...]  # of each piece: where it is in a list of _Cuts; -1 where it is no list

    def __call__(self, *chunks: Any) -> Any:
        pieces = iter([chunk if at < 0 else chunk[at] for chunk, at in zip(chunks, self.borders)])
        return _run(self.recipe, self.shape, self.dtype, self.window, _nested(pieces, self.counts))


def _nested(pieces: Iterator[Any], counts: tuple[int, ...]) -> Any:
    return [_nested(pieces, counts[1:]) for _ in range(counts[0])] if counts else next(pieces)


def _ends(chunks: Sequence[int]) -> list[int]:
    return [0, *accumulate(chunks)]


def _scaled(chunks: Sequence[int], extent: int) -> tuple[int, ...]:
    """The source's chunks on an axis that is `extent` long in the result."""
    total = sum(chunks)
    ends = [round(end * extent / total) if total else 0 for end in _ends(chunks)]
    return tuple(b - a for a, b in zip(ends, ends[1:]) if b > a) or (extent,)


def _pieces(ends: list[int], start: int, stop: int) -> Iterator[tuple[int, slice | None]]:
    """The source's chunks that hold [start, stop), and the part of each; None for all of it."""
    index = bisect_right(ends, start) - 1
    while start < stop:
        while ends[index + 1] <= start:  # chunks without elements
            index += 1
        begin, end = ends[index], ends[index + 1]
        last = min(stop, end)
        whole = start == begin and last == end
        yield index, None if whole else slice(start - begin, last - begin)
        start, index = last, index + 1


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
    whole = _plan(recipe, array.shape, dtype)
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
    source_ends = [_ends(sizes) for sizes in array.chunks]
    target_ends = [_ends(sizes) for sizes in target]

    # Which source an output range needs depends on its axis alone, so each range is asked for once.
    read: list[list[list[tuple[int, Range | None, float]]]] = []  # by axis and range: chunk, part, and its share of the chunk
    for position, axis in enumerate(axes):
        read.append([])
        for start, stop in zip(target_ends[axis], target_ends[axis][1:]):
            first, last = _needed(whole, position, start, stop) if stop > start else (0, 0)
            read[-1].append([(index, None, 1.0) if part is None else
                             (index, (part.start, part.stop), (part.stop - part.start) / array.chunks[axis][index])
                             for index, part in _pieces(source_ends[axis], first, last)])

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
        graph[(name, *block)] = (_Chunk(recipe, tuple(chunk_shape), dtype, window, counts, tuple(places)), *sources)
    for label, cuts in borders.items():
        graph[label] = (_Cuts(tuple(slices_of(parts) for parts in cuts)), (array.name, *label[1:]))
    high = HighLevelGraph.from_collections(name, graph, dependencies=[array])
    return da.Array(high, name, target, dtype=whole.output_dtype)


def _needed(plan: Plan, position: int, start: int, stop: int) -> Range:
    """What a range of one spatial axis of the output reads."""
    axes: list[Range | None] = [(0, min(1, plan.output_shape[axis])) for axis in plan._axes]  # of the others as little as there is
    axes[position] = (start, stop)
    if len(axes) == 1:
        return plan.required_input(axes[0])[0]
    if len(axes) == 2:
        return plan.required_input(axes[0], axes[1])[position]
    return plan.required_input(axes[1], axes[2], depth=axes[0])[position]


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
    _layer(array.ndim, size, interpolation, layer_format)  # says what is wrong with them
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


Make = Callable[..., Any]
__all__ = ["predict", "resize", "upsample"]
