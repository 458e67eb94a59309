"""Scale of Go's golang.org/x/image/draw, asked of a small program that go builds (go/)."""
import os
import re
import subprocess

import numpy as np

from dialects.arrays import sizes, values
from dialects.pipe import Program

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "go")
VERSIONS = "golang.org/x/image " + re.search(r"x/image v(\S+)", open(os.path.join(FOLDER, "go.mod"), encoding="utf-8").read()).group(1)
INTERPOLATORS = ["NearestNeighbor", "ApproxBiLinear", "BiLinear", "CatmullRom"]


def build(folder):
    program = os.path.join(folder, "oracle")
    subprocess.run(["go", "build", "-o", program, "."], cwd=FOLDER, check=True)
    return program


def cases(rng, most=40):
    program = Program(build)
    while True:
        interpolator, dtype = str(rng.choice(INTERPOLATORS)), str(rng.choice(["uint8", "uint8", "uint16"]))
        channels = int(rng.choice([0, 1, 3, 4]))
        h, w, height, width = sizes(rng, most)
        x = values(rng, (h, w) if channels == 0 else (h, w, channels), dtype)
        if channels == 4 and rng.integers(2):  # colours that alpha has multiplied
            x[..., :3] = np.minimum(x[..., :3], x[..., 3:])
        if rng.integers(6) == 0:
            x[...] = x.flat[0]
        yield "go.draw.scale", {"interpolator": interpolator, "width": width, "height": height}, x, program.resize(x, width, height, interpolator)
