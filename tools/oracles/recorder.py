"""The case directory: cases.txt, one line per case, and cases.bin with the elements of all tensors.

    tf.image.resize method=bilinear antialias=false size=7x5 in=float32:1x3x4x2@0 out=float32:1x7x5x2@96

First the operation, then its options in public spelling, then `in` and `out`: dtype, shape, byte offset into
cases.bin. Elements are little-endian and row-major; equal tensors are stored once.
"""
import os

import numpy as np

HEADER = "# halfpixel oracle cases; see tools/oracles/README.md"


def spell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (tuple, list)):
        return "x".join(str(v) for v in value)
    return str(value)


class Recorder:
    def __init__(self, directory):
        self.directory, self.lines, self.blob, self.offsets = directory, [], bytearray(), {}

    def tensor(self, array):
        array = np.ascontiguousarray(array)
        data = array.tobytes()
        if data not in self.offsets:
            self.blob += b"\0" * (-len(self.blob) % 8)
            self.offsets[data] = len(self.blob)
            self.blob += data
        return f"{array.dtype.name}:{spell(array.shape)}@{self.offsets[data]}"

    def add(self, operation, options, x, y):
        words = [operation] + [f"{k}={spell(v)}" for k, v in options.items()]
        self.lines.append(" ".join(words + ["in=" + self.tensor(x), "out=" + self.tensor(y)]))

    def write(self, versions):
        os.makedirs(self.directory, exist_ok=True)
        with open(os.path.join(self.directory, "cases.txt"), "w", encoding="ascii") as f:
            f.write("\n".join([HEADER, "# " + versions] + self.lines) + "\n")
        with open(os.path.join(self.directory, "cases.bin"), "wb") as f:
            f.write(self.blob)
