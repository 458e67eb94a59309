"""Importing this fills registry.CASES."""
from . import attention_and_more, backends, convolution, graphs, merge_and_norm, shape_and_pool  # noqa: F401
from . import applications, architectures, constants, frozen, more_operations, operations, packages, rare_layers, recurrent, refused, sizes, tf_keras_only  # noqa: F401
