"""torch.nn: functional, and Upsample and its like, which are modules of the real PyTorch and need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import functional

if TYPE_CHECKING:
    from ._modules import Upsample, UpsamplingBilinear2d, UpsamplingNearest2d


def __getattr__(name: str) -> object:
    if name in ("Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d"):
        from . import _modules

        return getattr(_modules, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d", "functional"]
