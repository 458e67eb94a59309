"""PIL.Image.resize, as the library's pillow::resize follows it."""
import numpy as np
import PIL
from PIL import Image

VERSIONS = f"Pillow {PIL.__version__}"

FILTERS = ["NEAREST", "LANCZOS", "BILINEAR", "BICUBIC", "BOX", "HAMMING", "MKS2013", "MKS2021"]
MODES = {"L": ("u1", 0), "LA": ("u1", 2), "RGB": ("u1", 3), "RGBA": ("u1", 4), "CMYK": ("u1", 4), "I;16": ("u2", 0), "I": ("i4", 0), "F": ("f4", 0)}


def values(rng, shape, dtype):
    if dtype == "f4":
        return rng.standard_normal(shape).astype("f4")
    if dtype == "i4":
        return rng.integers(-2**20, 2**20, shape).astype("i4")
    return rng.integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)


def box_of(rng, w, h):
    left, right = sorted(float(v) for v in rng.uniform(0, w, 2))
    upper, lower = sorted(float(v) for v in rng.uniform(0, h, 2))
    box = (left, upper, right, lower)
    if rng.integers(2):
        box = tuple(float(round(v)) for v in box)
    return box if box[2] - box[0] > .2 and box[3] - box[1] > .2 else None


def cases(rng, most=48):
    while True:
        h, w, height, width = (int(v) for v in rng.integers(1, most, 4))
        box = gap = None
        if rng.integers(5) == 0:
            height = h
        if rng.integers(5) == 0:
            width = w
        if rng.integers(5) == 0:
            h, w, gap = h * 4, w * 4, float(np.round(rng.uniform(1, 3), 2))
        if rng.integers(3) == 0:
            box = box_of(rng, w, h)
        if box and rng.integers(3) == 0:  # perhaps a crop
            width, height = max(int(box[2] - box[0]), 1), max(int(box[3] - box[1]), 1)
        mode = str(rng.choice(list(MODES)))
        resample = str(rng.choice(FILTERS))
        if (gap and mode in ("I;16", "F")) or (mode in ("I;16", "I", "F") and resample.startswith("MKS")):
            continue  # not pinned to the last bit, or refused
        dtype, channels = MODES[mode]
        x = values(rng, (h, w, channels) if channels else (h, w), dtype)
        image = Image.fromarray(x, mode="CMYK") if mode == "CMYK" else Image.fromarray(x)
        y = np.asarray(image.resize((width, height), getattr(Image.Resampling, resample), box=box, reducing_gap=gap))
        options = {"mode": mode, "size": (width, height), "resample": resample}
        if box:
            options["box"] = ":".join(map(repr, box))
        if gap:
            options["reducing_gap"] = repr(gap)
        yield "pillow.resize", options, x, y
