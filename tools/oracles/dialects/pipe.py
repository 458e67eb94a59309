"""Programs of other languages, built on the spot, that answer on standard output what they are asked on standard input."""
import atexit
import subprocess
import tempfile

import numpy as np


class Program:
    def __init__(self, build):
        """build: what makes the program in a folder that goes away, and says where it is."""
        target = tempfile.TemporaryDirectory()
        atexit.register(target.cleanup)
        self.process = subprocess.Popen([build(target.name)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def resize(self, x, width, height, filter):
        h, w, channels = x.shape if x.ndim == 3 else (*x.shape, 1)
        words = [filter, x.dtype.name, h, w, channels, height, width]
        self.process.stdin.write((" ".join(str(word) for word in words) + "\n").encode() + x.tobytes())
        self.process.stdin.flush()
        shape = (height, width, *x.shape[2:])
        data = self.process.stdout.read(int(np.prod(shape)) * x.dtype.itemsize)
        return np.frombuffer(data, x.dtype).reshape(shape)
