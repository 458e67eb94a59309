"""Arrays and sizes that programs are asked about."""
import numpy as np


def values(rng, shape, dtype):
    """Mostly noise; now and then extremes, flat areas, and for floats infinities, NaNs and numbers of any size."""
    kind, dtype = int(rng.integers(6)), np.dtype(dtype)
    if dtype == bool:
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.kind == "f":
        x = rng.standard_normal(shape)
        if kind == 0:
            x = x * 2.0 ** rng.integers(-140, 120, shape)
        if kind == 1:
            x = np.where(rng.integers(0, 9, shape) == 0, rng.choice([np.inf, -np.inf, np.nan, -0.0, 0.0], shape), x)
        with np.errstate(over="ignore"):
            return x.astype(dtype)
    limits = np.iinfo(dtype)
    if kind == 0:
        return rng.choice(np.array([limits.min, limits.max], dtype), shape)
    if kind == 1:
        return (rng.integers(0, 4, shape) + limits.max - 3).astype(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)


def sizes(rng, most):
    h, w, height, width = (int(v) for v in rng.integers(1, most, 4))
    kind = int(rng.integers(9))
    if kind == 0:
        h, w = 2 * height, 2 * width
    if kind == 1:
        h, w = height * int(rng.integers(1, 6)), width * int(rng.integers(1, 6))
    if kind == 2:
        height, width = 2 * h, 2 * w
    if kind == 3:
        height, width = (h + 1) // 2, (w + 1) // 2
    return h, w, height, width
