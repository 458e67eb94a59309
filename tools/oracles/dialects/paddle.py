"""paddle.nn.functional.interpolate of PaddlePaddle on the CPU."""
import importlib.metadata

import numpy as np
import paddle

VERSIONS = f"paddlepaddle {importlib.metadata.version('paddlepaddle')}, x86-64"
DTYPES = {"nearest": ("float32", "float64", "float16", "uint8", "int32", "int64"), "linear": ("float32", "float64"),
          "bilinear": ("float32", "float32", "float64", "uint8"), "trilinear": ("float32", "float64", "uint8"),
          "bicubic": ("float32", "float64"), "area": ("float32", "float64")}
AXES = {"nearest": (2, 2, 3), "linear": (1,), "bilinear": (2,), "trilinear": (3,), "bicubic": (2,), "area": (1, 2, 2, 3)}
LAYOUTS = {1: "NWC", 2: "NHWC", 3: "NDHWC"}


def run(x, mode, channels_last, **options):
    layout = {"data_format": LAYOUTS[x.ndim - 2]} if channels_last else {}
    return paddle.nn.functional.interpolate(paddle.to_tensor(x), mode=mode, **layout, **options).numpy()


def values(rng, shape, dtype):
    if dtype.startswith("float"):
        x = rng.standard_normal(shape)
        if rng.integers(5) == 0:
            x = x * 2.0 ** rng.integers(-110, 110, shape)
        with np.errstate(over="ignore"):
            return x.astype(dtype)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)


def cases(rng, most=40):
    paddle.set_device("cpu")
    while True:
        mode = str(rng.choice(["nearest", "linear", "bilinear", "bilinear", "trilinear", "bicubic", "area"]))
        axes, dtype = int(rng.choice(AXES[mode])), str(rng.choice(DTYPES[mode]))
        side = most if axes < 3 else min(most, 9)
        extents, size = ([int(v) for v in rng.integers(1, side, axes)] for _ in range(2))
        copies = mode in ("nearest", "area")
        options = {"align_corners": bool(rng.integers(2)) and not copies, "align_mode": int(rng.integers(2))}
        if mode != "area" and rng.integers(3) == 0:
            factors = [float(rng.choice([0.5, 1.5, 2, 2.6, 0.7, rng.uniform(0.3, 3)])) for _ in extents]
            if min(int(extent * factor) for extent, factor in zip(extents, factors)) < 1:
                continue
            options["scale_factor"] = factors
        else:
            options["size"] = size
        channels_last = bool(rng.integers(2)) and mode != "area"
        n, c = int(rng.integers(1, 3)), int(rng.choice([1, 2, 3, 4, 8, 17]))
        x = values(rng, (n, *extents, c) if channels_last else (n, c, *extents), dtype)
        y = run(x, mode, channels_last, **options)
        layout = "channels_last" if channels_last else "channels_first"
        yield "paddle.interpolate", {"mode": mode, **options, "data_format": layout}, x, y
