"""keras.utils."""

from __future__ import annotations

from .. import _core


def clear_session() -> None:
    """Starts the counters of automatic layer names anew. Settings stay, as in Keras."""
    _core.clear_session()


__all__ = ["clear_session"]
