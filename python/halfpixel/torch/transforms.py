"""A transform for torchvision's pipelines and torch's DataLoader: Resize, with Pillow's numbers."""

from __future__ import annotations

from typing import Any

from .. import pillow
from .._arrays import is_integer
from .._errors import ArgumentError, ArgumentTypeError
from .._info import one_thread_in_workers


class Resize:
    """torchvision.transforms.Resize for PIL images and arrays (height, width, channels), with the numbers of Pillow 13.

    size: (height, width), or the shorter side. interpolation: torchvision's or Pillow's enumeration, its number or name.
    max_size: the most that the longer side may have. It pickles, so DataLoader's workers take it, and uses one thread in each
    of them unless hp.set_num_threads was called there; imports nothing of torch.
    Raises ValueError and TypeError (hp.Error).

    >>> import numpy as np, halfpixel as hp
    >>> hp.torch.transforms.Resize(20)(np.zeros((40, 60, 3), np.uint8)).shape
    (20, 30, 3)
    """

    def __init__(self, size: Any, interpolation: Any = "bilinear", max_size: int | None = None, antialias: bool | None = True) -> None:
        sides = list(size) if isinstance(size, (list, tuple)) else [size]
        if len(sides) not in (1, 2) or any(not is_integer(side) or isinstance(side, bool) or side < 1 for side in sides):
            raise ArgumentError(f"[Resize] If size is a sequence, it should have 1 or 2 values: size must be positive; got {size!r}")
        if max_size is not None and (len(sides) != 1 or not is_integer(max_size) or max_size <= sides[0]):
            raise ArgumentError(f"[Resize] max_size must be more than size, which must be one integer; got {max_size} and {size!r}")
        if antialias is False:
            raise ArgumentError("[Resize] antialias must be True: Pillow has nothing else; got False")
        name = getattr(interpolation, "value", interpolation)  # torchvision's InterpolationMode is a string
        name = pillow._filter("nearest" if isinstance(name, str) and name == "nearest-exact" else name)  # as torchvision does
        if not isinstance(name, str) or name.upper() not in pillow.Resampling.__members__:
            raise ArgumentError(f"[Resize] interpolation must be one of {', '.join(pillow.Resampling.__members__)}; got {interpolation!r:.80}")
        self._filter = name
        self._sides, self._max_size = [int(side) for side in sides], max_size

    def __call__(self, img: Any) -> Any:
        """The image, resized."""
        one_thread_in_workers()
        if pillow._is_image(img):
            width, height = img.size
        elif type(img).__module__.partition(".")[0] in ("torch", "torchvision"):
            raise ArgumentTypeError("[Resize] img must be a PIL image or an array (height, width, channels), before ToTensor or ToImage; of "
                                    "tensors (C, H, W): hp.torch.nn.functional.interpolate(img[None], (height, width), mode=\"bilinear\", "
                                    f"antialias=True)[0]; got {type(img).__name__} of shape {tuple(img.shape)}")
        elif len(getattr(img, "shape", ())) in (2, 3):
            height, width = img.shape[:2]
        else:
            raise ArgumentTypeError(f"[Resize] img must be a PIL image or an array (height, width, channels); got {type(img).__name__}")
        return pillow.resize(img, self._target(width, height), self._filter)

    def _target(self, width: int, height: int) -> tuple[int, int]:
        if len(self._sides) == 2:
            return self._sides[1], self._sides[0]
        short, long = min(width, height), max(width, height)
        new_short, new_long = self._sides[0], int(self._sides[0] * long / short)
        if self._max_size is not None and new_long > self._max_size:
            new_short, new_long = int(self._max_size * new_short / new_long), self._max_size
        return (new_short, new_long) if width <= height else (new_long, new_short)

    def __repr__(self) -> str:
        return f"Resize(size={self._sides}, interpolation={self._filter}, max_size={self._max_size})"


__all__ = ["Resize"]
