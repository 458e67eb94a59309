"""tf.image.resizeBilinear and resizeNearestNeighbor of TensorFlow.js, in Node; NODE_PATH says where its packages are."""
import base64
import json
import pathlib
import subprocess

import numpy as np

VERSIONS = "@tensorflow/tfjs 4.22.0, @tensorflow/tfjs-backend-wasm 4.22.0"
METHODS = {"bilinear": "resizeBilinear", "nearest": "resizeNearestNeighbor"}


class Node:
    """A process that answers one call after the other."""

    def __init__(self):
        self.process = subprocess.Popen(["node", pathlib.Path(__file__).with_name("tfjs.cjs")], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def ask(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        while True:  # the packages greet on the same stream
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError("node has ended: are the packages in NODE_PATH?")
            if line.startswith("{\""):
                return json.loads(line)

    def resize(self, method, x, size, align_corners, half_pixel_centers, backend):
        """uint8 stands for the int32 tensor that tf.browser.fromPixels makes of a picture."""
        held = x.astype("int32") if x.dtype == np.uint8 else x
        reply = self.ask({"backend": backend, "method": METHODS[method], "shape": x.shape, "dtype": held.dtype.name,
                          "data": base64.b64encode(held.tobytes()).decode(), "size": size,
                          "align_corners": align_corners, "half_pixel_centers": half_pixel_centers})
        if "error" in reply:
            raise ValueError(reply["error"])
        y = np.frombuffer(base64.b64decode(reply["data"]), reply["dtype"])
        shape = (*x.shape[:-3], *size, x.shape[-1])
        return y.astype(x.dtype).reshape(shape) if method == "nearest" else y.reshape(shape)


def values(rng, shape, dtype, method):
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype == "uint8":
        return rng.integers(0, 256, shape, dtype)
    if dtype == "int32":  # nearest: what float32 holds
        most = 2 ** int(rng.choice([8, 16, 24 if method == "nearest" else 31]))
        return rng.integers(-most, most, shape, dtype)
    x = rng.standard_normal(shape)
    if rng.integers(5) == 0:
        x = x * 2.0 ** rng.integers(-149, 127, shape)
    with np.errstate(over="ignore", under="ignore"):
        return x.astype(dtype)


def cases(rng, most=40):
    node = Node()
    while True:
        method, backend = str(rng.choice(["bilinear", "bilinear", "nearest"])), str(rng.choice(["cpu", "cpu", "wasm"]))
        dtype = str(rng.choice(["float32", "float32", "uint8", "int32", "bool"]))
        if method == "nearest" and dtype == "bool":
            continue  # refused
        flags = int(rng.integers(3))
        align_corners, half_pixel_centers = flags == 1, flags == 2
        h, w, height, width = (int(v) for v in rng.integers(1, most, 4))
        if rng.integers(5) == 0:
            height, width = h * int(rng.integers(1, 4)), w * int(rng.integers(1, 4))
        shape = (h, w, int(rng.choice([1, 2, 3, 4, 5, 8, 17])))
        if rng.integers(4):
            shape = (int(rng.integers(1, 3)), *shape)
        x = values(rng, shape, dtype, method)
        y = node.resize(method, x, (height, width), align_corners, half_pixel_centers, backend)
        name = "resize_bilinear" if method == "bilinear" else "resize_nearest_neighbor"
        yield "tfjs." + name, {"size": (height, width), "align_corners": align_corners,
                               "half_pixel_centers": half_pixel_centers, "backend": backend}, x, y
