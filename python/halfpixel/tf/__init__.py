"""TensorFlow's names: tf.image, tf.compat.v1 and tf.function; BandedFunction for images of any height."""

from __future__ import annotations

from .. import keras
from . import compat, image
from ._bands import BandedFunction
from ._function import ConcreteFunction, Function, TensorSpec, function

__all__ = ["BandedFunction", "ConcreteFunction", "Function", "TensorSpec", "compat", "function", "image", "keras"]
