"""Plan: one resampling, worked out once and run many times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import _arrays, _core
from ._errors import ArgumentError

_ndarray = np.ndarray
Range = tuple[int, int] | None


class Plan:
    """A resampling for one shape and dtype, worked out once. Made by the functions `plan_…` and the layers' `plan`.

    Immutable, and any number of threads may run one at once. It pickles as the call that made it, and survives fork.

    >>> import numpy as np, halfpixel as hp
    >>> plan = hp.tf.image.plan_resize((1, 4, 4, 3), "float32", (8, 8), method="bicubic")
    >>> plan.output_shape, plan.output_dtype
    ((1, 8, 8, 3), dtype('float32'))
    >>> plan.run(np.ones((1, 4, 4, 3), np.float32)).shape
    (1, 8, 8, 3)
    >>> plan.required_input(rows=(0, 2))
    ((0, 3), (0, 4))
    """

    __slots__ = ("_plan", "_recipe", "_axes", "__weakref__")

    def __init__(self, plan: _core.Plan, recipe: tuple[Callable[..., Any], tuple[Any, ...]]) -> None:
        self._plan = plan
        make, arguments = recipe  # the call that makes it again
        self._recipe = (make, tuple([_frozen(argument) for argument in arguments]))
        self._axes = plan.spatial_axes

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of what run() takes."""
        return self._plan.input_shape

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of what run() gives."""
        return self._plan.output_shape

    @property
    def input_dtype(self) -> np.dtype[Any]:
        """NumPy dtype of what run() takes."""
        return self._plan.input_dtype

    @property
    def output_dtype(self) -> np.dtype[Any]:
        """NumPy dtype of what run() gives."""
        return self._plan.output_dtype

    def run(self, x: Any, out: Any = None) -> Any:
        """Resamples x and returns the result: `out` when it is given, a new array otherwise.

        x: an array of input_shape and input_dtype, with any strides. out: a writeable array of output_shape and
        output_dtype, with any strides, that does not overlap x. Raises ValueError (hp.Error) before anything is written.
        """
        if type(x) is _ndarray and (out is None or type(out) is _ndarray):
            return _core.plan_run(self._plan, x, out)
        return _arrays.call(lambda a, o: _core.plan_run(self._plan, a, o), x, out, "Plan.run", "x")

    def required_input(self, rows: Range = None, cols: Range = None, *, depth: Range = None) -> tuple[tuple[int, int], ...]:
        """The part of the input that a part of the output depends on: one pair (start, stop) for each spatial axis.

        rows, cols (and depth, for volumes): (start, stop) of the output; an axis that is left out is whole. A plan of
        one spatial axis takes either name. Raises ValueError (hp.Error) for ranges outside of the output.
        """
        window, whole = self._window(rows, cols, depth, "Plan.required_input")
        return _core.plan_required_input(self._plan, window, whole)

    def run_window(self, x: Any, rows: Range = None, cols: Range = None, out: Any = None, *, depth: Range = None) -> Any:
        """Computes a part of the output, with the bits of the whole.

        x: the part of the input that required_input() names for this window, and nothing else. out: an array of the
        window's shape; made when it is not given. Returns out. Raises ValueError (hp.Error) when shapes differ.
        """
        window, whole = self._window(rows, cols, depth, "Plan.run_window")
        axes = self._axes

        def compute(a: Any, o: Any) -> Any:
            return _core.plan_run_window(self._plan, a, window, whole, axes, o)

        return _arrays.call(compute, x, out, "Plan.run_window", "x")

    def describe(self) -> str:
        """What a run does and why, line by line, for people. The wording may change."""
        return self._plan.describe().rstrip("\n")

    def _window(self, rows: Range, cols: Range, depth: Range, who: str) -> tuple[tuple[Range, ...], tuple[int, ...]]:
        axes = len(self._axes)
        ranges: tuple[Range, ...] = {1: (rows if cols is None else cols,), 2: (rows, cols), 3: (depth, rows, cols)}[axes]
        if (axes < 3 and depth is not None) or (axes < 2 and rows is not None and cols is not None):
            name = "cols" if depth is None else "depth"
            raise ArgumentError(f"[{who}] {name} must be left out: the plan has {axes} spatial axes; got "
                                f"{cols if depth is None else depth}")
        shape = self._plan.output_shape
        return ranges, tuple(shape[axis] for axis in self._axes)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._recipe

    def __repr__(self) -> str:
        return (f"<halfpixel.Plan {self.input_shape} {self.input_dtype} -> {self.output_shape} {self.output_dtype}>")

    def __str__(self) -> str:
        return self._plan.describe().rstrip("\n")

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.describe())}</pre>"


def _frozen(value: Any) -> Any:
    """A list, an array or a dict as it is now: the caller may change it."""
    if isinstance(value, _ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return tuple([_frozen(item) for item in value])
    return {key: _frozen(item) for key, item in value.items()} if isinstance(value, dict) else value
