"""Keras on TensorFlow: the layers, inside a tf.function and called plainly."""
import importlib.metadata

from engines.base import need
from engines.tensorflow_ import call, compiled, configured


class Engine:
    def __init__(self, threads):
        self.tf = configured(threads)
        import keras

        self.layers = keras.layers
        self.version = importlib.metadata.version("keras")

    def calls(self, w, x):
        layer = self.layer(w)
        x = self.tf.constant(x)
        concrete = compiled(self.tf, layer, x)
        # Keras rounds to integers outside of graphs only; report.py tells the dtype of the result.
        yield call(lambda: concrete(x), note="layer in a tf.function")
        yield call(lambda: layer(x), "eager", note="plain call of the layer")

    def layer(self, w):
        if w.operation == "resizing":
            floating = w.input_dtype.kind not in "iu"
            return self.layers.Resizing(
                *w.size,
                interpolation=w.method,
                antialias=w.antialias,
                data_format=w.data_format,
                dtype=w.input_dtype.name if floating else "float32",
            )
        need(w.operation in ("resize", "up_sampling"), "no layer does this")
        need(w.factors and not w.antialias and w.keeps_dtype, "UpSampling2D takes whole factors")
        return self.layers.UpSampling2D(w.factors, w.data_format, w.method)
