"""imageops::resize of the Rust crate image, asked of a small program that cargo builds (image_rs/)."""
import atexit
import os
import re
import subprocess
import tempfile

import numpy as np

from dialects.arrays import sizes, values

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "image_rs")
VERSIONS = "image " + re.search(r'image = .*version = "=([^"]+)"', open(os.path.join(FOLDER, "Cargo.toml"), encoding="utf-8").read()).group(1)
FILTERS = ["Nearest", "Triangle", "CatmullRom", "Gaussian", "Lanczos3"]


class Program:
    def __init__(self):
        target = tempfile.TemporaryDirectory()
        atexit.register(target.cleanup)
        subprocess.run(["cargo", "build", "--release", "--quiet", "--target-dir", target.name], cwd=FOLDER, check=True)
        self.process = subprocess.Popen([os.path.join(target.name, "release", "oracle")], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def resize(self, x, width, height, filter):
        h, w, channels = x.shape if x.ndim == 3 else (*x.shape, 1)
        words = [filter, x.dtype.name, h, w, channels, height, width]
        self.process.stdin.write((" ".join(str(word) for word in words) + "\n").encode() + x.tobytes())
        self.process.stdin.flush()
        shape = (height, width, *x.shape[2:])
        data = self.process.stdout.read(int(np.prod(shape)) * x.dtype.itemsize)
        return np.frombuffer(data, x.dtype).reshape(shape)


def cases(rng, most=40):
    program = Program()
    while True:
        filter, dtype = str(rng.choice(FILTERS)), str(rng.choice(["uint8", "uint8", "uint16", "float32"]))
        channels = int(rng.integers(0, 5))
        h, w, height, width = sizes(rng, most)
        if rng.integers(6) == 0:
            height = h
        x = values(rng, (h, w) if channels == 0 else (h, w, channels), dtype)
        if dtype == "float32" and rng.integers(2):
            x = rng.random(x.shape, np.float32)
        yield "image_rs.resize", {"filter": filter, "nwidth": width, "nheight": height}, x, program.resize(x, width, height, filter)
