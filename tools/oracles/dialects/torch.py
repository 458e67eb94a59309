"""torch.nn.functional.interpolate on the CPU, one thread, as the library's torch::nn::functional::interpolate follows it."""
import os

os.environ["ATEN_CPU_CAPABILITY"] = "avx2"  # before PyTorch is imported

import numpy as np
import torch
import torch.nn.functional as functional

torch.set_num_threads(1)
VERSIONS = f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()} kernels, one thread"

MODES = {3: ["nearest", "nearest-exact", "linear", "area"],
         4: ["nearest", "nearest-exact", "bilinear", "bicubic", "area", "bilinear", "bicubic", "lanczos"],
         5: ["nearest", "nearest-exact", "trilinear", "area"]}
SMOOTH = ["linear", "bilinear", "bicubic", "trilinear"]


def dtype_of(rng, mode, antialias):
    """One whose bits are pinned: docs/dialects.md says of the others how far they may be."""
    if mode == "lanczos":
        return "uint8"
    floats = ["float32", "float32"] + ([] if antialias else ["float16"])
    if mode in ("bilinear", "bicubic", "nearest", "nearest-exact"):
        floats += ["uint8"]
    if mode in ("nearest", "nearest-exact", "linear", "bilinear", "bicubic") and not antialias:
        floats += ["float64"]
    return str(rng.choice(floats))


def cases(rng, most=40):
    while True:
        rank = int(rng.choice([3, 4, 4, 4, 4, 4, 5]))
        mode = str(rng.choice(MODES[rank]))
        antialias = mode == "lanczos" or (mode in ("bilinear", "bicubic") and rng.integers(2) == 0)
        dtype = dtype_of(rng, mode, antialias)
        side = most if rank == 4 else max(most // 4, 3)
        shape = (int(rng.integers(1, 3)), int(rng.choice([1, 2, 3, 4, 5, 8, 11, 17]))) + tuple(int(v) for v in rng.integers(1, side, rank - 2))
        x = rng.integers(0, 256, shape).astype("u1") if dtype == "uint8" else rng.standard_normal(shape).astype(dtype)
        options, given = {"mode": mode}, {"mode": mode}
        if rng.integers(3) == 0:
            factors = [float(v) for v in np.round(rng.uniform(.3, 4, rank - 2), 3)]
            if any(int(s * f) == 0 for s, f in zip(shape[2:], factors)):
                continue
            given["scale_factor"] = tuple(factors)
            options["scale_factor"] = ":".join(map(repr, factors))
            if rng.integers(3) == 0:
                given["recompute_scale_factor"] = options["recompute_scale_factor"] = True
        else:
            size = [int(v) for v in rng.integers(1, 2 * side, rank - 2)]
            for axis in (0, -1):
                if rng.integers(6) == 0:
                    size[axis] = shape[2:][axis]
            given["size"] = options["size"] = tuple(size)
        if mode in SMOOTH and rng.integers(2):
            given["align_corners"] = options["align_corners"] = True
        if antialias:
            given["antialias"] = options["antialias"] = True
        t = torch.from_numpy(x)
        if rank == 4 and rng.integers(2):
            t = t.contiguous(memory_format=torch.channels_last)
            options["memory_format"] = "channels_last"
        try:
            y = functional.interpolate(t, **given).contiguous().numpy()
        except (RuntimeError, ValueError, NotImplementedError):
            continue
        sums = antialias or (dtype == "uint8" and mode in SMOOTH)
        if sums and y.shape[3] == 1 and y.shape[2] != shape[2]:
            continue  # a fault of PyTorch's that is not copied
        if mode == "area" and max(y.shape[2:]) == 1:
            continue  # a mean in another order
        if rank == 5 and max(shape[2:]) == 1:
            continue  # lies as channels_last_3d too, and takes the kernel of that
        if mode in ("area", "bilinear") and dtype == "float16":
            continue
        yield "torch.interpolate", options, x, y
        gradient = rank == 4 and dtype == "float32" and not antialias and mode in ("nearest", "nearest-exact", "bilinear")
        if gradient and y.size <= 2000:
            t = t.clone().requires_grad_(True)
            dy = rng.standard_normal(y.shape).astype("f4")
            functional.interpolate(t, **given).backward(torch.from_numpy(dy))
            yield "torch.interpolate_gradient", dict(options, input_shape=shape), dy, t.grad.contiguous().numpy()
