"""What a Dask worker runs for one chunk of a result: a plan's window of the pieces of the source that the chunk names."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, product
from math import prod
from typing import Any

import numpy as np

from . import _core
from ._errors import ArgumentError
from ._plan import Plan
from .keras import layers
from .tf import image

# How a plan is made, as something that travels: a name and its arguments, without shape and dtype.
Recipe = tuple[Any, ...]
Range = tuple[int, int]


@lru_cache(maxsize=16)
def plan_of(recipe: Recipe, shape: tuple[int, ...], dtype: str) -> Plan:
    kind, *options = recipe
    if kind == "resize":
        size, method, preserve_aspect_ratio, antialias = options
        return image.plan_resize(shape, dtype, size, method, preserve_aspect_ratio, antialias)
    plan: Plan = layer_of(len(shape), *options).plan(shape, dtype)
    return plan


def layer_of(rank: int, size: Any, interpolation: str, data_format: str) -> Any:
    if rank == 4:
        return layers.UpSampling2D(size, data_format, interpolation)
    if interpolation.lower() != "nearest":
        raise ArgumentError(f"[dask.upsample] interpolation must be \"nearest\" for arrays of rank {rank}; got {interpolation!r}")
    return layers.UpSampling1D(size) if rank == 3 else layers.UpSampling3D(size, data_format)


def _run(recipe: Recipe, shape: tuple[int, ...], dtype: str, window: tuple[Range, ...], parts: Any) -> Any:
    """One chunk of a result. parts: the window of the source, in nested lists along the spatial axes."""
    plan = plan_of(recipe, shape, dtype)
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
    plan = plan_of(recipe, shape, dtype)

    def needed(position: int, start: int, stop: int) -> Range:
        return needed_by(plan, position, start, stop)

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
                segments.append((first, last, tuple(pieces_of(list(starts), first_read - base, last_read - base))))
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
        lines.append(ends_of(sizes))
    return lines, first


@dataclass(frozen=True)
class Cuts:
    """Small pieces of a chunk, of their own memory: what its neighbours read of it."""

    cuts: tuple[tuple[slice, ...], ...]

    def __call__(self, chunk: Any) -> list[Any]:
        return [np.array(chunk[cut]) for cut in self.cuts]


@dataclass(frozen=True)
class Chunk:
    """One chunk of a result, as a function of the chunks that its window of the source lies in. Flat, because Dask looks into
    everything that a task names."""

    recipe: Recipe
    shape: tuple[int, ...]
    dtype: str
    window: tuple[Range, ...]
    counts: tuple[int, ...]  # pieces along each spatial axis
    borders: tuple[int, ...]  # of each piece: where it is in a list of Cuts; -1 where it is no list

    def __call__(self, *chunks: Any) -> Any:
        pieces = iter([chunk if at < 0 else chunk[at] for chunk, at in zip(chunks, self.borders)])
        return _run(self.recipe, self.shape, self.dtype, self.window, _nested(pieces, self.counts))


def _nested(pieces: Iterator[Any], counts: tuple[int, ...]) -> Any:
    return [_nested(pieces, counts[1:]) for _ in range(counts[0])] if counts else next(pieces)


def ends_of(chunks: Sequence[int]) -> list[int]:
    return [0, *accumulate(chunks)]


def pieces_of(ends: list[int], start: int, stop: int) -> Iterator[tuple[int, slice | None]]:
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


def needed_by(plan: Plan, position: int, start: int, stop: int) -> Range:
    """What a range of one spatial axis of the output reads."""
    axes: list[Range | None] = [(0, min(1, plan.output_shape[axis])) for axis in plan._axes]  # of the others as little as there is
    axes[position] = (start, stop)
    if len(axes) == 1:
        return plan.required_input(axes[0])[0]
    if len(axes) == 2:
        return plan.required_input(axes[0], axes[1])[position]
    return plan.required_input(axes[1], axes[2], depth=axes[0])[position]
