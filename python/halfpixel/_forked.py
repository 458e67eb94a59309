"""What a forked child must do otherwise than its parent.

GNU's OpenMP, on whose threads models run, waits in the child for threads that only the parent has. Its teams belong to the
thread that starts them, so the child's models run in a thread that was made after the fork, which has a team of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_forked = False
_worker: Any = None


def after_fork() -> None:
    global _forked, _worker
    _forked, _worker = True, None


def run(work: Callable[..., Any], *arguments: Any) -> Any:
    """work(*arguments), where a forked process may run models."""
    if not _forked:
        return work(*arguments)
    global _worker
    if _worker is None:
        from concurrent.futures import ThreadPoolExecutor

        _worker = ThreadPoolExecutor(1, thread_name_prefix="halfpixel")
    return _worker.submit(work, *arguments).result()
