"""What compare() found: pictures, their differences, and the page that shows them."""

from __future__ import annotations

import os
from html import escape
from typing import Any, NamedTuple

import numpy as np

from ._errors import FileError, file_name

_MOST_SIDE = 1024  # pages of more are slow to open


class Compared(NamedTuple):
    """One program's result: its name, the call that gives it, and the picture, of the input's dtype."""

    name: str
    call: str
    image: Any


class Comparison:
    """What compare() found. In a notebook it is a page; print() shows the differences from the first.

    results: Compared objects. left_out: names and reasons of programs that have not got the method for this picture.
    """

    def __init__(self, title: str, results: list[Compared], left_out: dict[str, str]) -> None:
        self.title = title
        self.results = results
        self.left_out = left_out
        values = [result.image.astype(np.float64) for result in results]
        apart = [[np.abs(a - b) for b in values] for a in values]
        self._largest = np.array([[float(one.max(initial=0)) for one in row] for row in apart])
        self._mean = np.array([[float(one.mean()) if one.size else 0.0 for one in row] for row in apart])

    @property
    def max_difference(self) -> Any:
        """The largest difference of each two results, in the order of results: a square array."""
        return self._largest

    @property
    def mean_difference(self) -> Any:
        """The mean difference of each two results."""
        return self._mean

    def html(self) -> str:
        """The page, whole: pictures over each other, where they differ, and the table. It needs no network."""
        import base64
        import json
        from importlib.resources import files

        page = files("halfpixel").joinpath("_page.html").read_text("utf-8")
        window, part = self._shown()
        pictures = [{"name": result.name, "command": result.call, "note": "",
                     "src": "data:image/png;base64," + base64.b64encode(_png(_pixels(result.image[window]))).decode()}
                    for result in self.results]
        summary = ("The same word means other arithmetic in every program: sampling positions, weights, edges and roundings "
                   f"differ.{part}")
        for mark, text in (("@TITLE@", escape(self.title)), ("@HEADING@", escape(self.title)), ("@SUMMARY@", escape(summary)),
                           ("@TABLE@", self._table()),
                           ("@PICTURES@", ",\n".join(json.dumps(one).replace("<", "\\u003c") for one in pictures))):
            page = page.replace(mark, text, 1)
        return page

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the page, .html. Raises OSError (hp.Error)."""
        name = file_name(path, "compare")
        try:
            with open(name, "w", encoding="utf-8") as file:
                file.write(self.html())
        except OSError as error:
            raise FileError(f"[compare] {name} cannot be written: {error.strerror}") from error

    def _shown(self) -> tuple[Any, str]:
        """The part of large pictures that a page shows: around the largest difference of the first two."""
        height, width = self.results[0].image.shape[:2]
        if max(height, width) <= _MOST_SIDE:
            return (slice(None), slice(None)), ""
        row, column = height // 2, width // 2
        if len(self.results) > 1:
            a, b = (_pixels(result.image).astype(int) for result in self.results[:2])
            row, column = (int(at) for at in np.unravel_index(np.abs(a - b).argmax(), a.shape)[:2])
        rows, columns = min(height, _MOST_SIDE), min(width, _MOST_SIDE)
        top = min(max(row - rows // 2, 0), height - rows)
        left = min(max(column - columns // 2, 0), width - columns)
        return (slice(top, top + rows), slice(left, left + columns)), \
            f" Shown: rows {top} to {top + rows} and columns {left} to {left + columns} of {height} x {width} pixels."

    def _table(self) -> str:
        names = [escape(result.name) for result in self.results]
        head = "".join(f'<th title="{name}">{index + 1}</th>' for index, name in enumerate(names))
        rows = ""
        for i, name in enumerate(names):
            cells = "".join(f'<td class=n title="mean {mean:.4g}">{most:.4g}</td>'
                            for most, mean in zip(self._largest[i], self._mean[i]))
            rows += f"<tr><td>{i + 1}. {name}</td>{cells}</tr>"
        return f"<h2>Largest difference of samples</h2><table><tr><th></th>{head}</tr>{rows}</table>"

    def __str__(self) -> str:
        lines = [f"{self.title}: largest (and mean) difference of samples from the first"]
        lines += [f"  {most:8.4g} ({mean:8.4g})  {result.call}"
                  for most, mean, result in zip(self._largest[0], self._mean[0], self.results)]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Comparison {self.title}: {', '.join(result.name for result in self.results)}>"

    def _repr_html_(self) -> str:
        return f'<iframe srcdoc="{escape(self.html())}" style="width: 100%; height: 48rem; border: 0"></iframe>'


def samples(y: Any, dtype: np.dtype[Any]) -> Any:
    """A result as samples of the picture: rounded half to even, saturated."""
    y = np.asarray(y)
    if y.dtype == dtype or dtype.kind == "f":
        return y
    top = np.iinfo(dtype).max
    return np.clip(np.rint(np.nan_to_num(y.astype(np.float64))), 0, top).astype(dtype)


def _pixels(image: Any) -> Any:
    """Samples as a page shows them: uint16 loses its lower half."""
    if image.dtype == np.uint16:
        return (image >> 8).astype(np.uint8)
    return samples(image, np.dtype(np.uint8))


def _png(pixels: Any) -> bytes:
    """A PNG file of uint8 pixels (H, W, C)."""
    import struct
    import zlib

    height, width, channels = pixels.shape
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # filter 0 in front of each
    rows[:, 1:] = pixels.reshape(height, -1)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows.tobytes(), 6))
            + chunk(b"IEND", b""))


__all__ = ["Compared", "Comparison"]
