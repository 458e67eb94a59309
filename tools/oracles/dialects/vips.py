"""resize of pyvips: libvips' own, of images in memory and of files that are read from top to bottom."""
import numpy as np
import pyvips

from dialects.arrays import sizes, values

VERSIONS = f"libvips {'.'.join(str(pyvips.version(i)) for i in range(3))}, pyvips {pyvips.__version__}"
KERNELS = ["nearest", "linear", "cubic", "mitchell", "lanczos2", "lanczos3", "mks2013", "mks2021"]
FORMATS = {"uint8": "uchar", "uint16": "ushort", "float32": "float"}


def scale_of(rng, side, wanted):
    kind = int(rng.integers(4))
    if kind == 0:
        return 1.0 / (side / wanted)
    return float(wanted / side * (rng.uniform(.95, 1.05) if kind == 1 else 1))


def cases(rng, most=40):
    while True:
        kernel, dtype = str(rng.choice(KERNELS)), str(rng.choice(["uint8", "uint8", "uint16", "float32"]))
        bands = int(rng.integers(0, 5))
        h, w, height, width = sizes(rng, most)
        long = int(rng.integers(12))  # strips and tiles, where positions are added up anew
        if long == 0:
            h, w, height, width = int(rng.integers(100, 1000)), int(rng.integers(1, 3)), int(rng.integers(1, 9)) * 64, int(rng.integers(1, 6))
        if long == 1:
            h, w, height, width = int(rng.integers(1, 7)), int(rng.integers(100, 1000)), int(rng.integers(1, 3)), int(rng.integers(1, 9)) * 64
        scale, vscale = scale_of(rng, w, width), scale_of(rng, h, height)
        if rng.integers(6) == 0:
            vscale = None
        if long > 1 and rng.integers(8) == 0:
            scale, vscale = (1.0, vscale) if rng.integers(2) else (scale, 1.0)
        gap = float(rng.choice([2, 2, 2, 0, 1, 1.5, 3]))
        if long < 2:
            bands, gap = min(bands, 1), float(rng.integers(0, 3))
        x = values(rng, (h, w) if bands == 0 else (h, w, bands), dtype)
        image = pyvips.Image.new_from_memory(x.tobytes(), w, h, max(bands, 1), FORMATS[dtype])
        options = {"kernel": kernel, "scale": repr(scale), "gap": repr(gap)}
        if rng.integers(3) == 0:  # of a file
            buffer = image.tiffsave_buffer()
            image, options["access"] = pyvips.Image.new_from_buffer(buffer, "", access="sequential"), "sequential"
        if vscale is not None:
            options["vscale"] = repr(vscale)
        try:
            made = image.resize(scale, vscale=scale if vscale is None else vscale, kernel=kernel, gap=gap)
        except pyvips.Error as error:
            if "shrunk to nothing" in str(error):
                continue
            raise
        if made.height * made.width > max(30 * most * most, 2000):
            continue
        y = np.frombuffer(made.write_to_memory(), x.dtype).reshape((made.height, made.width) + x.shape[2:])
        yield "vips.resize", options, x, y
