"""PyTorch's names, with the numbers of PyTorch 2.15 on the CPU."""

from __future__ import annotations

from . import nn, transforms

__all__ = ["nn", "transforms"]
