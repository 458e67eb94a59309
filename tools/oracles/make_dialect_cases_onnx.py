"""Cases of onnx.resize made by ONNX Runtime, and of jax.image.resize made by jax:

    make_dialect_cases_onnx.py onnx|jax|node DIRECTORY [COUNT [SEED]]

Up to 500 cases are small, for the repository.

`node`: the tests of the standard for Resize and Upsample, with ONNX Runtime's results. Pinned in
requirements_onnx.txt. Random cases are checked with halfpixel_run_onnx_cases DIRECTORY.
"""
import sys

import numpy as np

from recorder import Recorder

COORDINATES = ("half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric",
               "tf_half_pixel_for_nn", "tf_crop_and_resize")
NEAREST = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
METHODS = ("nearest", "linear", "cubic", "cubic-pytorch", "lanczos3", "lanczos5", "area")


def text(value):
    """A list as one word; floats so that float32 comes back."""
    if isinstance(value, (list, tuple)):
        return ",".join(str(text(v)) for v in value)
    return repr(float(np.float32(value))) if isinstance(value, (float, np.floating)) else value


def values(rng, shape, dtype):
    if dtype.startswith("float"):
        return rng.standard_normal(shape).astype(dtype)
    info = np.iinfo(dtype)
    low, high = (info.min, info.max + 1) if info.bits == 8 else (-100000, 100000)
    return rng.integers(low, high, shape).astype(dtype)


def onnx_case(rng, most):
    """One call that ONNX Runtime may or may not take."""
    mode = ("nearest", "linear", "linear", "cubic")[rng.integers(4)]
    opset = int(rng.choice([19, 19, 19, 19, 18, 13, 11, 10, 9, 7]))
    options = {"mode": mode, "opset": opset}
    antialias = opset >= 18 and mode != "nearest" and rng.integers(2) == 0
    dtype = ("float32", "float32", "float32", "float16", "uint8", "int8", "int32")[rng.integers(7)]
    if mode == "cubic" and not antialias and "int" in dtype:
        dtype = "float32"
    layout = {"nearest": ("any", "nchw", "nhwc"), "linear": ("nchw", "nchw", "nhwc", "2d", "3d", "5d"),
              "cubic": ("nchw", "nchw", "nhwc", "2d")}[mode]
    layout = layout[rng.integers(len(layout))]
    rank = {"any": int(rng.integers(1, 6)), "2d": 2, "3d": 3, "5d": 5}.get(layout, 4)
    change = {"any": [a for a in range(rank) if rng.integers(2)], "2d": [0, 1], "3d": [0, 1, 2], "5d": [2, 3, 4],
              "nhwc": [1, 2]}.get(layout, [2, 3])
    most = most if rank < 5 else min(most, 9)
    shape = [int(rng.integers(1, most if a in change else 4)) for a in range(rank)]
    if layout == "nhwc" and rng.integers(3) == 0:
        shape[3] = int(rng.integers(5, 40))  # kernels for pixels of many channels
    if opset >= 11:
        options["coordinate_transformation_mode"] = COORDINATES[rng.integers(len(COORDINATES))]
        if mode == "nearest":
            options["nearest_mode"] = NEAREST[rng.integers(4)]
        if mode == "cubic" and rng.integers(2):
            options["cubic_coeff_a"] = float(rng.choice([-0.5, -0.75, -0.6]))
        if (mode == "cubic" or antialias) and rng.integers(3) == 0:
            options["exclude_outside"] = True
    if antialias:
        options["antialias"] = True
    axes = change if opset >= 18 and change and rng.integers(3) == 0 else list(range(rank))
    if len(axes) < rank:
        if rng.integers(2):
            axes = [int(a) for a in rng.permutation(axes)]
        options["axes"] = [a - rank if rng.integers(4) == 0 else a for a in axes]
    if opset >= 11 and rng.integers(2):
        sizes = [int(rng.integers(1, 2 * most)) if a in change else shape[a] for a in axes]
        options["sizes"] = sizes
        if opset >= 18 and (len(axes) < rank or layout == "any") and rng.integers(3) == 0:
            options["keep_aspect_ratio_policy"] = ("not_larger", "not_smaller", "stretch")[rng.integers(3)]
    else:
        low = 1.0 if opset < 10 else 0.3
        pick = lambda: float(np.float32(rng.choice([2.0, 0.5 if low < 1 else 3.0, rng.uniform(low, 3.5)])))
        options["scales"] = [pick() if a in change else 1.0 for a in axes]
    if options.get("coordinate_transformation_mode") == "tf_crop_and_resize":
        if rng.integers(6) or opset < 13:
            start = [float(v) for v in rng.uniform(-.3, .6, len(axes)).astype(np.float32)]
            end = [float(v) for v in rng.uniform(.4, 1.3, len(axes)).astype(np.float32)]
            options["roi"] = start + end
        if rng.integers(2):
            options["extrapolation_value"] = float(rng.choice([7.0, -3.5, 300.0]))
    return values(rng, shape, dtype), options


def record_onnx(directory, count, seed):
    import onnx_runtime
    rng, recorder, refused = np.random.default_rng(seed), Recorder(directory), {}
    while len(recorder.lines) < count:
        x, options = onnx_case(rng, int(rng.choice([6, 12, 30] if count > 500 else [4, 6, 9])))
        try:
            y = onnx_runtime.resize(x, options)
        except Exception as error:  # what it refuses is no case
            why = str(error).splitlines()[0][-110:]
            refused[why] = refused.get(why, 0) + 1
            continue
        recorder.add("onnx.resize", {k: text(v) for k, v in options.items()}, x, y)
    recorder.write(onnx_runtime.VERSIONS)
    for why, times in sorted(refused.items()):
        print(times, "refused:", why)


def record_node(directory):
    import onnx_runtime
    from onnx import numpy_helper
    from onnx.backend.test.case.node import collect_testcases
    recorder = Recorder(directory)
    for case in collect_testcases(None):
        if not case.name.startswith(("test_resize", "test_upsample")):
            continue
        arrays = [v if isinstance(v, np.ndarray) else numpy_helper.to_array(v) for v in case.data_sets[0][0]]
        node, opset = case.model.graph.node[0], case.model.opset_import[0].version
        named = dict(zip([i for i in node.input if i], arrays))
        options = {"name": case.name, "opset": min(opset, 19)}
        for key, name in zip(("X", "roi", "scales", "sizes") if node.op_type == "Resize" else ("X", "scales"), node.input):
            if name and key != "X" and named[name].size:
                options[key] = named[name].tolist()
        for a in node.attribute:
            value = {2: a.i, 3: a.s.decode(), 1: a.f, 7: list(a.ints)}[a.type]
            options[a.name] = value == 1 if a.name in ("antialias", "exclude_outside") else value
        given = {k: v for k, v in options.items() if k != "name"}
        recorder.add("onnx.resize", {k: text(v) for k, v in options.items()}, arrays[0],
                     onnx_runtime.resize(arrays[0], given))
    recorder.write(onnx_runtime.VERSIONS)


def record_jax(directory, count, seed):
    import jax
    rng, recorder = np.random.default_rng(seed), Recorder(directory)
    dtypes = ("float32",) * 6 + ("float16", "bfloat16", "uint8", "int8", "int16", "uint16", "int32", "int64", "float64",
                                 "uint32", "bool")
    while len(recorder.lines) < count:
        rank = int(rng.choice([1, 2, 3, 4, 4, 4, 5]))
        change = [1, 2] if rank == 4 and rng.integers(3) else [a for a in range(rank) if rng.integers(2)]
        most = int(rng.choice([6, 16, 40] if count > 500 else [5, 8, 14])) if len(change) < 4 else 5
        shape = [int(rng.integers(1, most if a in change else 5)) for a in range(rank)]
        size = [int(rng.integers(1, most if len(change) > 2 else 2 * most)) if a in change else shape[a]
                for a in range(rank)]
        dtype = dtypes[rng.integers(len(dtypes))]
        if dtype in ("float32", "float64", "float16", "bfloat16"):
            x = rng.uniform(-1, 1, shape).astype(jax.numpy.bfloat16 if dtype == "bfloat16" else dtype)
        else:
            x = rng.integers(0, 2 if dtype == "bool" else 100, shape).astype(dtype)
        options = {"method": METHODS[rng.integers(len(METHODS))], "antialias": bool(rng.integers(2))}
        y = np.asarray(jax.image.resize(x, size, options["method"], antialias=options["antialias"]))
        recorder.add("jax.image.resize", {"shape": text(size), **options}, x, y)
    recorder.write(f"jax {jax.__version__}, numpy {np.__version__}")


def main():
    program, directory, *numbers = sys.argv[1:]
    count, seed = ([int(n) for n in numbers] + [300, 1][len(numbers):])[:2]
    if program == "node":
        record_node(directory)
    else:
        {"onnx": record_onnx, "jax": record_jax}[program](directory, count, seed)


if __name__ == "__main__":
    main()
