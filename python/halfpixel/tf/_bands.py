"""BandedFunction: a model of images, run band by band."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _arrays, _forked
from .._errors import ArgumentTypeError
from ._function import TensorSpec, names_of

if TYPE_CHECKING:
    from .._typing import DTypeLike, NDArray, ShapeLike
    from ..keras.models import Model


class BandedFunction:
    """A model of images that runs on bands of rows, so that photos of any height pass through it in little memory.

    model: one image in, one out, made of layers that read rows near a row. shape: of the whole image, (1, H, W, C). memory_bytes:
    what a band may take. precision, without: as for function(). Results have the bits of the whole. Calls are thread-safe. Raises
    ValueError (hp.Error) naming the layer whose rows may need all of the image, and MemoryError (hp.Error) when even low bands
    take more.

    >>> import numpy as np, halfpixel as hp
    >>> model = hp.keras.Sequential([hp.keras.Input((None, None, 3)), hp.keras.layers.Conv2D(3, 3, padding="same"),
    ...                              hp.keras.layers.UpSampling2D(2)])
    >>> f = hp.tf.BandedFunction(model, (1, 1000, 32, 3), memory_bytes=1 << 19)
    >>> photo = np.random.default_rng(0).random((1, 1000, 32, 3), np.float32)
    >>> f.bands > 1, f(photo).shape, bool(np.array_equal(f(photo), hp.tf.function(model)(photo)))
    (True, (1, 2000, 64, 3), True)
    """

    def __init__(self, model: Model, shape: ShapeLike, dtype: DTypeLike = "float32", memory_bytes: int = 1 << 28,
                 precision: str = "relaxed", without: Iterable[str] = ()) -> None:
        from ..keras._tensor import module
        from ..keras.models import Model

        if not isinstance(model, Model):
            raise ArgumentTypeError(f"[tf.BandedFunction] model must be a halfpixel.keras.Model; got {model!r:.80}")
        if isinstance(shape, (str, bytes)) or not hasattr(shape, "__iter__"):
            raise ArgumentTypeError(f"[tf.BandedFunction] shape must be that of a whole image, (1, H, W, C); got {shape!r:.80}")
        self._model, self._options = model, (tuple(shape), _arrays.dtype_name(dtype, "tf.BandedFunction", "dtype"), memory_bytes, precision, names_of(without, "tf.BandedFunction"))
        self._function = module().banded(model._model, *self._options)

    @property
    def input(self) -> TensorSpec:
        """Shape and dtype of the whole image."""
        return TensorSpec(*self._function.input())

    @property
    def output(self) -> TensorSpec:
        """Shape and dtype of the whole result."""
        return TensorSpec(*self._function.output())

    @property
    def bands(self) -> int:
        """How many bands there are."""
        return int(self._function.bands())

    @property
    def band_height(self) -> int:
        """Rows of the image that each band reads."""
        return int(self._function.band_height())

    @property
    def arena_bytes(self) -> int:
        """Memory of a band's intermediate values."""
        return int(self._function.arena_bytes())

    def rows(self, band: int) -> tuple[int, int]:
        """(start, stop): the rows of the result that a band gives."""
        rows: tuple[int, int] = self._function.rows(_index(band))
        return rows

    def run_band(self, band: int, x: Any) -> NDArray:
        """The rows of one band, (1, stop - start, …). x: the whole image, of any dtype."""
        result: NDArray = _forked.run(self._function.run_band, _index(band), _arrays._readable(x, "run_band", "x"))
        return result

    def iterate(self, x: Any) -> Iterator[NDArray]:
        """The bands of the result, from top to bottom."""
        for band in range(self.bands):
            yield self.run_band(band, x)

    def __call__(self, x: Any, *, out: Any = None) -> Any:
        """All bands, into `out` when it is given: a contiguous array of output's shape and dtype."""

        def compute(image: Any, into: Any) -> Any:
            if into is None:
                into = np.empty(self.output.shape, self.output.dtype)
            _forked.run(self._function.run, _arrays._readable(image, "BandedFunction", "x"), into)
            return into

        return _arrays.call(compute, x, out, "BandedFunction", "x")

    def __reduce__(self) -> tuple[Any, ...]:
        return BandedFunction, (self._model, *self._options)


def _index(band: Any) -> int:
    if not _arrays.is_integer(band):
        raise ArgumentTypeError(f"[tf.BandedFunction] band must be an integer; got {band!r:.80}")
    return int(band)


__all__ = ["BandedFunction"]
