"""imageops::resize of the Rust crate image, asked of a small program that cargo builds (image_rs/)."""
import os
import re
import subprocess

import numpy as np

from dialects.arrays import sizes, values
from dialects.pipe import Program

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "image_rs")
VERSIONS = "image " + re.search(r'image = .*version = "=([^"]+)"', open(os.path.join(FOLDER, "Cargo.toml"), encoding="utf-8").read()).group(1)
FILTERS = ["Nearest", "Triangle", "CatmullRom", "Gaussian", "Lanczos3"]


def build(folder):
    subprocess.run(["cargo", "build", "--release", "--quiet", "--target-dir", folder], cwd=FOLDER, check=True)
    return os.path.join(folder, "release", "oracle")


def cases(rng, most=40):
    program = Program(build)
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
