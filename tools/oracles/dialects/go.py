"""Scale of Go's golang.org/x/image/draw, asked of a small program that go builds (go/)."""
import atexit
import os
import re
import subprocess
import tempfile

import numpy as np

from dialects.arrays import sizes, values

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "go")
VERSIONS = "golang.org/x/image " + re.search(r"x/image v(\S+)", open(os.path.join(FOLDER, "go.mod"), encoding="utf-8").read()).group(1)
INTERPOLATORS = ["NearestNeighbor", "ApproxBiLinear", "BiLinear", "CatmullRom"]


class Program:
    def __init__(self):
        target = tempfile.TemporaryDirectory()
        atexit.register(target.cleanup)
        program = os.path.join(target.name, "oracle")
        subprocess.run(["go", "build", "-o", program, "."], cwd=FOLDER, check=True)
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def scale(self, x, width, height, interpolator):
        h, w, channels = x.shape if x.ndim == 3 else (*x.shape, 1)
        words = [interpolator, x.dtype.name, h, w, channels, height, width]
        self.process.stdin.write((" ".join(str(word) for word in words) + "\n").encode() + x.tobytes())
        self.process.stdin.flush()
        shape = (height, width, *x.shape[2:])
        data = self.process.stdout.read(int(np.prod(shape)) * x.dtype.itemsize)
        return np.frombuffer(data, x.dtype).reshape(shape)


def cases(rng, most=40):
    program = Program()
    while True:
        interpolator, dtype = str(rng.choice(INTERPOLATORS)), str(rng.choice(["uint8", "uint8", "uint16"]))
        channels = int(rng.choice([0, 1, 3, 4]))
        h, w, height, width = sizes(rng, most)
        x = values(rng, (h, w) if channels == 0 else (h, w, channels), dtype)
        if channels == 4 and rng.integers(2):  # colours that alpha has multiplied
            x[..., :3] = np.minimum(x[..., :3], x[..., 3:])
        if rng.integers(6) == 0:
            x[...] = x.flat[0]
        yield "go.draw.scale", {"interpolator": interpolator, "width": width, "height": height}, x, program.scale(x, width, height, interpolator)
