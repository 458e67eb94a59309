"""JAX's names, with the numbers of jax 0.10 on the CPU."""

from __future__ import annotations

from . import image

__all__ = ["image"]
