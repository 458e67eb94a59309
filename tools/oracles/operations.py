"""Every operation of the cases, computed by the real TensorFlow and Keras."""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

VERSIONS = f"tensorflow {tf.__version__}, keras {keras.__version__}, numpy {np.__version__}"
KERNELS = {
    "bilinear": tf.raw_ops.ResizeBilinear,
    "bicubic": tf.raw_ops.ResizeBicubic,
    "nearest_neighbor": tf.raw_ops.ResizeNearestNeighbor,
    "area": tf.raw_ops.ResizeArea,
}


def tape(function, x, dy):
    """dx for an upstream gradient dy; dy takes the dtype of the result."""
    x = tf.constant(x)
    with tf.GradientTape() as recorded:
        recorded.watch(x)
        y = function(x)
    with np.errstate(all="ignore"):
        dy = tf.constant(np.asarray(dy).astype(y.dtype.as_numpy_dtype))
    return recorded.gradient(y, x, output_gradients=dy).numpy()


def resize(x, o):
    return tf.image.resize(x, o["size"], o["method"], antialias=o.get("antialias", False),
                           preserve_aspect_ratio=o.get("preserve_aspect_ratio", False))


def v1_resize(x, o):
    return tf.compat.v1.image.resize(x, o["size"], o["method"].removesuffix("_neighbor"),
                                     align_corners=o.get("align_corners", False),
                                     preserve_aspect_ratio=o.get("preserve_aspect_ratio", False))


def v1_kernel(name, x, size, o):
    options = {k: o[k] for k in ("align_corners", "half_pixel_centers") if k in o}
    return KERNELS[name](images=x, size=size, **options)


def layer(operation, o):
    o = dict(o)
    o.pop("input_shape", None)
    if "size" in o and operation.endswith("1D"):
        o["size"] = o["size"][0]
    return getattr(keras.layers, operation.rsplit(".", 1)[1])(**o)


def run(operation, o, x):
    """The result as a NumPy array. For a gradient x is dy, of the dtype that dx has, but for images_dtype."""
    if operation.endswith("_gradient") or operation.endswith(".gradient"):
        operation = operation[:-len("_gradient")]
        zeros, size = np.zeros(o["input_shape"], o.get("images_dtype", x.dtype)), x.shape[1:3]
        if operation == "tf.image.resize":
            return tape(lambda v: resize(v, {**o, "size": size}), zeros, x)
        if operation.startswith("tf.compat.v1"):
            if operation.endswith(".resize"):
                return tape(lambda v: v1_resize(v, {**o, "size": size}), zeros, x)
            name = operation.rsplit("resize_", 1)[1]
            return tape(lambda v: v1_kernel(name, v, size, o), zeros, x)
        return tape(layer(operation, o), zeros, x)
    if operation == "tf.image.resize":
        return resize(x, o).numpy()
    if operation == "tf.compat.v1.image.resize":
        return v1_resize(x, o).numpy()
    if operation.startswith("tf.compat.v1"):
        return v1_kernel(operation.rsplit("resize_", 1)[1], x, o["size"], o).numpy()
    return layer(operation, o)(tf.constant(x)).numpy()
