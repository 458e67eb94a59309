"""Pillow: Image.resize, which always antialiases, allocates its result and uses one thread."""
import importlib.metadata

import numpy as np

from engines.base import Call, images_of, need


class Engine:
    def __init__(self, threads):
        from PIL import Image

        self.image = Image
        self.version = importlib.metadata.version("pillow")

    def calls(self, w, x):
        need(not w.gradient and not w.channels_first and not w.align_corners, "not in Image.resize")
        need(w.keeps_dtype and w.input_dtype == np.uint8, "photos of uint8")
        need(w.antialias or w.enlarges, "always antialiases")
        need(w.input_shape[-1] in (1, 3), "photos of 1 or 3 channels")
        resampling = self.image.Resampling
        filters = {
            "nearest": resampling.NEAREST,
            "bilinear": resampling.BILINEAR,
            "bicubic": resampling.BICUBIC,
            "lanczos3": resampling.LANCZOS,
        }
        need(w.method in filters, "no such filter")
        sources = [self.image.fromarray(image) for image in images_of(x)]
        to, kind, last = w.size[::-1], filters[w.method], [None]

        def run():
            last[0] = [source.resize(to, kind) for source in sources]

        yield Call(
            run,
            lambda: np.stack([np.asarray(image) for image in last[0]]).reshape(w.output_shape),
            "",
            "one thread only",
            "fixed-point weights, rounded between the passes",
        )
