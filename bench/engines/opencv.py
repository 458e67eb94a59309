"""OpenCV: cv2.resize of each image into memory at hand."""
import numpy as np

from engines.base import Call, aligned_empty, images_of, need

FIXED_POINT = "fixed-point weights"


class Engine:
    def __init__(self, threads):
        import cv2

        cv2.setNumThreads(threads)
        self.cv2 = cv2
        self.version = cv2.__version__

    def calls(self, w, x):
        need(not w.gradient and not w.channels_first and not w.align_corners, "not in cv2.resize")
        need(w.keeps_dtype and w.input_dtype.name in ("float32", "uint8", "int64"), "not for the dtype")
        need(w.input_shape[-1] <= self.most_channels(w), "too many channels")
        interpolation, differs = self.interpolation(w)
        y = aligned_empty(w.output_shape, w.output_dtype)
        pairs = list(zip(map(self.known, images_of(x)), map(self.known, images_of(y))))
        to, resize = w.size[::-1], self.cv2.resize

        def run():
            for source, target in pairs:
                resize(source, to, dst=target, interpolation=interpolation)

        yield Call(run, lambda: y, "", "dst=, image by image" if len(pairs) > 1 else "dst=", differs)

    def most_channels(self, w):
        return 4 if w.method == "area" or w.antialias else 128

    def known(self, image):
        # Copies do not look at the values; double is the type of eight bytes that OpenCV resizes.
        return image.view(np.float64) if image.dtype == np.int64 else image

    def interpolation(self, w):
        cv2 = self.cv2
        if w.antialias or w.method == "area":
            why = "area average: another filter" if w.antialias else "other order of operations"
            return cv2.INTER_AREA, why
        rows = {
            "nearest": (cv2.INTER_NEAREST, ""),
            "bilinear": (cv2.INTER_LINEAR, FIXED_POINT if w.input_dtype == np.uint8 else "fused products and sums"),
            "bicubic": (cv2.INTER_CUBIC, "cubic coefficient -0.75, not -0.5"),
        }
        need(w.method in rows, "no such filter")
        return rows[w.method]
