"""fast_image_resize (Rust) through its Python package cykooz.resizer."""
import importlib.metadata

import numpy as np

from engines.base import Call, need

FILTERS = {"bilinear": "bilinear", "bicubic": "catmull_rom", "lanczos3": "lanczos3"}
PIXELS = {("uint8", 1): "U8", ("uint8", 3): "U8x3", ("float32", 1): "F32", ("float32", 3): "F32x3"}


class Engine:
    def __init__(self, threads):
        import cykooz_resizer

        self.fir = cykooz_resizer
        self.pool = cykooz_resizer.ResizerThreadPool(threads) if threads > 1 else None
        self.version = importlib.metadata.version("cykooz.resizer")

    def calls(self, w, x):
        need(not w.gradient and not w.channels_first and not w.align_corners, "not in resize")
        need(w.keeps_dtype and (w.input_dtype.name, w.input_shape[-1]) in PIXELS, "photos of 1 or 3 channels")
        need(w.antialias or w.enlarges, "its convolution always antialiases")
        pixels = self.fir.PixelType[PIXELS[w.input_dtype.name, w.input_shape[-1]]]
        images = self.fir.ImageData
        pairs = [
            (images(*w.images_size[::-1], pixels, image.tobytes()), images(*w.size[::-1], pixels)) for image in x
        ]
        resizer, options = self.fir.Resizer(), self.options(w)

        def run():
            for source, target in pairs:
                resizer.resize(source, target, options)

        def result():
            whole = b"".join(target.get_buffer() for _, target in pairs)
            return np.frombuffer(whole, w.output_dtype).reshape(w.output_shape)

        fixed = w.input_dtype == np.uint8
        yield Call(run, result, "", "", "fixed-point weights" if fixed else "sums in another order")

    def options(self, w):
        options = self.fir.ResizeOptions(use_alpha=False)
        options.resize_alg = self.algorithm(w)
        if self.pool:
            options.thread_pool = self.pool
        return options

    def algorithm(self, w):
        if w.method == "nearest":
            return self.fir.ResizeAlg.nearest()
        need(w.method in FILTERS, "no such filter")
        return self.fir.ResizeAlg.convolution(self.fir.FilterType[FILTERS[w.method]])
