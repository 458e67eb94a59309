"""Names of the Rust crate image, with the numbers of image 0.25.10."""

from __future__ import annotations

from . import imageops

__all__ = ["imageops"]
