"""What this build is and how many threads it uses."""

from __future__ import annotations

import os
import sys
from typing import Any

from . import _core


def info() -> dict[str, Any]:
    """What is installed, as a dict: version, target, available_targets, threads, components, dialects.

    >>> import halfpixel as hp
    >>> sorted(hp.info())
    ['available_targets', 'components', 'dialects', 'target', 'threads', 'version']
    """
    from importlib.util import find_spec

    components = ["core"]
    for name in ("model", "image"):
        if find_spec(f"halfpixel._{name}") is not None:
            components.append(name)
    dialects = ["tf2", "tf1", "keras"]
    dialects += [name for name in ("torch", "pillow", "opencv", "onnx", "jax", "litert", "tfjs", "mlx", "image_rs", "go", "paddle", "vips") if hasattr(_core, f"dialect_{name}")]
    return {
        "version": _core.version(),
        "target": _core.target(),
        "available_targets": _core.available_targets(),
        "threads": _core.num_threads(),
        "components": components,
        "dialects": dialects,
    }


def num_threads() -> int:
    """How many threads a call may use, the calling one included."""
    return _core.num_threads()


def set_num_threads(n: int) -> None:
    """Uses n threads from now on, from 1 to 1024. Results never depend on it. Raises ValueError (hp.Error).

    >>> import halfpixel as hp
    >>> before = hp.num_threads()
    >>> hp.set_num_threads(1)
    >>> hp.num_threads()
    1
    >>> hp.set_num_threads(before)
    """
    global _chosen
    _core.set_num_threads(n)
    _chosen = os.getpid()


# The process in which somebody has said how many threads, or in which that was settled.
_chosen = 0


def one_thread_in_workers() -> None:
    """In a worker of torch's DataLoader one thread, as PyTorch itself does, unless the worker has said otherwise."""
    global _chosen
    torch = sys.modules.get("torch.utils.data")
    if torch is None or _chosen == os.getpid():
        return
    if torch.get_worker_info() is not None:
        set_num_threads(1)


# Threads do not survive a fork; the child makes its own when it first needs them.
if hasattr(os, "register_at_fork"):
    from ._forked import after_fork

    os.register_at_fork(after_in_child=after_fork)
