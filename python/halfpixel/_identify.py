"""identify(): which program, with which options, made one array from another?"""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

from . import _arrays, _core
from ._errors import ArgumentError


class Match(NamedTuple):
    """One answer: a call, and how far its result is from what was found."""

    dialect: str
    options: dict[str, Any]
    command: str
    different: int
    max_difference: float
    mean_difference: float
    changes: list[str]

    @property
    def exact(self) -> bool:
        """True when no element differs."""
        return self.different == 0


class Matches(list[Match]):
    """A list of matches, best first; in a notebook it is a table."""

    def _repr_html_(self) -> str:
        head = "<tr><th>dialect</th><th>options</th><th>different</th><th>max</th><th>mean</th></tr>"
        rows = []
        for match in self:
            options = ", ".join(f"{name}={value}" for name, value in match.options.items())
            mark = " style='font-weight:bold'" if match.exact else ""
            rows.append(f"<tr{mark}><td>{escape(match.dialect)}</td><td>{escape(options)}</td><td>{match.different:,}</td>"
                        f"<td>{match.max_difference:.3g}</td><td>{match.mean_difference:.3g}</td></tr>")
        return f"<table>{head}{''.join(rows)}</table>"


def identify(x: Any, y: Any, *, top: int = 5, pictures: bool = False) -> Matches:
    """Which program, with which options, made y from x?

    x, y: (H, W), (H, W, C), (C, H, W), (N, H, W, C) or (N, C, H, W); PIL images do too. Every dialect, method and option that
    shapes and dtypes allow is tried. top: how many are told that are not exact. pictures: results are rounded to samples
    of a picture and layouts are not guessed. Returns Match objects, the exact ones first, then the nearest by largest and
    mean difference. Raises ValueError and TypeError (hp.Error) when no reading of the shapes is a resize.

    >>> import numpy as np, halfpixel as hp
    >>> x = np.random.default_rng(0).random((1, 9, 10, 3), np.float32)
    >>> best = hp.identify(x, hp.tf.image.resize(x, (14, 17), method="lanczos5"))[0]
    >>> best.dialect, best.options["method"], best.different
    ('tf2', 'lanczos5', 0)
    """
    if _arrays.is_integer(top) and top < 0:
        raise ArgumentError(f"[identify] top must not be negative; got {top}")
    source = _arrays._readable(x, "identify", "x")
    result = _arrays._readable(y, "identify", "y")
    return Matches(Match(*row) for row in _core.identify(source, result, top, pictures))


__all__ = ["Match", "Matches", "identify"]
