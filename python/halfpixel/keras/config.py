"""Keras' global settings: ~/.keras/keras.json (or $KERAS_HOME/keras.json), read once and never written, and setters."""

from __future__ import annotations

from .. import _core


def image_data_format() -> str:
    """"channels_last" or "channels_first".

    >>> import halfpixel as hp
    >>> hp.keras.config.set_image_data_format("channels_last")
    >>> hp.keras.config.image_data_format()
    'channels_last'
    """
    return _core.image_data_format()


def set_image_data_format(data_format: str) -> None:
    """Sets what layers take that name no data_format. Raises ValueError (hp.Error) for other names."""
    _core.set_image_data_format(data_format)


def floatx() -> str:
    """The dtype of layers that name none.

    >>> import halfpixel as hp
    >>> hp.keras.config.floatx()
    'float32'
    """
    return _core.floatx()


def set_floatx(value: str) -> None:
    """Sets floatx: "float16", "bfloat16", "float32" or "float64". Raises ValueError (hp.Error) for other names."""
    _core.set_floatx(value)


def epsilon() -> float:
    """Keras' small number.

    >>> import halfpixel as hp
    >>> hp.keras.config.epsilon()
    1e-07
    """
    return _core.epsilon()


__all__ = ["epsilon", "floatx", "image_data_format", "set_floatx", "set_image_data_format"]
