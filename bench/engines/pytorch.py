"""PyTorch: the operators under torch.nn.functional.interpolate, which take the result's memory."""
import importlib.metadata

import numpy as np

from engines.base import Call, Unsupported, aligned_empty, from_planar, need, to_planar

CUBIC = "cubic coefficient -0.75, not -0.5"
FIXED_POINT = "8-bit fixed-point weights"
ROUNDING = "other order of float32 operations"


class Engine:
    def __init__(self, threads):
        import torch

        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        self.torch, self.ops = torch, torch._C._nn
        self.version = importlib.metadata.version("torch").split("+")[0]
        # For good: this process never asks for gradients of anything.
        self.mode = torch.inference_mode()
        self.mode.__enter__()

    def calls(self, w, x):
        y = aligned_empty(w.output_shape, w.output_dtype)
        if w.channels_first:
            yield from self.variants(w, self.tensor(x), self.tensor(y), lambda: y, "")
            return
        yield from self.variants(w, self.as_nchw(x), self.as_nchw(y), lambda: y, "")
        if w.input_shape[-1] == 1:  # both layouts are the same
            return
        planar = aligned_empty(np.moveaxis(y, -1, 1).shape, w.output_dtype)
        yield from self.variants(
            w, self.tensor(to_planar(x)), self.tensor(planar), lambda: from_planar(planar), "planar"
        )

    def tensor(self, array):
        if array.dtype.name == "bfloat16":
            return self.torch.from_numpy(array.view(np.int16)).view(self.torch.bfloat16)
        return self.torch.from_numpy(array)

    def as_nchw(self, array):
        """The same memory as PyTorch's channels_last."""
        return self.tensor(array).permute(0, 3, 1, 2)

    def variants(self, w, x, y, result, layout):
        for name, run, differs in self.operators(w, x, y):
            variant = " ".join(word for word in (layout, name) if word)
            note = "contiguous" if layout or w.channels_first else "channels_last"
            yield Call(run, result, variant, f"{note}, out=", differs)

    def operators(self, w, x, y):
        """(variant, run, why the numbers differ) of every operator that does the work."""
        if w.gradient:
            yield from self.gradients(w, x, y)
        elif w.input_dtype.kind in "iu" and w.method == "nearest":
            yield from self.labels(w, x, y)
        elif not w.keeps_dtype:
            yield from self.converted(w, x, y)
        else:
            yield from self.forward(w, x, y)

    def forward(self, w, x, y):
        ops, size = self.ops, w.size
        differs = FIXED_POINT if w.input_dtype == np.uint8 else ROUNDING
        if w.method == "nearest":
            need(w.factors, "nearest with another rule than TensorFlow's")
            yield "", lambda: ops.upsample_nearest2d(x, size, out=y), differs
        elif w.method == "area":
            differs = "whole pixels in each window, TensorFlow takes fractions"
            yield "", lambda: ops.adaptive_avg_pool2d(x, size, out=y), differs
        elif w.antialias:
            antialiased = self.antialiased(w)
            yield "", lambda: antialiased(x, size, False, out=y), differs
        elif w.method == "bilinear":
            yield "", lambda: ops.upsample_bilinear2d(x, size, w.align_corners, out=y), differs
        else:
            yield from self.enlarging(w, x, y)

    def antialiased(self, w):
        name = f"_upsample_{w.method.rstrip('3')}2d_aa"  # lanczos is lanczos3
        need(hasattr(self.ops, name), f"no antialiased {w.method}")
        return getattr(self.ops, name)

    def enlarging(self, w, x, y):
        """The antialiased operators have TensorFlow's filters; enlarging, they are no wider than the others."""
        need(w.enlarges, "shrinking without antialiasing by other filters than TensorFlow's")
        antialiased = self.antialiased(w)
        yield "aa", lambda: antialiased(x, w.size, False, out=y), ROUNDING
        if w.method == "bicubic":
            yield "", lambda: self.ops.upsample_bicubic2d(x, w.size, w.align_corners, out=y), CUBIC

    def converted(self, w, x, y):
        """From integers to float32: a conversion first, into memory of its own."""
        need(w.method != "nearest", "keeps the dtype")
        wide = self.torch.empty_like(x, dtype=y.dtype)
        for variant, run, differs in self.forward(w, wide, y):
            yield variant, lambda run=run: (wide.copy_(x), run()), ROUNDING

    def labels(self, w, x, y):
        """There is no interpolate for int64 but a broadcasting copy, which is faster for uint8 as well."""
        need(w.factors, "nearest with another rule than TensorFlow's")
        (n, c, h, width), (fy, fx) = x.shape, w.factors
        blocks = y.view(n, c, h, fy, width, fx)
        source = x[:, :, :, None, :, None]
        yield "copy", lambda: blocks.copy_(source), ""
        if w.input_dtype == np.uint8:
            yield from self.forward(w, x, y)

    def gradients(self, w, x, y):
        backward = self.torch.ops.aten
        images = list(y.shape)
        if w.method == "nearest":
            run = backward.upsample_nearest2d_backward.grad_input
            yield "", lambda: run(x, w.size, images, grad_input=y), ROUNDING
            return
        if w.method == "bilinear":
            run = backward.upsample_bilinear2d_backward.grad_input
            yield "", lambda: run(x, w.size, images, False, grad_input=y), ROUNDING
            return
        if w.method != "bicubic":
            raise Unsupported(f"no gradient of {w.method}")
        antialiased = backward._upsample_bicubic2d_aa_backward.grad_input
        yield "aa", lambda: antialiased(x, w.size, images, False, grad_input=y), ROUNDING
        # Its grad_input= gives wrong numbers in channels_last: here it allocates, and result() needs a copy.
        plain = backward.upsample_bicubic2d_backward.default
        yield "", lambda: y.copy_(plain(x, w.size, images, False)), CUBIC
