"""cv2.resize without IPP, as the library's cv::resize follows it.

A program's file has VERSIONS and cases(rng): one random (operation, options, input, output) after the other; cases
that the program refuses are left out.
"""
import cv2
import numpy as np

cv2.ipp.setUseIPP(False)
cv2.setNumThreads(1)
VERSIONS = f"opencv-python-headless {cv2.__version__}, without IPP"

FLAGS = ["INTER_NEAREST", "INTER_LINEAR", "INTER_CUBIC", "INTER_AREA", "INTER_LANCZOS4", "INTER_LINEAR_EXACT", "INTER_NEAREST_EXACT"]
COMMON = ["uint8", "uint16", "int16", "float32", "float64"]
OTHER = {"INTER_LINEAR_EXACT": ["int8", "int32"], "INTER_NEAREST": ["int8", "int32", "uint32", "float16", "bool"],
         "INTER_NEAREST_EXACT": ["int8", "int32", "uint32", "float16", "bool"]}


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


def cases(rng, most=40):
    while True:
        flag = str(rng.choice(FLAGS))
        dtype = str(rng.choice(COMMON + OTHER.get(flag, [])))
        channels = int(rng.choice([0, 1, 1, 2, 3, 3, 4, 5, 16, 33]))
        h, w, height, width = sizes(rng, most)
        x = values(rng, (h, w) if channels == 0 else (h, w, channels), dtype)
        options, given = {"interpolation": flag}, {}
        if rng.integers(4) == 0:
            fx, fy = (float(rng.choice([0.5, 2.0, 1.5, 1 / 3, 0.25, 0.75, round(rng.uniform(0.2, 3), 3)])) for _ in "xy")
            if rng.integers(2):
                fy = fx
            options["fx"], options["fy"] = repr(fx), repr(fy)
            given = {"fx": fx, "fy": fy}
        else:
            options["dsize"] = (width, height)
        try:
            y = cv2.resize(x, options.get("dsize"), interpolation=getattr(cv2, flag), **given)
        except cv2.error:
            continue
        y = y.reshape(y.shape[:2] + x.shape[2:])
        yield "cv.resize", options, x, y.astype(bool) if dtype == "bool" else y
