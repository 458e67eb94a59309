"""Operations that a functional Keras 3 model records."""
import numpy as np

from .registry import case


def ops_case(shape=(4, 6, 8), **options):
    """build(ops, x, k) -> outputs, of one input x"""
    def register(build):
        def whole(k):
            x = k.Input(shape, name="x")
            return k.Model(x, build(k.ops, x, k))
        case("operation", name="ops_" + build.__name__, **options)(whole)
        return build
    return register


@ops_case(writers=("keras", "keras3.0"))
def arithmetic(o, x, k):
    return [x + 1.5, 1.5 - x, x * 0.1, 2 / (x + 10.0), x / 3, -x, x ** 2, x + x, x * x - x, abs(x), 2 * x + 1]


@ops_case()
def arithmetic_with_arrays(o, x, k):
    a = np.linspace(-1, 1, 8, dtype="float32")
    return [x * a, x + a[None, None, None], o.subtract(a, x), o.maximum(x, a), o.subtract(x, np.float32(0.25)),
            o.multiply(x, np.arange(48, dtype="float32").reshape(6, 8) / 48)]


@ops_case(data="positive")
def elementwise_positive(o, x, k):
    return [o.sqrt(x), o.rsqrt(x), o.log(x), o.log1p(x), o.log2(x), o.log10(x), o.reciprocal(x), o.power(x, 1.7), o.power(2.0, x),
            o.cbrt(x), x // 0.7, x % 0.7]


@ops_case()
def elementwise(o, x, k):
    return [o.exp(x), o.expm1(x), o.square(x), o.sin(x), o.cos(x), o.tan(x), o.tanh(x), o.sinh(x), o.cosh(x), o.arctan(x),
            o.arcsinh(x), o.erf(x), o.absolute(x), o.negative(x), o.sign(x), o.floor(x), o.ceil(x), o.round(x), o.exp2(x)]


@ops_case(writers=("keras", "keras3.0"))
def activations(o, x, k):
    found = [o.relu(x), o.relu6(x), o.sigmoid(x), o.silu(x), o.softplus(x), o.softsign(x), o.elu(x, alpha=0.5), o.selu(x),
             o.gelu(x, approximate=False), o.gelu(x), o.leaky_relu(x, negative_slope=0.3), o.hard_sigmoid(x), o.log_sigmoid(x),
             o.softmax(x), o.softmax(x, axis=1), o.log_softmax(x, axis=-1), k.activations.swish(x), k.activations.relu(x),
             k.activations.tanh(x)]
    if hasattr(o, "hard_tanh"):
        found += [o.hard_silu(x), o.celu(x, alpha=0.7), o.glu(x), o.squareplus(x), o.hard_tanh(x), o.tanh_shrink(x),
                  o.hard_shrink(x, threshold=0.3), o.soft_shrink(x, threshold=0.3), o.threshold(x, 0.2, -1.0), o.sparsemax(x)]
    return found


@ops_case(exact=True)
def slicing(o, x, k):
    return [x[..., :2], x[:, 1:3], x[:, ::2, 1:, ::-1], x[:, 0], x[:, :, -1, 2:], x[:, None, :, 0], x[..., 3]]


@ops_case(exact=True)
def shapes(o, x, k):
    return [o.reshape(x, (-1, 24, 8)), o.transpose(x, (0, 3, 1, 2)), o.expand_dims(x, 1), o.squeeze(x[:, 1:2], axis=1),
            o.flip(x, axis=2), o.repeat(x, 2, axis=1), o.tile(x, (1, 2, 1, 3)), o.swapaxes(x, 1, 2), o.moveaxis(x, -1, 1),
            o.roll(x, 2, axis=1), o.broadcast_to(x[:, :1], (2, 4, 6, 8)), o.pad(x, [[0, 0], [1, 2], [0, 3], [0, 0]]),
            o.pad(x, [[0, 0], [2, 1], [1, 1], [0, 0]], mode="reflect"), o.pad(x, [[0, 0], [2, 1], [1, 1], [0, 0]], mode="symmetric"),
            o.pad(x, [[0, 0], [0, 0], [1, 2], [0, 0]], mode="constant", constant_values=0.5),
            o.concatenate([x, x], axis=1), o.concatenate([x, x[..., :3]], axis=-1), o.stack([x, x], axis=1), o.transpose(x, (0, 2, 1, 3)),
            o.rot90(x, axes=(1, 2)), o.take(x, [3, 0, 2], axis=3), o.ravel(x)]


@ops_case(exact=True)
def split_and_stack(o, x, k):
    a, b = o.split(x, 2, axis=-1)
    p, q, r = o.split(x, [1, 5], axis=2)
    u = o.unstack(x, axis=1)
    return [o.stack([a, b], axis=1), o.concatenate([r, p, q], axis=2), o.stack([u[3], u[0]], axis=-1), b]


@case("operation", exact=True)
def ops_split_outputs(k):
    """Two outputs of one operation."""
    x = k.Input((4, 6), name="x")
    a, b = k.ops.split(x, 2, axis=-1)
    return k.Model(x, [a, b])


@ops_case(forms=("keras", "h5"))
def reductions(o, x, k):
    return [o.mean(x, axis=[1, 2], keepdims=True), o.mean(x, axis=-1), o.sum(x, axis=1), o.max(x, axis=(1, 2), keepdims=True),
            o.min(x, axis=3), o.var(x, axis=[1, 2], keepdims=True), o.std(x, axis=-1, keepdims=True), o.prod(x, axis=2),
            o.amax(x, axis=1), o.logsumexp(x, axis=-1, keepdims=True), o.cumsum(x, axis=1), o.mean(x, axis=(1, 2, 3))]


@ops_case()
def norms(o, x, k):
    return [o.normalize(x, axis=-1), o.norm(x, axis=-1, keepdims=True), o.norm(x, axis=(1, 2)), *o.moments(x, axes=(1, 2), keepdims=True)]


@ops_case()
def compare_and_choose(o, x, k):
    return [o.where(x > 0, x, 0.1 * x), o.maximum(x, 0.0), o.minimum(x, 0.5), o.clip(x, -0.5, 0.75), o.clip(x, 0, 1),
            o.where(o.logical_and(x > -1, x < 1), x, o.zeros_like(x)), o.where(x >= 0.5, 1.0, -1.0), o.maximum(x, -x),
            o.where(o.logical_not(o.equal(x, 0)), x, o.ones_like(x))]


@ops_case(exact=True, forms=("keras", "h5"))
def casts(o, x, k):
    return [o.cast(x, "float16"), o.cast(x * 100, "int32"), o.cast(x > 0, "float32"), o.cast(o.cast(x, "bfloat16"), "float32"),
            o.argmax(x, axis=-1), o.argmin(x, axis=1), x > 0, o.isfinite(x), o.cast(x, "float64")]


@ops_case()
def products(o, x, k):
    t = o.transpose(x, (0, 1, 3, 2))
    return [o.matmul(x, t), t @ x, o.einsum("bhwc,bhvc->bhwv", x, x), o.einsum("bhwc->bcw", x), o.matmul(x, np.eye(8, 3, dtype="float32")),
            o.dot(x, np.full((8, 2), 0.25, "float32")), o.softmax(o.matmul(x, t) * 8 ** -0.5, axis=-1),
            o.tensordot(x, np.full((8, 2), 0.5, "float32"), axes=1)]


@ops_case((6, 8, 8), data="photo")
def image_resize(o, x, k):
    r = o.image.resize
    return [r(x, (12, 16)), r(x, (9, 5), interpolation="nearest"), r(x, (12, 16), interpolation="bicubic"),
            r(x, (15, 20), interpolation="lanczos3"), r(x, (7, 7), interpolation="lanczos5"), r(x, (3, 4), antialias=True),
            r(x, (4, 4), crop_to_aspect_ratio=True), r(x, (9, 9), pad_to_aspect_ratio=True, fill_value=3.0), r(x, (6, 8))]


@ops_case((6, 8, 8), exact=True)
def depth_and_space(o, x, k):
    n = o.nn
    return [n.depth_to_space(x, 2), n.space_to_depth(x, 2), n.depth_to_space(n.space_to_depth(x, 2), 4),
            n.depth_to_space(o.transpose(x, (0, 3, 1, 2)), 2, data_format="channels_first"),
            n.space_to_depth(o.transpose(x, (0, 3, 1, 2)), 2, data_format="channels_first")]


@ops_case((7, 8, 3), data="unit")
def image_more(o, x, k):
    i = o.image
    return [i.rgb_to_grayscale(x), i.rgb_to_hsv(x), i.hsv_to_rgb(x), i.pad_images(x, 1, 2, target_height=10, target_width=12),
            i.crop_images(x, 1, 2, target_height=4, target_width=3), i.extract_patches(x, 2)]


@ops_case((8, 9, 4))
def pools_and_convolutions(o, x, k):
    rng = np.random.default_rng(3)
    kernel = rng.standard_normal((3, 3, 4, 5)).astype("float32") / 6
    deep = rng.standard_normal((3, 3, 4, 2)).astype("float32") / 3
    return [o.max_pool(x, 2), o.average_pool(x, 3, strides=2, padding="same"), o.conv(x, kernel, padding="same"),
            o.conv(x, kernel, strides=2), o.depthwise_conv(x, deep, padding="same")]


@case("operation", sizes=(6, 5), batch=2)
def ops_of_unknown_shape(k):
    """ops.shape gives tensors where the size is not known."""
    o = k.ops
    x = k.Input((None, None, 4), name="x")
    y = k.layers.Conv2D(4, 3, padding="same")(x)
    m = o.mean(y, axis=(1, 2), keepdims=True)
    flat = o.reshape(y, (-1, 4))
    return k.Model(x, [y * o.sigmoid(m), o.pad(y, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="reflect"), o.nn.depth_to_space(y, 2),
                       o.mean(flat, axis=0), y[:, 1:-1, ::2]])


@case("operation")
def ops_between_inputs(k):
    o = k.ops
    a, b = k.Input((4, 5, 3), name="a"), k.Input((4, 5, 3), name="b")
    return k.Model([a, b], [a + b, a - b, a * b, a / (b * b + 1.0), o.maximum(a, b), o.where(a > b, a, b), o.concatenate([a, b]),
                            o.stack([b, a], axis=-1), o.minimum(a, b) * 0.5, o.subtract(b, a), o.power(o.absolute(a), b)])


@case("operation")
def ops_and_layers_of_one_name(k):
    """Class names that a layer and an operation share, side by side with layers that have weights."""
    o, L = k.ops, k.layers
    x = k.Input((6, 6, 4), name="x")
    y = L.Conv2D(4, 3, padding="same")(x)
    y = o.add(L.Add()([x, y]), L.Conv2D(4, 1)(y))
    y = L.Multiply()([y, o.multiply(y, L.Conv2D(4, 1, activation="sigmoid")(y))])
    y = L.Concatenate()([y, o.concatenate([x, y], axis=-1)])
    return k.Model(x, L.Conv2D(3, 1)(L.Softmax()(o.softmax(L.Reshape((36, 12))(o.reshape(y, (-1, 12, 36))))[:, None])))


@case("operation", name="ops_attention_by_hand")
def _(k):
    o, L = k.ops, k.layers
    x = k.Input((4, 4, 8), name="x")
    q, key, v = (L.Dense(8)(x) for _ in range(3))
    flat = lambda t: o.reshape(t, (-1, 16, 8))  # noqa: E731
    score = o.einsum("bqc,bkc->bqk", flat(q), flat(key)) * 8 ** -0.5
    y = o.reshape(o.einsum("bqk,bkc->bqc", o.softmax(score, axis=-1), flat(v)), (-1, 4, 4, 8))
    return k.Model(x, L.Add()([x, L.Dense(8)(y)]))


@case("operation", name="ops_nested_models")
def _nested(k):
    """Operations inside a nested model and a shared one."""
    o, L = k.ops, k.layers
    a = k.Input((None, None, 8), name="a")
    up = k.Model(a, o.nn.depth_to_space(o.relu(L.Conv2D(8, 3, padding="same")(a)), 2) * 0.5, name="up")
    x = k.Input((4, 4, 8), name="x")
    y = L.Conv2D(8, 1)(up(x))
    return k.Model(x, up(y) + 1.0)


@case("operation", name="ops_selecting", below=5)
def _selecting(k):
    """Triangles, one-hot rows (of numbers outside of the classes too), quotients without NaN, normalisation."""
    import numpy as np
    o = k.ops
    x, i = k.Input((3, 4), name="x"), k.Input((3,), name="i", dtype="int32")
    c = np.linspace(0.5, 2, 4, dtype="float32")
    hot = o.one_hot(i - 1, 3)
    return k.Model([x, i], [
        o.tril(x), o.tril(x, k=1), o.tril(x, k=-1), o.triu(x), o.triu(x, k=2), o.triu(x, k=-1), o.triu(o.cast(x * 10, "int32"), k=1), hot,
        o.one_hot(i, 4, axis=1), o.one_hot(i, 5, axis=0, dtype="int32"), o.divide_no_nan(x, o.relu(x)), o.divide_no_nan(x, 2.0),
        o.divide_no_nan(i, i - 2), o.rms_normalization(x), o.rms_normalization(x, scale=c, axis=-1, epsilon=1e-3),
        o.layer_normalization(x, c, c - 1, axis=-1), o.layer_normalization(x, axis=[1, 2], epsilon=1e-2),
        o.layer_normalization(x, gamma=x, beta=np.arange(3, dtype="float32"), axis=1)])
