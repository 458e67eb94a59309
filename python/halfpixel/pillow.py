"""PIL.Image.resize, with the numbers of Pillow 13 or 12 (docs/dialects.md)."""

from __future__ import annotations

import enum
import sys
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from . import _arrays, _core
from ._errors import ArgumentError
from ._plan import Plan

if TYPE_CHECKING:
    from ._typing import DTypeLike, NDArray, NumPyLike, ShapeLike, SizeLike, TensorT


class Resampling(enum.IntEnum):
    """Pillow's filters, with Pillow's numbers."""

    NEAREST = 0
    LANCZOS = 1
    BILINEAR = 2
    BICUBIC = 3
    BOX = 4
    HAMMING = 5
    MKS2013 = 6
    MKS2021 = 7


_NAMES = {one.value: one.name for one in Resampling}


def _filter(resample: Any) -> str | None:
    """The name of Pillow's enumeration, of its number or of its name."""
    if resample is None or isinstance(resample, str):
        return resample
    try:
        number = resample.__index__()
    except (AttributeError, TypeError):
        return resample  # type: ignore[no-any-return]  # the compiled module says what is wrong
    name = _NAMES.get(number)
    if name is None:
        raise ArgumentError(f"[Image.resize] Unknown resampling filter ({number}). resample must be one of "
                            f"{', '.join(f'{one.name} ({one.value})' for one in Resampling)}; got {number}")
    return name


def _is_image(value: Any) -> bool:
    pil = sys.modules.get("PIL.Image")
    return pil is not None and isinstance(value, pil.Image)


@overload
def resize(image: NumPyLike, size: SizeLike, resample: Any = ..., box: Any = ..., reducing_gap: float | None = ..., *,
           mode: str | None = ..., version: int = ..., out: Any = ...) -> NDArray: ...
@overload
def resize(image: TensorT, size: SizeLike, resample: Any = ..., box: Any = ..., reducing_gap: float | None = ..., *,
           mode: str | None = ..., version: int = ..., out: Any = ...) -> TensorT: ...


def resize(image: Any, size: Any, resample: Any = None, box: Any = None, reducing_gap: float | None = None, *,
           mode: str | None = None, version: int = 13, out: Any = None) -> Any:
    """PIL.Image.resize of an image or an array.

    image: a PIL image, which gives a PIL image of its mode, or an array (height, width) or (height, width, channels) whose
    mode is told by dtype and channels, or by `mode`. size: (width, height). resample: Pillow's enumeration, its number or
    name; bicubic unless given. box: (left, upper, right, lower) of the source. version: 13 or 12, whose passes come in
    another order. Returns the same mode or dtype. Raises ValueError and TypeError (hp.Error) in Pillow's words.

    >>> import numpy as np, halfpixel as hp
    >>> hp.pillow.resize(np.zeros((40, 60, 3), np.uint8), (30, 20), resample="LANCZOS").shape
    (20, 30, 3)
    """
    which = _filter(resample)
    if _is_image(image):
        if out is not None:
            raise ArgumentError(f"[Image.resize] out must be left out when image is a PIL image; got {type(out).__name__}")
        lying = _lying(image) if mode is None else None
        if lying is not None:
            array, mode = lying
            return _to_image(_core.pillow_resize(array, size, which, box, reducing_gap, mode, version, None), image)
        if mode is None and image.mode in _WORDS and str(which).upper() == "NEAREST":
            # Pillow's filters take these bytes for others; pixels that are copied stay what they are.
            array = np.asarray(image).view(np.uint16)
            return _to_image(_core.pillow_resize(array, size, which, box, reducing_gap, "I;16", version, None), image)
        # Of PA index and alpha are filtered each for itself, as Pillow does.
        mode = ("La" if image.mode == "PA" else image.mode) if mode is None else mode
        # What NumPy sees of LAB is not what Pillow computes with: there a and b are shifted by 128.
        shift = np.array([0, 128, 128], np.uint8) if image.mode == "LAB" else None
        array = np.asarray(image) if shift is None else np.asarray(image) ^ shift
        array = _core.pillow_resize(array, size, which, box, reducing_gap, mode, version, None)
        return _to_image(array if shift is None else array ^ shift, image)
    return _arrays.call(lambda a, o: _core.pillow_resize(a, size, which, box, reducing_gap, mode, version, o), image, out, "Image.resize",
                        "image")


# Modes of 16 bits that are no numbers to Pillow's filters.
_WORDS = ("I;16B", "I;16N")

# Modes that are read in Pillow's own memory, and what is the same arithmetic there: of RGB four bytes are stored.
_STORED = {"L": "L", "RGB": "RGBX", "RGBX": "RGBX", "RGBA": "RGBA", "RGBa": "RGBa", "CMYK": "CMYK"}


def _lying(image: Any) -> tuple[Any, str] | None:
    """An image's pixels where they lie, with Pillow 11.2 and newer, and the mode to compute with; None: NumPy copies them."""
    mode = _STORED.get(image.mode)
    export = getattr(image, "__arrow_c_array__", None)
    width, height = image.size
    if mode is None or export is None or not width or not height:
        return None
    try:
        pixels = _core.arrow_pixels(*export(), width * height)
    except (ValueError, MemoryError):  # in several blocks
        return None
    if pixels is None:
        return None
    return np.ndarray((height, width) if mode == "L" else (height, width, 4), np.uint8, pixels), mode


def _to_image(array: Any, source: Any) -> Any:
    """A PIL image of the source's mode, palette and info."""
    from PIL import Image

    mode, size = source.mode, (array.shape[1], array.shape[0])
    if array.dtype == np.bool_:
        image = Image.fromarray(array)
    elif mode == "RGB" and array.shape[2] == 4:
        image = Image.frombytes(mode, size, array, "raw", "RGBX", 0, 1)
    else:
        image = Image.frombuffer(mode, size, array, "raw", mode, 0, 1)
        image.readonly = 0  # the memory is its own
    if source.palette is not None and mode in ("P", "PA"):
        image.palette = source.palette.copy()
        image.putpalette(source.palette.getdata()[1], source.palette.mode)
    image.info = source.info.copy()
    return image


def plan_resize(shape: ShapeLike, dtype: DTypeLike, size: SizeLike, resample: Any = None, box: Any = None,
                reducing_gap: float | None = None, *, mode: str | None = None, version: int = 13) -> Plan:
    """The plan behind resize() for arrays. Where reducing_gap takes effect there are two steps and no plan: ValueError.

    >>> import halfpixel as hp
    >>> hp.pillow.plan_resize((40, 60, 3), "uint8", (30, 20)).output_shape
    (20, 30, 3)
    """
    options = (_arrays.listed(size), _filter(resample), _arrays.listed(box),
               reducing_gap, mode, version)
    return _plan_of(_arrays.shape_of(shape, "pillow.plan_resize", "shape"), _arrays.dtype_name(dtype, "pillow.plan_resize", "dtype"), options)


def _plan_of(shape: tuple[Any, ...], dtype: str, options: tuple[Any, ...]) -> Plan:
    return Plan(_core.pillow_plan_resize(shape, dtype, *options), (_plan_of, (shape, dtype, options)))


__all__ = ["Resampling", "plan_resize", "resize"]
