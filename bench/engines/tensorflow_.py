"""TensorFlow: tf.image.resize in a tf.function that was traced beforehand."""
import importlib.metadata

from engines.base import Call, Unsupported, need

V1 = {"bilinear": "resize_bilinear", "bicubic": "resize_bicubic", "nearest": "resize_nearest_neighbor"}
KERNELS = {"bilinear": "ResizeBilinear", "bicubic": "ResizeBicubic", "nearest": "ResizeNearestNeighbor"}
TINY = 1 << 20  # bytes; below, the cost of entering the graph shows


def configured(threads):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    return tf


def compiled(tf, function, *inputs):
    """The graph itself: no tracing and no look-up of signatures when it is called."""
    concrete = tf.function(function, autograph=False).get_concrete_function(*inputs)
    concrete(*inputs)
    return concrete


def call(run, variant="", note=""):
    """The last result is kept for result(), and its memory returned to the pool before the next one."""
    last = [None]

    def once():
        last[0] = None
        last[0] = run()

    return Call(once, lambda: last[0].numpy(), variant, note)


class Engine:
    def __init__(self, threads):
        self.tf = configured(threads)
        self.version = importlib.metadata.version("tensorflow-cpu")

    def calls(self, w, x):
        need(w.operation not in ("resizing", "up_sampling"), "a Keras layer: see keras")
        x = self.tf.constant(x)
        function = self.function(w, x)
        concrete = compiled(self.tf, function, x)
        yield call(lambda: concrete(x), note="tf.function")
        if w.bytes_out < TINY and w.operation == "resize":
            yield self.kernel(w, x)

    def function(self, w, x):
        tf = self.tf
        if w.operation == "resize_v1":
            resize = getattr(tf.compat.v1.image, V1[w.method])
            return lambda x: resize(x, w.size, align_corners=w.align_corners)
        if w.gradient:
            return self.gradient(w)
        return lambda x: tf.image.resize(x, w.size, w.method, antialias=w.antialias)

    def gradient(self, w):
        tf = self.tf
        images = tf.zeros(w.images_shape, w.input_dtype)

        def tape(dy):
            with tf.GradientTape() as tape:
                tape.watch(images)
                y = tf.image.resize(images, w.size, w.method, antialias=w.antialias)
            return tape.gradient(y, images, dy)

        return tape

    def kernel(self, w, x):
        """One kernel called eagerly: cheaper than a graph when there is little to do."""
        if w.method not in KERNELS:
            raise Unsupported("no kernel of its own")
        kernel = getattr(self.tf.raw_ops, KERNELS[w.method])
        size = self.tf.constant(w.size, self.tf.int32)
        return call(
            lambda: kernel(images=x, size=size, half_pixel_centers=True), "raw op", note="tf.raw_ops"
        )
