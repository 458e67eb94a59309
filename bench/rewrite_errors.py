#!/usr/bin/env python3
"""What each rewrite of the compiler costs in accuracy: bench/rewrite_errors.py [--page docs/exactness.md]

Small models with weights from a fixed seed are computed three ways: in double from the definition (with NumPy, here), by
halfpixel with Precision exact, which runs the model's operations one by one, and by halfpixel with one of the passes that
change rounding; `multiply_in_bf16` runs with Precision fast, on processors that multiply bfloat16. An error is the distance from the sums in double, in units of the last place (float32) of the largest
term of that sum. Needs NumPy and the installed package.
"""

from __future__ import annotations

import argparse
import pathlib
from collections.abc import Callable

import numpy as np

import halfpixel as hp

layers = hp.keras.layers
ROUNDING = ("fuse_bias_and_affine", "fuse_activation", "low_resolution_convolution", "winograd_convolution",
            "winograd_transpose")
BF16 = "multiply_in_bf16"
SEED = 7


class Row:
    """One model of one convolution: `field(x)` is what it reads, in double; `stride` and `kernel` are of the layer."""

    def __init__(self, name: str, rewrite: str, size: int, channels: int, filters: int, kernel: int, *, field: Callable | None = None,
                 before: Callable | None = None, stride: int = 1, transposed: bool = False, dilation: int = 1) -> None:
        self.name, self.rewrite = name, rewrite
        self.size, self.channels, self.filters, self.kernel = size, channels, filters, kernel
        self.field, self.before = field or (lambda x: x), before
        self.stride, self.transposed, self.dilation = stride, transposed, dilation

    def model(self, weights: np.ndarray) -> hp.keras.Model:
        inputs = hp.keras.Input((self.size, self.size, self.channels))
        x = inputs if self.before is None else self.before(inputs)
        kind = layers.Conv2DTranspose if self.transposed else layers.Conv2D
        options = {} if self.transposed else {"dilation_rate": self.dilation}
        layer = kind(self.filters, self.kernel, strides=self.stride, padding="same", use_bias=False, **options)
        model = hp.keras.Model(inputs, layer(x))
        layer.set_weights([weights.transpose(0, 1, 3, 2) if self.transposed else weights])
        return model

    def exact(self, x: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The sums in double and the largest terms of each."""
        field = self.field(x.astype(np.float64))[0]
        stride, reach = self.stride, (self.kernel - 1) * self.dilation + 1
        if self.transposed:  # zeros between the samples, and the window turned around
            spread = np.zeros((field.shape[0] * stride, field.shape[1] * stride, field.shape[2]))
            spread[::stride, ::stride] = field
            begin = self.kernel - 1 - max(self.kernel - stride, 0) // 2
            field, weights, stride = spread, weights[::-1, ::-1], 1
            high, wide = field.shape[:2]
        else:
            high, wide = (-(-side // stride) for side in field.shape[:2])
            begin = max((high - 1) * stride + reach - field.shape[0], 0) // 2
        padded = np.pad(field, ((begin, reach), (begin, reach), (0, 0)))
        sums, largest = np.zeros((high, wide, self.filters)), np.zeros((high, wide, self.filters))
        for i in range(self.kernel):
            for j in range(self.kernel):
                y, z = i * self.dilation, j * self.dilation
                part = padded[y:y + high * stride:stride, z:z + wide * stride:stride][:high, :wide]
                tap = weights[i, j].astype(np.float64)
                sums += part @ tap
                for c in range(part.shape[2]):
                    largest = np.maximum(largest, np.abs(part[:, :, c, None] * tap[c]))
        return sums, largest

    def errors(self) -> tuple[float, ...]:
        """Mean and largest error of the operations one by one, then of the rewritten graph."""
        random = np.random.default_rng(SEED)
        x = random.standard_normal((1, self.size, self.size, self.channels)).astype(np.float32)
        weights = (random.standard_normal((self.kernel, self.kernel, self.channels, self.filters)) /
                   (self.kernel * self.channels**0.5)).astype(np.float32)
        sums, largest = self.exact(x, weights)
        unit = np.spacing(largest.astype(np.float32)).astype(np.float64)
        model = self.model(weights)
        plain = hp.tf.function(model, precision="exact").get_concrete_function(hp.tf.TensorSpec(x.shape, "float32"))
        others = [name for name in ROUNDING if name != self.rewrite]
        precision = "fast" if self.rewrite == BF16 else "relaxed"
        other = hp.tf.function(model, precision=precision, without=others).get_concrete_function(hp.tf.TensorSpec(x.shape, "float32"))
        found = []
        for function in (plain, other):
            off = np.abs(np.asarray(function(x))[0] - sums) / unit
            found += [off.mean(), off.max()]
        assert not np.array_equal(np.asarray(plain(x)), np.asarray(other(x))), f"{self.name}: {self.rewrite} changed nothing"
        return tuple(found)


def resized(factor: int, method: str) -> Callable[[np.ndarray], np.ndarray]:
    """UpSampling2D in double, with the float32 weights that it has."""
    def up(x: np.ndarray) -> np.ndarray:
        side = x.shape[1]
        identity = np.eye(side, dtype=np.float32)[None, :, :, None]
        table = np.asarray(hp.tf.image.resize(identity, (side * factor, side), method=method))[0, :, :, 0].astype(np.float64)
        return np.einsum("ih,jw,nhwc->nijc", table, table, x)
    return up


def up_layer(factor: int, method: str) -> Callable:
    return lambda x: layers.UpSampling2D(factor, interpolation=method)(x)


LOW, TILES, TURNED = "low_resolution_convolution", "winograd_convolution", "winograd_transpose"
ROWS = (
    Row("nearest x2, 3x3", LOW, 16, 32, 32, 3, field=resized(2, "nearest"), before=up_layer(2, "nearest")),
    Row("nearest x2, 5x5", LOW, 16, 32, 32, 5, field=resized(2, "nearest"), before=up_layer(2, "nearest")),
    Row("nearest x4, 3x3", LOW, 16, 32, 32, 3, field=resized(4, "nearest"), before=up_layer(4, "nearest")),
    Row("bilinear x2, 3x3", LOW, 16, 64, 32, 3, field=resized(2, "bilinear"), before=up_layer(2, "bilinear")),
    Row("bilinear x2, 1x1", LOW, 16, 64, 32, 1, field=resized(2, "bilinear"), before=up_layer(2, "bilinear")),
    Row("3x3, 32 channels", TILES, 32, 32, 32, 3),
    Row("3x3, 64 channels", TILES, 32, 64, 64, 3),
    Row("3x3, 256 channels", TILES, 32, 256, 64, 3),
    Row("3x3, 512 channels", TILES, 16, 512, 64, 3),
    Row("4x4 in steps of 2", TILES, 64, 32, 32, 4, stride=2),
    Row("transposed 4x4 in steps of 2", TURNED, 32, 32, 32, 4, stride=2, transposed=True),
    Row("3x3, 64 channels", BF16, 32, 64, 64, 3),
    Row("3x3, 512 channels", BF16, 16, 512, 64, 3),
)
BEGIN, END = "<!-- rewrites: begin -->", "<!-- rewrites: end -->"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", type=pathlib.Path, help="a page whose table is to be replaced")
    options = parser.parse_args()
    lines = ["| convolution | pass | one by one: mean, most | rewritten: mean, most |", "| --- | --- | ---: | ---: |"]
    for row in ROWS:
        mean, most, mean_after, most_after = row.errors()
        lines.append(f"| {row.name} | `{row.rewrite}` | {mean:.2f}, {most:.1f} | {mean_after:.2f}, {most_after:.1f} |")
        print(lines[-1], flush=True)
    if options.page:
        text = options.page.read_text()
        head, rest = text.split(BEGIN)
        options.page.write_text(head + BEGIN + "\n" + "\n".join(lines) + "\n" + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
