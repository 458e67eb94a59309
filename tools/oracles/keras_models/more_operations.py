"""Operations that few models record: by order, over strange numbers, products of several tensors, attention as a function."""
import numpy as np

from .operations import ops_case
from .registry import case
from .tf_keras_only import tf_case


def strange(o, x):
    """x with NaN where it was below -1, infinity above 1, -infinity from 0.9 on."""
    y = o.where(x > 1, float("inf"), x)
    y = o.where(o.logical_and(x > 0.9, x <= 1), float("-inf"), y)
    return o.where(x < -1, float("nan"), y)


@ops_case((4, 5, 6), exact=True)
def ordering(o, x, k):
    i = o.cast(o.round(x * 2), "int32")
    few, at = o.top_k(x, 3)
    return [o.sort(x), o.sort(x, axis=1), o.argsort(x), o.argsort(x, axis=2), o.sort(x, axis=None), o.argsort(i), o.argsort(i, axis=1), o.sort(i, axis=-2),
            few, at, *(t * 1 for t in o.top_k(i, 6)), o.sort(x > 0), o.argsort(x > 0, axis=1), o.top_k(x, 1, sorted=False)[0] * 1,
            *[f(o.cast(i, d)) for d in ("int8", "uint8", "int64") for f in (o.sort, o.argsort)],
            o.take_along_axis(x, at, axis=-1), o.take_along_axis(x, o.argsort(x, axis=1), axis=1), o.take_along_axis(x, at[:, :1] - 3, axis=3),
            o.take_along_axis(x, np.array([3, 0, -2]), axis=None), o.take_along_axis(i, np.array([[[[0, 4, -1]]]]), axis=-1),
            o.take_along_axis(np.arange(12, dtype="float32").reshape(1, 1, 2, 6), o.argmax(x, axis=2, keepdims=True) % 2, axis=2)]


@ops_case((4, 5, 6))
def cumulative(o, x, k):
    i = o.cast(o.round(x * 2), "int32")
    return [o.cumprod(x, axis=1), o.cumprod(x, axis=-1), o.cumprod(x, axis=None), o.cumprod(i + 2, axis=2), o.cumprod(o.cast(i * 40, "int8"), axis=3),
            o.cumprod(x > -1, axis=1), o.cumsum(x > 0, axis=1), o.cumsum(i, axis=2, dtype="float32"), o.cumprod(i, axis=3, dtype="float32"),
            o.cumsum(o.cast(i * 30, "int8"), axis=-1), o.cumsum(strange(o, x), axis=-1), o.cumprod(strange(o, x), axis=-1)]


@ops_case((4, 5, 6), exact=True)
def strange_numbers(o, x, k):
    y = strange(o, x)
    return [o.nan_to_num(y), o.nan_to_num(y, nan=1.5, posinf=7.0, neginf=-8), o.nan_to_num(o.cast(x * 3, "int32")), o.isfinite(y), o.isnan(y), o.isinf(y),
            o.isposinf(y), o.isneginf(y), o.isposinf(o.cast(x, "int32"))]


@ops_case((4, 5, 6))
def einsums(o, x, k):
    """Ellipses that broadcast, three and four tensors, results that are not said, sums of one tensor."""
    e, a = o.einsum, lambda *s: np.linspace(-1, 1, int(np.prod(s)), dtype="float32").reshape(s)  # noqa: E731
    return [e("...c,cd->...d", x, a(6, 3)), e("...ij,...jk->...ik", x, a(1, 6, 2)), e("...hw,...hw->...", x, a(4, 5, 6)), e("...c->...", x), e("bhwc->c", x),
            e("bhwc->cb", x), e("b...->...b", x), e("abcd,d", x, a(6)), e("bhwc,wd,ce->bhde", x, a(5, 2), a(6, 3)), e("bhwc,hp,wq,cr->bpqr", x, a(4, 2), a(5, 3), a(6, 2)),
            e("bhwc,bhwc,c->bh", x, x, a(6)), e("bhwc,bhvc,v", x, x, a(5)), e("...a,...b->...ab", x, x[..., :2]), e("bhwc,d->bcd", x, a(3)),
            e("b...c,c...->b...", x, a(6, 4, 1)), e("bhwc->bhw", o.cast(x * 5, "int32")), e("bhwc,bhwc->bh", *[o.cast(x * 5, "int8")] * 2), e("bhwc,c->bhw", o.cast(x * 5, "int32"), np.arange(6)), e("bhwc->", x)]


@ops_case((4, 5, 6))
def statistics(o, x, k):
    y, i = strange(o, x), o.cast(o.round(x * 2), "int32")
    none = o.where(o.isnan(y), y, float("nan"))
    spans = [f(t, axis=a) for f in (o.nansum, o.nanmax, o.nanmin, o.nanmean, o.nanprod) for t, a in ((y, -1), (i, 1), (none, 2))]
    return spans + [
        o.nanvar(o.where(x < -1, float("nan"), x), axis=[1, 2]), o.nanstd(o.where(x < -1, float("nan"), x), axis=-1, keepdims=True), o.nansum(y, keepdims=True),
        o.ptp(x, axis=1), o.ptp(i, axis=[2, 3], keepdims=True), o.count_nonzero(i, axis=1), o.count_nonzero(x > 0, axis=(1, 3)), o.count_nonzero(i),
        o.median(x, axis=1), o.median(x), o.median(x, axis=[1, 3], keepdims=True), o.median(y, axis=-1), o.median(i, axis=2), o.median(x[:, :3], axis=1),
        o.quantile(x, 0.3, axis=1), o.quantile(x, [0.1, 0.55, 1.0], axis=-1), o.quantile(x, 0.7, axis=[3, 1], keepdims=True), o.quantile(x, 0.3, axis=1, method="nearest"),
        *[o.percentile(x, 35.0, axis=2, method=m) for m in ("lower", "higher", "nearest", "midpoint", "linear")], o.percentile(x, [0, 99.9], axis=1)]


@ops_case((4, 5, 6), exact=True)
def pairs_of_numbers(o, x, k):
    y, i = strange(o, x), o.cast(o.round(x * 2), "int32")
    z = o.roll(y, 1, axis=-1)
    return [o.fmax(y, z), o.fmin(y, z), o.fmax(i, 1), o.fmin(y, 0.5), o.heaviside(y, z), o.heaviside(i, x), o.isclose(y, z, equal_nan=True),
            o.isclose(y, y), o.isclose(x, x + 1e-6), o.isclose(i, 2 * i), o.diff(x), o.diff(x, n=2, axis=1), o.diff(x > 0, axis=2), o.diff(i, axis=-2),
            o.outer(x[0, 0, 0], i[0, 0, :, 0]), *[o.saturate_cast(x * 1000, d) for d in ("int8", "uint8", "int16", "uint16")],
            o.saturate_cast(i * 100, "int16"), o.saturate_cast(i * 100, "uint8"), o.saturate_cast(i, "uint32"), o.saturate_cast(x > 0, "int32")]


@ops_case((4, 5, 6), exact=True)
def joined_and_split(o, x, k):
    return [o.hstack([x, x[:, :2]]), o.vstack([x, x]), o.dstack([x, x[:, :, :1]]), o.append(x, x, axis=1),
            o.append(x[:, 0], o.cast(x[:, 1] * 3, "int32")), *(t * 1 for t in o.array_split(x, 3, axis=1)), *(t * 1 for t in o.array_split(x, 4, axis=-1)), o.fliplr(x), o.flipud(x), o.copy(x)]


@ops_case((7, 8, 4))
def windows(o, x, k):
    a = lambda n: np.linspace(0.2, 1.3, n, dtype="float32")  # noqa: E731
    first = o.transpose(x, (0, 3, 1, 2))
    return [o.adaptive_average_pool(x, (3, 4)), o.adaptive_max_pool(x, (2, 2)), o.adaptive_average_pool(first, (2, 5), data_format="channels_first"),
            o.adaptive_max_pool(x[:, 0], (3,)), o.batch_normalization(x, a(4) - 1, a(4), axis=-1, offset=a(4), scale=-a(4)),
            o.batch_normalization(x, o.mean(x, axis=(0, 2, 3)), o.var(x, axis=(0, 2, 3)), axis=1, offset=None, scale=None, epsilon=1e-2)]


@ops_case((9, 8, 3), data="photo")
def filters(o, x, k):
    i, first = o.image, o.transpose(x, (0, 3, 1, 2))
    return [i.gaussian_blur(x), i.gaussian_blur(x, (5, 5), (0.7, 2.0)), i.gaussian_blur(first, data_format="channels_first"), i.gaussian_blur(x, (4, 4), (1.5, 1.5)),
            i.sobel_edges(x), i.sobel_edges(first, data_format="channels_first")]


@ops_case((4, 6, 3))
def diagonals_and_distances(o, x, k):
    a = lambda *s: np.linspace(-1, 1, int(np.prod(s)), dtype="float32").reshape(s)  # noqa: E731
    i, first = o.cast(o.round(x * 2), "int8"), o.transpose(x, (0, 3, 1, 2))
    return [o.diagonal(x, axis1=1, axis2=2), o.diagonal(x, offset=1, axis1=-1, axis2=1), o.diagonal(x, offset=-2, axis1=1, axis2=2), o.diagonal(i, offset=2, axis1=2, axis2=3),
            o.trace(x, axis1=-2, axis2=-1), o.trace(i, axis1=2, axis2=3), o.cdist(x, x[:, :, :2]), o.cdist(x, a(5, 3)),
            o.tensordot(x, a(3, 6, 2), axes=[[3, 2], [0, 1]]), o.tensordot(x, a(5, 3), axes=[[-1], [1]]), o.tensordot(x, a(6, 3, 2), axes=2), o.tensordot(x, a(4), axes=[[1], [0]]),
            o.nn.unfold(first, 2), o.nn.unfold(first, (2, 3), padding=1, stride=(1, 2)), o.nn.unfold(first, 2, dilation=2)]


@case("operation", name="ops_attention")
def _attention(k):
    """Groups of heads, biases, masks."""
    o = k.ops
    q, key, v = k.Input((5, 4, 6), name="q"), k.Input((7, 2, 6), name="k"), k.Input((7, 2, 6), name="v")
    attend = o.nn.dot_product_attention
    rng = np.random.default_rng(5)
    bias = rng.standard_normal((1, 4, 5, 7)).astype("float32")
    mask = rng.random((1, 1, 5, 7)) > 0.4
    mask[0, 0, 2] = False                # a query that sees nothing
    return k.Model([q, key, v], [
        attend(q, key, v), attend(q, key, v, bias=bias), attend(q, key, v, mask=mask), attend(q, key, v, mask=mask, scale=0.3, is_causal=True),
        attend(q, q, q, is_causal=True), attend(q, key, v, mask=o.einsum("btnh,bsnh->bnts", q, q)[:, :, :, :1] > 0),
        attend(q, key, v, bias=o.einsum("btnh,s->bnts", q, np.ones(7, "float32")))])


@case("operation", name="ops_multi_hot", below=5, exact=True)
def _multi_hot(k):
    o = k.ops
    i, one = k.Input((3,), name="i", dtype="int32"), k.Input((2, 3), name="j", dtype="int32")
    return k.Model([i, one], [o.multi_hot(i, 4), o.multi_hot(i - 1, 5), o.multi_hot(i, 5, axis=1), o.multi_hot(i, 5, dtype="bool"),
                              o.multi_hot(one, 4), o.multi_hot(one, 4, axis=1, dtype="int32"), o.multi_hot(i[:, 0], 5)])


@tf_case((4, 5, 6), writers=("tf_keras",))
def ordering(tf, x, k):
    i = tf.cast(tf.round(x * 2), tf.int32)
    return [tf.sort(x), tf.sort(x, axis=1), tf.sort(x, direction="DESCENDING"), tf.argsort(x), tf.argsort(i, 2, "DESCENDING"), tf.argsort(i, stable=True),
            tf.math.top_k(x, k=3).values, tf.nn.top_k(x, 2)[1], tf.math.top_k(i)[0], tf.math.cumprod(i, 1), tf.math.cumprod(i + 2, axis=2, exclusive=True),
            tf.math.cumprod(i + 2, axis=-1, reverse=True)]


@tf_case((8, 6, 4), writers=("tf_keras",))
def windows(tf, x, k):
    import numpy as np
    a = lambda *s: np.linspace(-1, 1, int(np.prod(s)), dtype="float32").reshape(s)  # noqa: E731
    pool = lambda mode: k.backend.pool2d(x, (2, 3), (1, 2), "same", pool_mode=mode)  # noqa: E731
    return [tf.nn.max_pool2d(x, 2, 2, "SAME"), tf.nn.avg_pool2d(x, [2, 3], 1, "VALID"), tf.nn.max_pool(x, 3, 2, "VALID"), tf.nn.avg_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"),
            pool("max"), pool("avg"), tf.nn.conv2d(x, a(3, 3, 4, 2), 1, "SAME"), tf.nn.conv2d(x, a(2, 2, 4, 3), [1, 2, 1, 1], "VALID"),
            tf.nn.conv2d(x, a(2, 2, 4, 3), 1, "VALID", dilations=2), tf.nn.depthwise_conv2d(x, a(3, 3, 4, 1), [1, 2, 2, 1], "SAME"),
            tf.nn.depthwise_conv2d(x, a(2, 2, 4, 2), [1, 1, 1, 1], "VALID", dilations=[2, 2]), tf.image.extract_patches(x, [1, 2, 3, 1], [1, 2, 2, 1], [1, 1, 1, 1], "SAME"),
            tf.image.extract_patches(x, [1, 2, 2, 1], [1, 1, 1, 1], [1, 2, 2, 1], "VALID"), tf.tensordot(x, a(4, 3), 1), tf.tensordot(x, a(5, 4), [[3], [1]]), tf.nn.crelu(x),
            tf.image.central_crop(x, 0.7), tf.image.grayscale_to_rgb(x[:, :, :, 1:2]), tf.image.per_image_standardization(x)]


@tf_case((6, 5), writers=("tf_keras",))
def picking(tf, x, k):
    i = tf.cast(tf.clip_by_value(tf.round(tf.abs(x) * 2), 0.0, 4.0), tf.int32)
    return [tf.one_hot(i, 5), tf.one_hot(i, 4, axis=1), tf.one_hot(i - 1, 4, dtype=tf.int32), tf.one_hot(i, 3, on_value=2.0, off_value=-1.0), tf.one_hot(i, 3, on_value=True, off_value=False),
            tf.gather(x, i[:, 0], axis=1, batch_dims=1), tf.gather(x, i, axis=2, batch_dims=2), tf.gather(x[:, :, tf.newaxis, :], i[:, :2], axis=3, batch_dims=1),
            tf.gather(x, i[:, 0, 0], axis=1, batch_dims=1), tf.linalg.band_part(x, 1, -1), tf.linalg.band_part(i, 0, 2), tf.math.divide_no_nan(x, tf.nn.relu(x)),
            tf.math.count_nonzero(i, axis=1), tf.math.count_nonzero(x, keepdims=True, dtype=tf.int32), tf.saturate_cast(x * 300.0, tf.uint8)]


@case("unsupported", writers=("tf_keras",), run=False, extra={"expect": "refused", "error": ["einsum", "does not say what tensors"]})
def tf_einsum(k):
    """The first argument is no tensor, and tf_keras writes none of the others; it cannot open the file itself."""
    import tensorflow as tf
    x = k.Input((4, 5), name="x")
    return k.Model(x, tf.einsum("bij,bij->bi", x, x))
