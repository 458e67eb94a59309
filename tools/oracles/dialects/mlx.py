"""mlx.nn.Upsample of MLX on the CPU."""
import importlib.metadata

import mlx.core as mx
import mlx.nn as nn
import numpy as np

VERSIONS = f"mlx {importlib.metadata.version('mlx')} with mlx-cpu, x86-64"
DTYPES = ("float32", "float32", "float32", "float16", "uint8", "int8", "int16", "uint16", "int32", "int64", "bool")


def run(x, scale_factor, mode, align_corners, antialias):
    mx.set_default_device(mx.cpu)
    layer = nn.Upsample(scale_factor=tuple(scale_factor), mode=mode, align_corners=align_corners, antialias=antialias)
    return np.array(layer(mx.array(x)))


def values(rng, shape, dtype):
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.startswith("float"):
        x = rng.standard_normal(shape)
        if rng.integers(5) == 0:
            x = x * 2.0 ** rng.integers(-140, 120, shape)
        with np.errstate(over="ignore"):
            return x.astype(dtype)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)


def factor(rng, extent, most):
    """Whole, odd, that of two extents, or any."""
    kind = rng.integers(4)
    if kind == 0:
        value = float(rng.integers(1, 5))
    elif kind == 1:
        value = float(rng.choice([0.25, 0.5, 0.75, 1.5, 2.5]))
    elif kind == 2:
        value = float(rng.integers(1, most)) / extent
    else:
        value = float(rng.uniform(0.2, 4))
    return value if int(value * extent) >= 1 else 1.0


def cases(rng, most=40):
    while True:
        mode, axes = str(rng.choice(["nearest", "linear", "cubic"])), int(rng.choice([1, 2, 2, 2, 3]))
        align_corners, antialias = bool(rng.integers(2)), bool(rng.integers(2))
        antialias = antialias and mode != "nearest" and not align_corners
        if mode == "cubic" and axes == 3 and not antialias:
            continue  # not offered
        extents = [int(v) for v in rng.integers(1, most if axes < 3 else min(most, 9), axes)]
        scale_factor = [factor(rng, extent, most) for extent in extents]
        if rng.integers(4) == 0 and axes > 1:
            scale_factor = [float(rng.integers(1, 4))] * axes
        shape = (int(rng.integers(1, 3)), *extents, int(rng.choice([1, 2, 3, 4, 5, 8, 17])))
        x = values(rng, shape, str(rng.choice(DTYPES)))
        y = run(x, scale_factor, mode, align_corners, antialias)
        yield "mlx.upsample", {"mode": mode, "scale_factor": scale_factor, "align_corners": align_corners,
                               "antialias": antialias}, x, y
