"""Error and its kinds: each is a built-in exception too, the one that Python's users expect."""

from __future__ import annotations

import os


class Error(Exception):
    """Whatever the library refuses. Every instance is also one of ValueError, TypeError, MemoryError and OSError."""


class ArgumentError(Error, ValueError):
    """A value, shape or size that cannot be; the message names the argument and what it got."""


class ArgumentTypeError(Error, TypeError):
    """An argument of a type that cannot be."""


class UnsupportedError(Error, TypeError, ValueError):
    """Meaningful, but not offered for this dtype, method or build."""


class MalformedFileError(Error, ValueError, OSError):
    """Bytes that do not follow their format."""


class FileError(Error, OSError):
    """The file system said no."""


class MissingFileError(Error, FileNotFoundError):
    """There is no such file."""


class OutOfMemoryError(Error, MemoryError):
    """The result would not fit in memory."""


class MissingPackageError(Error, ImportError):
    """Another package must be installed for this."""


class InternalError(Error, RuntimeError):
    """A defect of this library; please report it."""


_KINDS: dict[str, type[Error]] = {
    "value": ArgumentError,
    "type": ArgumentTypeError,
    "unsupported": UnsupportedError,
    "malformed": MalformedFileError,
    "io": FileError,
    "memory": OutOfMemoryError,
}

# Exceptions are known to users by the package's name.
for _class in (Error, ArgumentError, ArgumentTypeError, UnsupportedError, MalformedFileError, FileError,
               MissingFileError, MissingPackageError, OutOfMemoryError, InternalError):
    _class.__module__ = "halfpixel"


def make(kind: str, message: str) -> Error:
    return _KINDS.get(kind, InternalError)(message)


def existing(path: object, who: str) -> str:
    """The path as a string, of a file that is there."""
    name = file_name(path, who)
    if not os.path.lexists(name):
        import errno

        message = f"[{who}] file not found: path must name a file that exists; got {name!r}"
        raise MissingFileError(errno.ENOENT, message, name)
    return name


def file_name(path: object, who: str) -> str:
    try:
        name = os.fsdecode(path)  # type: ignore[arg-type]
    except TypeError:
        raise ArgumentTypeError(f"[{who}] path must be a string or os.PathLike; got {path!r}") from None
    try:
        os.fsencode(name)
    except UnicodeEncodeError as error:
        raise ArgumentError(f"[{who}] path must be text that a file can be named by; got {name!r}: {error}") from None
    if "\0" in name:
        raise ArgumentError(f"[{who}] embedded null byte: path must have none; got {name!r}")
    return name
