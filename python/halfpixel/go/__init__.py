"""Names of Go's golang.org/x/image, with the numbers of version 0.48."""

from __future__ import annotations

from . import draw

__all__ = ["draw"]
