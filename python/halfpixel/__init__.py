"""Up-sampling with the numbers of TensorFlow, Keras and others, bit for bit.

>>> import numpy as np, halfpixel as hp
>>> x = np.arange(4, dtype=np.float32).reshape(1, 2, 2, 1)
>>> hp.tf.image.resize(x, (4, 4))[0, :, :, 0]
array([[0.  , 0.25, 0.75, 1.  ],
       [0.5 , 0.75, 1.25, 1.5 ],
       [1.5 , 1.75, 2.25, 2.5 ],
       [2.  , 2.25, 2.75, 3.  ]], dtype=float32)

Arrays are NumPy's, or tensors of torch, JAX and TensorFlow, which come back as such. Errors are ValueError, TypeError,
MemoryError and OSError, and all of them hp.Error.
"""

from __future__ import annotations

from . import _core
from . import keras, tf
from ._errors import (
    ArgumentError,
    ArgumentTypeError,
    Error,
    FileError,
    InternalError,
    MalformedFileError,
    MissingFileError,
    MissingPackageError,
    OutOfMemoryError,
    UnsupportedError,
)
from ._compare import compare
from ._comparison import Comparison
from ._files import read_image, read_npy, write_image, write_npy
from ._identify import Match, identify
from ._info import info, num_threads, set_num_threads
from ._plan import Plan

__version__: str = _core.version()

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import cv as cv
    from . import dask as dask
    from . import go as go
    from . import image_rs as image_rs
    from . import jax as jax
    from . import litert as litert
    from . import mlx as mlx
    from . import onnx as onnx
    from . import paddle as paddle
    from . import pillow as pillow
    from . import ray as ray
    from . import tfjs as tfjs
    from . import torch as torch
    from . import vips as vips

# Imported when they are first named: the dialects, and what needs other programs.
_LAZY = ("cv", "dask", "go", "image_rs", "jax", "litert", "mlx", "onnx", "paddle", "pillow", "ray", "tfjs", "torch", "vips")


def __getattr__(name: str) -> object:
    if name in _LAZY:
        from importlib import import_module

        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})


__all__ = [
    "ArgumentError",
    "ArgumentTypeError",
    "Comparison",
    "Error",
    "FileError",
    "InternalError",
    "MalformedFileError",
    "Match",
    "MissingFileError",
    "MissingPackageError",
    "OutOfMemoryError",
    "Plan",
    "UnsupportedError",
    "__version__",
    "compare",
    "cv",
    "dask",
    "go",
    "identify",
    "image_rs",
    "info",
    "jax",
    "keras",
    "litert",
    "mlx",
    "num_threads",
    "ray",
    "onnx",
    "paddle",
    "pillow",
    "read_image",
    "read_npy",
    "set_num_threads",
    "tf",
    "tfjs",
    "torch",
    "vips",
    "write_image",
    "write_npy",
]
