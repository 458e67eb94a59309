"""Files to refuse, and files that need something bound. `error` lists what the message must contain.

expect "refused"   no way to run it
expect "bound"     refused as it is; with `bind` (as on the command line) or `custom_objects` it gives the outputs
expect "either"    outputs as given, or a refusal that contains `error`
"""
import numpy as np

from .registry import case

ALL = ("keras", "tf_keras")
WHOLE = ("keras", "h5")


def must_bind(name, bind, error, **options):
    return case("lambda", name=name, writers=options.pop("writers", ALL), forms=options.pop("forms", WHOLE), **options,
                extra={"expect": "bound", "bind": bind, "error": error})


@must_bind("lambda_scale", {"to_tenth": "scale:0.1"}, ["Lambda", "to_tenth"])
def _scale(k):
    return k.Sequential([k.Input((5, 6, 3), name="x"), k.layers.Lambda(lambda t: t * 0.1, output_shape=(5, 6, 3), name="to_tenth"),
                         k.layers.Conv2D(4, 3)])


@must_bind("lambda_identity", {"nothing": "identity"}, ["Lambda", "nothing"], forms=("keras",))
def _identity(k):
    return k.Sequential([k.Input((5, 6, 3), name="x"), k.layers.Lambda(lambda t: t, name="nothing"), k.layers.Conv2D(4, 3)])


def shuffle(k):
    """tf is a global: .h5 cannot keep a closure over a module."""
    global tf
    import tensorflow as tf
    return lambda t: tf.nn.depth_to_space(t, 2)


@must_bind("lambda_depth_to_space", {"shuffle": "depth_to_space:2"}, ["Lambda", "shuffle"])
def _depth(k):
    L = k.layers
    x = k.Input((5, 6, 3), name="x")
    y = L.Conv2D(12, 3, padding="same")(x)
    return k.Model(x, L.Conv2D(2, 3)(L.Lambda(shuffle(k), output_shape=(10, 12, 3), name="shuffle")(y)))


@must_bind("lambda_two", {"first": "scale:0.00392156862745098", "second": "depth_to_space:2"}, ["Lambda"], data="photo")
def _two(k):
    L = k.layers
    x = k.Input((4, 4, 4), name="x")
    y = L.Lambda(lambda t: t * (1 / 255), output_shape=(4, 4, 4), name="first")(x)
    return k.Model(x, L.Lambda(shuffle(k), output_shape=(8, 8, 1), name="second")(L.Conv2D(4, 1)(y)))


@must_bind("lambda_in_nested_model", {"inner_scale": "scale:2"}, ["Lambda", "inner_scale"], forms=("keras",))
def _inner(k):
    L = k.layers
    inner = k.Sequential([k.Input((4, 4, 2), name="a"), L.Conv2D(2, 1), L.Lambda(lambda t: t * 2.0, output_shape=(4, 4, 2), name="inner_scale")],
                         name="inner")
    x = k.Input((4, 4, 2), name="x")
    return k.Model(x, L.Conv2D(1, 1)(inner(x)))


@case("lambda", writers=ALL, forms=WHOLE, run=False, extra={"expect": "refused", "error": ["Lambda", "mystery"]})
def lambda_of_several_inputs(k):
    a, b = k.Input((4,), name="a"), k.Input((4,), name="b")
    return k.Model([a, b], k.layers.Lambda(lambda t: t[0] * t[1] + 1.0, output_shape=(4,), name="mystery")([a, b]))


def serializable(k, package=None):
    register = k.saving.register_keras_serializable if hasattr(k, "saving") else k.utils.register_keras_serializable
    return register(package=package) if package else (lambda cls: cls)


def pixel_shuffle(k, package=None):
    import tensorflow as tf

    @serializable(k, package)
    class PixelShuffle(k.layers.Layer):
        def __init__(self, scale=2, **options):
            super().__init__(**options)
            self.scale = scale

        def call(self, t):
            return tf.nn.depth_to_space(t, self.scale)

        def compute_output_shape(self, s):
            r = self.scale
            return (s[0], s[1] * r, s[2] * r, s[3] // r ** 2)

        def get_config(self):
            return {**super().get_config(), "scale": self.scale}

    return PixelShuffle


def instance_norm(k):
    @serializable(k, "acme")
    class InstanceNorm(k.layers.Layer):
        """gamma * (x - mean) / sqrt(variance + epsilon) + beta over rows and columns"""

        def __init__(self, epsilon=1e-3, **options):
            super().__init__(**options)
            self.epsilon = epsilon

        def build(self, s):
            self.gamma = self.add_weight(shape=(s[-1],), initializer="ones", name="gamma")
            self.beta = self.add_weight(shape=(s[-1],), initializer="zeros", name="beta")

        def call(self, t):
            import tensorflow as tf
            mean, variance = tf.nn.moments(t, (1, 2), keepdims=True)
            return self.gamma * (t - mean) * tf.math.rsqrt(variance + self.epsilon) + self.beta

        def get_config(self):
            return {**super().get_config(), "epsilon": self.epsilon}

    return InstanceNorm


def fixed_dropout(k):
    """As in the EfficientNets of other packages: a class of their own, in every block."""
    @k.utils.register_keras_serializable(package="Custom")
    class FixedDropout(k.layers.Dropout):
        pass

    return FixedDropout


def scaled_norm(k):
    """pix2pix' InstanceNormalization: other names for gamma and beta."""
    @k.utils.register_keras_serializable(package="pix2pix")
    class InstanceNormalization(k.layers.Layer):

        def __init__(self, epsilon=1e-5, **options):
            super().__init__(**options)
            self.epsilon = epsilon

        def build(self, s):
            self.scale = self.add_weight(name="scale", shape=s[-1:], initializer="ones")
            self.offset = self.add_weight(name="offset", shape=s[-1:], initializer="zeros")

        def call(self, t):
            import tensorflow as tf
            mean, variance = tf.nn.moments(t, (1, 2), keepdims=True)
            return self.scale * (t - mean) * tf.math.rsqrt(variance + self.epsilon) + self.offset

        def get_config(self):
            return {**super().get_config(), "epsilon": self.epsilon}

    return InstanceNormalization


def reflection_padding(k):
    @k.utils.register_keras_serializable(package="pix2pix")
    class ReflectionPadding2D(k.layers.Layer):
        def call(self, t):
            import tensorflow as tf
            return tf.pad(t, [[0, 0], [1, 1], [2, 2], [0, 0]], "REFLECT")

    return ReflectionPadding2D


@case("custom", writers=ALL, forms=WHOLE, extra={
    "expect": "bound", "error": ["FixedDropout", "--bind FixedDropout="], "bind": {"FixedDropout": "identity"}})
def custom_class_many_times(k):
    x = start = k.Input((6, 6, 3), name="x")
    for i in range(4):
        x = fixed_dropout(k)(0.2)(k.layers.Conv2D(3, 3, padding="same", activation="relu")(x))
    return k.Model(start, k.layers.UpSampling2D()(x))


@case("custom", writers=ALL, forms=WHOLE, extra={
    "expect": "bound", "error": ["ReflectionPadding2D", "--bind"],
    "bind": {"pix2pix>InstanceNormalization": "instance_normalization", "first_pad": "reflection_pad:1:2",
             "ReflectionPadding2D": "reflection_pad:1:2"}})
def custom_norms_and_pads(k):
    x = start = k.Input((6, 7, 3), name="x")
    x = k.layers.Conv2D(4, 3)(reflection_padding(k)(name="first_pad")(x))
    x = k.layers.ReLU()(scaled_norm(k)()(x))
    x = k.layers.Conv2D(4, 3)(reflection_padding(k)()(x))
    return k.Model(start, scaled_norm(k)(epsilon=1e-2)(x))


@case("custom", writers=ALL, forms=WHOLE, extra={"expect": "bound", "error": ["PixelShuffle", "enlarge"],
      "custom_objects": {"PixelShuffle": "depth_to_space of config.scale; no weights"}})
def custom_layer(k):
    L = k.layers
    x = k.Input((4, 5, 8), name="x")
    return k.Model(x, L.Conv2D(2, 3)(pixel_shuffle(k)(2, name="enlarge")(x)))


@case("custom", writers=ALL, forms=WHOLE, extra={"expect": "bound", "error": ["InstanceNorm", "style"], "custom_objects": {
      "acme>InstanceNorm": "gamma * (x - mean) / sqrt(variance + config.epsilon) + beta over axes 1, 2; weights gamma, beta"}})
def custom_layer_with_weights(k):
    L = k.layers
    x = k.Input((6, 6, 3), name="x")
    y = L.Conv2D(4, 3, padding="same")(x)
    return k.Model(x, L.Conv2D(2, 1)(L.ReLU()(instance_norm(k)(epsilon=1e-2, name="style")(y))))


@case("custom", writers=ALL, run=False, extra={"expect": "refused", "error": ["softer", "odd_dense"]})
def custom_activation(k):
    @serializable(k, "acme")
    def softer(t):
        return t / 2
    return k.Sequential([k.Input((4,), name="x"), k.layers.Dense(3, activation=softer, name="odd_dense")])


@case("custom", writers=("keras",), run=False, extra={"expect": "refused", "error": ["TwoConvs"]})
def subclassed_model(k):
    @serializable(k, "acme")
    class TwoConvs(k.Model):
        def __init__(self, **options):
            super().__init__(**options)
            self.a, self.b = k.layers.Conv2D(3, 3), k.layers.Conv2D(2, 3)

        def call(self, t):
            return self.b(self.a(t))

    model = TwoConvs()
    model(np.zeros((1, 8, 8, 3), "float32"))
    return model


@case("unsupported", run=False, seeded=False, extra={"expect": "refused", "error": ["StringLookup", "words"]})
def string_lookup(k):
    """With an asset in the file."""
    layer = k.layers.StringLookup(name="words")
    layer.adapt(np.array(["a", "b", "c"]))
    return k.Sequential([k.Input((2,), name="x", dtype="string"), layer])


def quantized(k, mode, **options):
    """Each layer sees the input itself: rounding to whole numbers must not see another layer's last bit."""
    L = k.layers
    words, x, y = k.Input((5,), name="words", dtype="int32"), k.Input((5, 8), name="x"), k.Input((2, 3, 4), name="y")
    model = k.Model([words, x, y], [
        L.Embedding(11, 7, name="embedding")(words), L.Dense(7, activation="relu", name="dense")(x), L.Dense(3, use_bias=False, name="plain")(x),
        L.EinsumDense("abc,cd->abd", output_shape=(None, 5), bias_axes="d", name="einsum")(x),
        L.EinsumDense("abcd,dec->abe", output_shape=(None, 3), name="joins")(y),
        L.EinsumDense("abc,cde->abde", output_shape=(None, 2, 3), bias_axes="de", name="heads")(x)])
    rng = np.random.default_rng(7)
    for w in model.weights:
        w.assign(rng.normal(size=w.shape))
    model.quantize(mode, **options)
    return model


@case("quantized", seeded=False)
def quantized_int8(k):
    return quantized(k, "int8")


@case("quantized", seeded=False)
def quantized_int8_weights(k):
    """Inputs stay as they are."""
    return quantized(k, None, config=k.quantizers.Int8QuantizationConfig(activation_quantizer=None))


@case("quantized", seeded=False)
def quantized_int4(k):
    return quantized(k, "int4")


@case("quantized", seeded=False)
def quantized_int4_groups(k):
    return quantized(k, None, config=k.quantizers.Int4QuantizationConfig(block_size=3))


@case("quantized", seeded=False)
def quantized_int4_filters(k):
    """One scale for each filter, and whole inputs."""
    return quantized(k, None, config=k.quantizers.Int4QuantizationConfig(block_size=-1, activation_quantizer=k.quantizers.AbsMaxQuantizer()))


@case("quantized", run=False, extra={"expect": "refused", "error": ["float8", "small"]})
def quantized_float8(k):
    model = k.Sequential([k.Input((8,), name="x"), k.layers.Dense(6, activation="relu", name="small"), k.layers.Dense(2)])
    model.quantize("float8")
    return model


def low_rank(k):
    L = k.layers
    words, x = k.Input((5,), name="words", dtype="int32"), k.Input((5, 8), name="x")
    layers = [L.Embedding(11, 8, name="embedding"), L.Dense(8, name="dense"), L.EinsumDense("abc,cd->abd", output_shape=(None, 6), name="einsum"),
              L.Conv1D(6, 3, name="conv")]
    y = layers[1](L.Add()([layers[0](words), x]))
    model = k.Model([words, x], layers[3](layers[2](y)))
    for layer in layers:
        layer.enable_lora(2)
    return model


@case("quantized", forms=("keras", "weights"), extra={"parameters": 322})   # without the update's 146
def lora(k):
    """The writer merges the low-rank update into the kernel, and says lora_rank in the config."""
    return low_rank(k)


@case("quantized", forms=("h5",), run=False, extra={"expect": "refused", "error": ["LoRA", ".keras"]})
def lora_apart(k):
    """In .h5 the kernel is without the update, which stands beside it."""
    return low_rank(k)


@case("unsupported", forms=("npz",), run=False, seeded=True, extra={"expect": "refused", "error": ["npz"]})
def weights_as_npz(k):
    return k.Sequential([k.Input((4,), name="x"), k.layers.Dense(3)])


@case("unsupported", writers=ALL, forms=("weights_alone",), run=False, extra={"expect": "refused", "error": ["weights"]})
def no_config(k):
    """Weights only, given as a model."""
    return k.Sequential([k.Input((4,), name="x"), k.layers.Dense(3)])
