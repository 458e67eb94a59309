"""Arrays and pictures in files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from . import _arrays, _core
from ._errors import ArgumentError, FileError, MalformedFileError, UnsupportedError, existing, file_name

if TYPE_CHECKING:
    from ._typing import NDArray

def read_npy(path: str | os.PathLike[str]) -> NDArray:
    """The array of an .npy file, versions 1 to 3, native and row-major.

    Dtypes: bool, int8 … int64, uint8 … uint64, float16, float32, float64. Raises FileNotFoundError, and ValueError (both
    hp.Error) for other dtypes and malformed bytes.

    >>> import os, tempfile, numpy as np, halfpixel as hp
    >>> path = os.path.join(tempfile.mkdtemp(), "x.npy")
    >>> hp.write_npy(path, np.arange(3))
    >>> hp.read_npy(path)
    array([0, 1, 2])
    """
    array: NDArray = _core.read_npy(existing(path, "read_npy"))
    return array


def write_npy(path: str | os.PathLike[str], array: Any) -> None:
    """Writes an array of any strides as .npy, version 1.0; bfloat16 as float32. The file appears whole or not at all.

    Raises OSError and TypeError (hp.Error).
    """
    name = file_name(path, "write_npy")
    _arrays.call(lambda a, _: _core.write_npy(name, a), _arrays._readable(array, "write_npy", "array"), None, "write_npy",
                 "array")


def read_image(path: str | os.PathLike[str], *, upright: bool = True) -> NDArray:
    """A picture as an array (height, width, channels), upright unless upright=False.

    uint8 or uint16; TIFF may hold other dtypes. Read by libvips where the component image was built, and otherwise by
    Pillow. Raises FileNotFoundError, and ValueError (both hp.Error) for damaged files and unknown formats.
    """
    name = existing(path, "read_image")
    image = _component()
    if image is not None:
        array: NDArray = image.read_image(name, upright)
        return array
    return _pillow_read(name, upright)


def write_image(path: str | os.PathLike[str], pixels: Any) -> list[str]:
    """Writes (height, width, channels), or (height, width), in the format that the ending names; returns what the format
    could not hold, a line each. The file appears whole or not at all.

    pixels: uint8 or uint16 and 1 to 4 channels; more in TIFF. Raises OSError, ValueError and TypeError (hp.Error).

    >>> import os, tempfile, numpy as np, halfpixel as hp
    >>> path = os.path.join(tempfile.mkdtemp(), "x.png")
    >>> hp.write_image(path, np.zeros((2, 3, 3), np.uint8))
    []
    >>> hp.read_image(path).shape
    (2, 3, 3)
    """
    name = file_name(path, "write_image")
    array = _arrays._readable(pixels, "write_image", "pixels")
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3:
        raise ArgumentError(f"[write_image] pixels must be (height, width, channels) or (height, width); got shape {array.shape}")
    image = _component()
    if image is not None:
        notes: list[str] = image.write_image(name, array)
        return notes
    return _pillow_write(name, array)


def _component() -> Any:
    try:
        from . import _image
    except ImportError:
        return None
    return _image


def _pillow() -> Any:
    try:
        import PIL.Image
        import PIL.ImageOps
    except ImportError:
        raise UnsupportedError("[read_image] pictures need libvips (rebuild with libvips-dev) or Pillow: pip install "
                               "pillow") from None
    return PIL


def _pillow_read(name: str, upright: bool) -> NDArray:
    import numpy as np

    pil = _pillow()
    try:
        with pil.Image.open(name) as image:
            if upright:
                image = pil.ImageOps.exif_transpose(image)
            if image.mode in ("P", "1", "CMYK", "YCbCr", "LAB", "HSV"):
                image = image.convert("RGBA" if "transparency" in image.info else "L" if image.mode == "1" else "RGB")
            array = np.array(image)
    except pil.UnidentifiedImageError as error:
        raise MalformedFileError(f"[read_image] path must name a picture of a known format; got {name!r}: {error}") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise MalformedFileError(f"[read_image] the file is damaged; got {name!r}: {error}") from None
    if array.dtype == np.int32:
        array = array.astype(np.uint16)
    return array if array.ndim == 3 else array[:, :, None]


def _pillow_write(name: str, array: Any) -> list[str]:
    import tempfile

    pil = _pillow()
    folder, ending = os.path.dirname(name) or ".", os.path.splitext(name)[1]
    try:
        image = pil.Image.fromarray(array[:, :, 0] if array.shape[2] == 1 else array)
        handle, temporary = tempfile.mkstemp(ending, ".halfpixel-", folder)
        os.close(handle)
    except (TypeError, ValueError, KeyError) as error:
        raise UnsupportedError(f"[write_image] pixels must be uint8 (height, width, channels); got {array.shape} "
                               f"{array.dtype}: {error}") from None
    except OSError as error:
        raise FileError(f"[write_image] path must be in a folder that can be written; got {name!r}: {error}") from None
    try:
        image.save(temporary)
        os.replace(temporary, name)
    except (OSError, ValueError, KeyError) as error:
        os.unlink(temporary)
        raise FileError(f"[write_image] the picture cannot be written; got {name!r}: {error}") from None
    return []
