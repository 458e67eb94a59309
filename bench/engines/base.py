"""What every engine has in common."""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Call:
    """One way to do a workload, ready to be timed.

    run() does all of the work and returns when it is done; result() is what the last run computed, in the layout of
    the workload.
    """

    run: Callable[[], object]
    result: Callable[[], np.ndarray]
    variant: str = ""  # appended to the engine's name when it has several ways
    note: str = ""  # how it is called
    differs: str = ""  # why its numbers are not TensorFlow's, if they are not


class Unsupported(Exception):
    """The engine cannot do this; the text says why."""


def aligned_empty(shape, dtype):
    """An array at a cache line's boundary, its pages touched: the first write to fresh memory is slow."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape)) * dtype.itemsize
    memory = np.zeros(size + 64, np.uint8)
    memory.fill(0)
    start = -memory.ctypes.data % 64
    return memory[start : start + size].view(dtype).reshape(shape)


def to_planar(x):
    """(N, H, W, C) to (N, C, H, W), in memory of its own."""
    return np.ascontiguousarray(np.moveaxis(x, -1, 1))


def from_planar(y):
    return np.moveaxis(y, 1, -1)


def images_of(x):
    """The images of a batch as libraries for photos want them: one channel has no axis."""
    return [image[..., 0] if image.shape[-1] == 1 else image for image in x]


def need(condition, why):
    if not condition:
        raise Unsupported(why)
