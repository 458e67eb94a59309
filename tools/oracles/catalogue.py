"""What is asked: operation, options, dtype, kind of data and of geometry. One row makes one case."""
import itertools

import ml_dtypes
import numpy as np

FLOATS = ["float32", "float64", "float16", "bfloat16"]
KERNEL_DTYPES = FLOATS + ["uint8", "int8", "int16", "uint16", "int32", "int64"]
ALL_DTYPES = KERNEL_DTYPES + ["uint32", "uint64", "bool"]
METHODS = ["bilinear", "bicubic", "lanczos3", "lanczos5", "gaussian", "mitchellcubic", "nearest", "area"]
INTERPOLATIONS = ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]
V1_FLAGS = [(False, False), (True, False), (False, True)]
POLICIES = ["float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16"]
GEOMETRIES = ["up", "free", "down", "from_one", "to_one", "same", "mixed"]
CHANNELS = [1, 2, 3, 4, 5, 8, 16, 64]
SPECIALS = [np.inf, -np.inf, np.nan, -0.0, 1e-40, -3e-39, 1e-45, 3e38, -3e38, 6e-8, 65504.0]


def dtype_of(name):
    return np.dtype(getattr(ml_dtypes, name) if name == "bfloat16" else name)


def data(rng, shape, name, kind):
    """kind: plain; special (infinities, NaN, −0, subnormals, huge); tiny (subnormal); extreme (of integers)"""
    dtype = dtype_of(name)
    if name == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.kind in "iu":
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        if kind in ("extreme", "special"):
            return rng.choice(np.array([low, high, low + 1, high - 1, 0], dtype), shape)
        return rng.integers(low, high, shape, dtype=dtype, endpoint=True)
    with np.errstate(all="ignore"):
        values = rng.standard_normal(shape) * (1e-39 if kind == "tiny" else 10.0 ** rng.integers(-3, 4))
        if kind == "special":
            values = np.where(rng.random(shape) < 0.2, rng.choice(SPECIALS, shape), values)
        return values.astype(dtype)


def geometry(rng, kind, most):
    """(height, width) before and after"""
    def one():
        n = int(rng.integers(2, most + 1))
        if kind == "up":
            return n, n * int(rng.integers(2, 5))
        if kind == "down":
            return n + 3, int(rng.integers(2, n + 2))
        if kind == "from_one":
            return 1, n
        if kind == "to_one":
            return n, 1
        if kind == "same":
            return n, n
        return n, int(rng.integers(1, 2 * most))
    return zip(*([one(), one()] if kind != "mixed" else [one(), one()[::-1]]))


def catalogue():
    """rows: operation, options, dtype, geometry, data"""
    rows = []

    def put(operation, dtypes, geometries, kinds=("plain",), **options):
        rows.extend((operation, options, d, g, k) for d in dtypes for g in geometries for k in kinds)

    turn = itertools.cycle(GEOMETRIES)
    next_ones = lambda n: [next(turn) for _ in range(n)]  # noqa: E731
    for method, antialias in itertools.product(METHODS, (False, True)):
        o = dict(method=method, antialias=antialias)
        ignored = antialias and method in ("nearest", "area")
        for dtype in KERNEL_DTYPES[:2] if ignored else KERNEL_DTYPES:
            put("tf.image.resize", [dtype], next_ones(2 if antialias else 3), **o)
        put("tf.image.resize", ["float32"], GEOMETRIES, **o)
        put("tf.image.resize", ["float32"], ["large"], **o)
        put("tf.image.resize", FLOATS, next_ones(1), ["special", "tiny"], **o)
        put("tf.image.resize", ["int8", "int32", "int64"], next_ones(1), ["extreme"], **o)
        put("tf.image.resize", ["float32"], ["same"], ["special", "tiny"], **o)
        put("tf.image.resize", ["float32"], ["rank3", "batch0"], **o)
        put("tf.image.resize", ["float32"], ["free"], preserve_aspect_ratio=True, **o)

    for (align, centres), name in itertools.product(V1_FLAGS, ("bilinear", "bicubic", "nearest_neighbor", "area")):
        o = dict(align_corners=align) if name == "area" else dict(align_corners=align, half_pixel_centers=centres)
        if name == "area" and centres:
            continue
        kernel = "tf.compat.v1.image.resize_" + name
        for dtype in KERNEL_DTYPES:
            put(kernel, [dtype], next_ones(1), **o)
        put(kernel, ["float32"], GEOMETRIES, **o)
        put(kernel, ["float32"], next_ones(2), ["special", "tiny"], **o)
        if name == "area":
            continue
        for dtype in FLOATS[:2] if name == "bicubic" else FLOATS:
            put(kernel + "_gradient", [dtype], next_ones(3), **o)
        put(kernel + "_gradient", ["float32"], next_ones(1), ["special", "tiny"], **o)
    for method, align in itertools.product(("bilinear", "bicubic", "nearest", "area"), (False, True)):
        o = dict(method=method, align_corners=align)
        put("tf.compat.v1.image.resize", ["float32", "uint8"], ["free", "same", "rank3"], **o)
        put("tf.compat.v1.image.resize", ["int16"], ["free"], preserve_aspect_ratio=True, **o)

    for method, antialias in itertools.product(METHODS[:-1], (False, True)):
        o = dict(method=method, antialias=antialias)
        dtypes = FLOATS if method == "nearest" or (method == "bilinear" and not antialias) else \
            FLOATS[:2] if method == "bicubic" and not antialias else FLOATS[:1]
        put("tf.image.resize_gradient", dtypes, GEOMETRIES if len(dtypes) < 4 else next_ones(4), **o)
        put("tf.image.resize_gradient", dtypes, next_ones(1), ["special", "tiny"], **o)

    keras_rows(put)
    images_dtype_rows(put)
    return rows


def images_dtype_rows(put):
    """Gradients of images that are not float32, from the float32 dy that TensorFlow has for them."""
    for dtype in FLOATS[1:]:
        kinds = ["plain", "special", "tiny"]
        methods = ("bilinear", "bicubic") if dtype == "float64" else ("bilinear",)
        for method in methods:
            put("tf.image.resize_gradient", ["float32"], ["up", "down", "free"], kinds, method=method, images_dtype=dtype)
            put("tf.compat.v1.image.resize_gradient", ["float32"], ["up", "down"], method=method, align_corners=True,
                images_dtype=dtype)
            for align, centres in V1_FLAGS:
                put(f"tf.compat.v1.image.resize_{method}_gradient", ["float32"], ["up", "free"], align_corners=align,
                    half_pixel_centers=centres, images_dtype=dtype)
    for dtype, f in itertools.product(FLOATS, ("channels_last", "channels_first")):
        put("keras.layers.UpSampling2D.gradient", [dtype], ["sixteen"] * 2, data_format=f, dtype=dtype)
        put("keras.layers.UpSampling3D.gradient", [dtype], ["sixteen"], data_format=f, dtype=dtype)


def keras_rows(put):
    up1, up2, up3 = (f"keras.layers.UpSampling{n}D" for n in (1, 2, 3))
    formats = ("channels_last", "channels_first")
    put(up1, ALL_DTYPES, ["factors"])
    put(up1, FLOATS, ["factors"], ["special", "tiny"])
    put(up1 + ".gradient", ["float32"], ["factors", "ones"], ["plain", "special", "tiny"])
    put(up2 + ".gradient", ["float32"], ["ones"], ["special", "tiny"])
    for f in formats:
        put(up3, ALL_DTYPES, ["factors"], data_format=f)
        put(up3 + ".gradient", ["float32"], ["factors"], ["plain", "plain", "special", "tiny"], data_format=f)
        for i in INTERPOLATIONS:
            o = dict(data_format=f, interpolation=i)
            put(up2, ALL_DTYPES if i == "nearest" else KERNEL_DTYPES, ["factors"], **o)
            put(up2, FLOATS, ["factors"], ["special", "tiny"], **o)
            put(up2, ["uint8", "int16", "int32", "int64"], ["factors"], ["extreme"], **o)
            put(up2, ["float32"], ["batch0"], **o)
            put(up2 + ".gradient", ["float32"], ["factors"], ["plain", "plain", "special", "tiny"], **o)
        put(up2, ["float32", "int32"], ["height0"], data_format=f, interpolation="nearest")
    for policy in POLICIES:
        for i in ("nearest", "bilinear", "bicubic"):
            put(up2, FLOATS + ["uint8"], ["factors"], interpolation=i, dtype=policy)
            put(up2, FLOATS, ["factors"], ["special", "tiny"], interpolation=i, dtype=policy)
        put(up1, FLOATS, ["factors"], dtype=policy)
    for policy, i in itertools.product(FLOATS, ("nearest", "bilinear", "bicubic")):
        put(up2, ["float32", policy, "int16"], ["ones"], ["special", "tiny"], interpolation=i, dtype=policy)
    for policy in FLOATS[1:]:
        for i in ("nearest", "bilinear") + (("bicubic",) if policy == "float64" else ()):
            put(up2 + ".gradient", [policy], ["factors"], ["plain", "plain", "special", "tiny"], interpolation=i,
                dtype=policy)
    for policy, f in itertools.product(FLOATS, formats):
        for operation, times in ((up2, 5), (up3, 3)):
            put(operation + ".gradient", [policy], ["many"] * times, data_format=f, dtype=policy)
        put(up1 + ".gradient", [policy], ["many"] * 3, dtype=policy)

    for f, i in itertools.product(formats, INTERPOLATIONS):
        o = dict(data_format=f, interpolation=i)
        for antialias in (False, True):
            put("keras.layers.Resizing", ["float32", "uint8", "int32"], ["free"], antialias=antialias, **o)
            put("keras.layers.Resizing", ["float32"], ["rank3", "down"], antialias=antialias, **o)
        put("keras.layers.Resizing", ["float32", "uint8", "int16"], ["free"], crop_to_aspect_ratio=True, **o)
        put("keras.layers.Resizing", ["float32", "uint8", "int64"], ["free", "rank3"], pad_to_aspect_ratio=True,
            fill_value="any", **o)
    put("keras.layers.Resizing", KERNEL_DTYPES, ["free"], interpolation="bilinear", data_format="channels_last")
    put("keras.layers.Resizing", FLOATS, ["free"], ["special", "tiny"], interpolation="bicubic")
    for policy in POLICIES:
        put("keras.layers.Resizing", FLOATS, ["free"], interpolation="bilinear", dtype=policy)


def fill(rng, row, most):
    """The options with sizes, and the input: everything that an oracle needs."""
    operation, options, dtype, kind, values = row
    o, gradient = dict(options), operation.endswith("gradient")
    batch, channels = int(rng.integers(1, 4)), int(rng.choice(CHANNELS))
    if channels > 8 and operation.startswith("keras.layers.UpSampling3D"):
        channels = 5
    if channels > 8:
        batch, most = 1, min(most, 3 if channels < 64 else 2)  # wide pixels, few of them
    if operation.startswith("keras.layers.UpSampling"):
        rank = int(operation[len("keras.layers.UpSampling")])
        limit = {1: 2 * most, 2: most, 3: 3}[rank]
        small = [int(v) for v in rng.integers(1, limit + 1, rank)]
        if kind == "height0":
            small[0] = 0
        sizes = rng.integers(1, (7 if gradient else 4) + 1, rank)
        if kind == "many":  # TensorFlow's sums change order with the number of copies
            sizes = np.minimum(sizes, 2)
            sizes[rng.integers(rank)] = rng.integers(8, 40)
            small, batch, channels = [min(v, 3) for v in small], 1, min(channels, 9)
        if kind == "sixteen":  # and, from there on, with the place in the tensor
            sizes = np.minimum(sizes, 2)
            sizes[rng.integers(rank)] = rng.integers(16, 20)
            small, batch, channels = [min(v, 3) for v in small], 2, int(rng.choice([3, 9, 11, 13]))
        if kind == "ones":
            sizes = np.ones(rank, int)
        o["size"] = tuple(int(v) for v in sizes)
        large = [a * b for a, b in zip(small, o["size"])]
    else:
        small, large = geometry(rng, kind, most)
        if kind == "large":
            small, large = (13, 37), (19, 67)
            batch, channels = 1, 3
        if operation.endswith("Resizing"):
            o["height"], o["width"] = large
        elif not gradient:
            o["size"] = large
    batch = 0 if kind == "batch0" else batch

    def shape(spatial):
        ends = ([channels], []) if o.get("data_format") == "channels_first" else ([], [channels])
        return tuple(([] if kind == "rank3" else [batch]) + ends[0] + list(spatial) + ends[1])

    if gradient:
        o["input_shape"] = shape(small)
    if o.get("fill_value") == "any":
        o["fill_value"] = float(rng.integers(-8, 8)) / 4 if dtype in FLOATS else int(rng.integers(0, 100))
    return operation, o, data(rng, shape(large if gradient else small), dtype, values)
