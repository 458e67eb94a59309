#!/usr/bin/env python3
"""Other programs' resizes beside the programs themselves, with their numbers: tools/bench.sh, or

    python bench/dialects.py [--threads N] [--rounds N] [--only TEXT …] [--page docs/dialect_speed.md]

in an environment that has the Python package and bench/requirements.txt. A row's results are compared before anything is
timed: "=" are the same bits. Calls take turns in one process, results lie in memory that is kept wherever the program
allows it (Pillow's does not); a figure is the least of all rounds, in milliseconds. fast_image_resize stands beside Pillow, whose sums it makes with weights of its own.
"""
from __future__ import annotations

import argparse
import os
import pathlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Call = Callable[[], Any]
Rows = Iterator[tuple[str, dict[str, Call]]]
RANDOM = np.random.default_rng(5)


def bytes_of(*shape: int) -> np.ndarray:
    return RANDOM.integers(0, 256, shape, np.uint8)


def floats_of(*shape: int) -> np.ndarray:
    return RANDOM.random(shape, np.float32)


def planned(plan: Any, x: np.ndarray) -> Call:
    out = np.empty(plan.output_shape, x.dtype)

    def run() -> np.ndarray:
        plan.run(x, out)
        return out

    return run


def pillow_rows(threads: int) -> Rows:
    import halfpixel as hp
    from PIL import Image

    photo, small = bytes_of(3279, 4928, 3), bytes_of(480, 640, 3)
    cases = [("RGB 4928x3279 to 852x567", photo, (852, 567)), ("RGB 640x480 x4", small, (2560, 1920))]
    for what, x, size in cases:
        image = Image.fromarray(x)
        for name, fir_name in (("LANCZOS", "lanczos3"), ("BICUBIC", "catmull_rom"), ("BILINEAR", "bilinear"), ("NEAREST", None)):
            number = getattr(Image.Resampling, name)
            calls = {
                "halfpixel": planned(hp.pillow.plan_resize(x.shape, x.dtype, size, name), x),
                "Pillow": lambda image=image, size=size, number=number: image.resize(size, number),
            }
            if fir_name is not None:
                try:
                    calls["fast_image_resize"] = fast_image_resize(x, size, fir_name, threads)
                except ImportError:
                    pass
            yield f"{what}, {name}", calls


def fast_image_resize(x: np.ndarray, size: tuple[int, int], name: str, threads: int) -> Call:
    import cykooz_resizer as fir

    pixels = fir.PixelType.U8x3
    source, target = fir.ImageData(x.shape[1], x.shape[0], pixels, x.tobytes()), fir.ImageData(*size, pixels)
    resizer, options = fir.Resizer(), fir.ResizeOptions(use_alpha=False)
    options.resize_alg = fir.ResizeAlg.convolution(fir.FilterType[name])
    if threads > 1:
        options.thread_pool = fir.ResizerThreadPool(threads)
    return lambda: resizer.resize(source, target, options)


def torch_rows(threads: int) -> Rows:
    import halfpixel as hp
    import torch

    torch.set_num_threads(threads)
    functional = torch.nn.functional

    def row(what: str, x: np.ndarray, last: bool, **options: Any) -> tuple[str, dict[str, Call]]:
        given = torch.from_numpy(x)
        layout = "channels_last" if last else "contiguous_format"
        if last:
            given = given.to(memory_format=torch.channels_last)
        plan = hp.torch.nn.functional.plan_interpolate(x.shape, x.dtype, memory_format=layout, **options)
        # channels_last lies in memory as (N, H, W, C): a view of that.
        source = given.numpy()
        out = np.empty(plan.output_shape, x.dtype)
        if last:
            n, c, h, w = plan.output_shape
            out = np.empty((n, h, w, c), x.dtype).transpose(0, 3, 1, 2)

        def run() -> np.ndarray:
            plan.run(source, out)
            return out

        return what, {"halfpixel": run, "PyTorch": kept(functional.interpolate(given, **options), given, **options)}

    def kept(result: Any, given: Any, size: Any = None, scale_factor: Any = None, mode: str = "", antialias: bool = False) -> Call:
        """What interpolate calls, into the same result again and again."""
        name = f"{'_' if antialias else ''}upsample_{mode}2d{'_aa' if antialias else ''}"
        call, shape = getattr(torch.ops.aten, name).out, tuple(result.shape[2:])
        corners = () if mode == "nearest" else (False,)
        steps = (None, None) if scale_factor is None else (float(scale_factor),) * 2
        return lambda: call(given, shape, *corners, *steps, out=result)

    images = bytes_of(16, 3, 375, 500)
    for mode, last in (("bilinear", True), ("bicubic", True), ("bilinear", False)):
        yield row(f"16 uint8 500x375 to 224², {mode}, antialias, {'channels_last' if last else 'contiguous'}", images, last,
                  size=(224, 224), mode=mode, antialias=True)
    yield row("16 uint8 500x375 to 224², bilinear", images, True, size=(224, 224), mode="bilinear")
    x = floats_of(8, 64, 96, 96)
    yield row("float32 (8, 64, 96, 96) x2, bilinear, channels_last", x, True, scale_factor=2, mode="bilinear")
    yield row("float32 (8, 64, 96, 96) x2, bilinear, contiguous", x, False, scale_factor=2, mode="bilinear")
    photo = floats_of(1, 3, 720, 1280)
    yield row("float32 (1, 3, 720, 1280) x2, bilinear, contiguous", photo, False, scale_factor=2, mode="bilinear")
    yield row("float32 (1, 3, 720, 1280) x2, bicubic, contiguous", photo, False, scale_factor=2, mode="bicubic")
    yield row("float32 (8, 64, 96, 96) x2, nearest, contiguous", x, False, scale_factor=2, mode="nearest")
    yield row("float32 (8, 64, 96, 96) x2, nearest, channels_last", x, True, scale_factor=2, mode="nearest")


def opencv_rows(threads: int) -> Rows:
    import cv2
    import halfpixel as hp

    cv2.setNumThreads(threads)
    cv2.ipp.setUseIPP(False)  # the numbers of its own code

    def row(what: str, x: np.ndarray, size: tuple[int, int], name: str) -> tuple[str, dict[str, Call]]:
        number = getattr(cv2, name)
        plan = hp.cv.plan_resize(x.shape, x.dtype, size, interpolation=name)
        out = np.empty((size[1], size[0], *x.shape[2:]), x.dtype)
        return f"{what}, {name}", {
            "halfpixel": planned(plan, x), "OpenCV": lambda: cv2.resize(x, size, out, interpolation=number)}

    photo, web = bytes_of(1080, 1920, 3), bytes_of(375, 500, 3)
    for name in ("INTER_LINEAR", "INTER_CUBIC", "INTER_LINEAR_EXACT", "INTER_NEAREST"):
        yield row("uint8 1920x1080 x1.5", photo, (2880, 1620), name)
    for name in ("INTER_LINEAR", "INTER_AREA"):
        yield row("uint8 500x375 to 224²", web, (224, 224), name)
    yield row("uint8 1920x1080 to 960x540", photo, (960, 540), "INTER_AREA")
    yield row("uint8 1920x1080 to 600x340", photo, (600, 340), "INTER_AREA")
    depth = floats_of(1080, 1920, 1)[..., 0]
    for name in ("INTER_LINEAR", "INTER_CUBIC"):
        yield row("float32 1920x1080 x1.5", depth, (2880, 1620), name)
    deep = RANDOM.integers(0, 65536, (1080, 1920, 3), np.uint16)
    yield row("uint16 1920x1080 x1.5", deep, (2880, 1620), "INTER_LINEAR")


def onnx_rows(threads: int) -> Rows:
    import halfpixel as hp
    import onnxruntime
    from onnx import TensorProto, helper

    def row(what: str, x: np.ndarray, scales: tuple[float, ...], **attributes: Any) -> tuple[str, dict[str, Call]]:
        node = helper.make_node("Resize", ["x", "", "scales"], ["y"], **attributes)
        graph = helper.make_graph(
            [node], "resize", [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [helper.make_tensor("scales", TensorProto.FLOAT, [4], scales)])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=10)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
        plan = hp.onnx.plan_resize(x.shape, x.dtype, scales=scales, **{**attributes, "antialias": bool(attributes.get("antialias"))})
        y = np.empty(plan.output_shape, x.dtype)
        binding = session.io_binding()
        for bind, array in ((binding.bind_input, x), (binding.bind_output, y)):
            bind("x" if array is x else "y", "cpu", 0, x.dtype, array.shape, array.ctypes.data)

        def run() -> np.ndarray:
            session.run_with_iobinding(binding)
            return y

        return what, {"halfpixel": planned(plan, x), "ONNX Runtime": run}

    x, photo = floats_of(8, 64, 96, 96), floats_of(1, 3, 720, 1280)
    twice, half = (1, 1, 2, 2), (1, 1, 0.4, 0.4)
    yield row("float32 (8, 64, 96, 96) x2, linear", x, twice, mode="linear")
    yield row("float32 (1, 3, 720, 1280) x2, linear", photo, twice, mode="linear")
    yield row("float32 (1, 3, 720, 1280) x0.4, linear", photo, half, mode="linear")
    yield row("float32 (1, 3, 720, 1280) x2, cubic", photo, twice, mode="cubic")
    yield row("float32 (1, 3, 720, 1280) x0.4, linear, antialias", photo, half, mode="linear", antialias=1)
    yield row("float32 (8, 64, 96, 96) x2, nearest", x, twice, mode="nearest")


PROGRAMS = {"Pillow": pillow_rows, "PyTorch": torch_rows, "OpenCV": opencv_rows, "ONNX Runtime": onnx_rows}


def measure(calls: dict[str, Call], program: str, rounds: int) -> tuple[dict[str, float], str]:
    results = {name: np.asarray(calls[name]()) for name in ("halfpixel", program)}
    same = np.array_equal(results["halfpixel"], results[program])
    least = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            begin = time.perf_counter()
            call()
            least[name] = min(least[name], 1e3 * (time.perf_counter() - begin))
    return least, "=" if same else "differs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--only", nargs="*", default=[], metavar="TEXT")
    parser.add_argument("--page", type=pathlib.Path, help="the page whose table between the two marks is replaced")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", str(options.threads))
    os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx2")  # the numbers that the dialect has
    import halfpixel as hp

    hp.set_num_threads(options.threads)
    lines = ["| row | halfpixel | the program | ratio | bits | others |", "| --- | ---: | ---: | ---: | --- | --- |"]
    for program, rows in PROGRAMS.items():
        for what, calls in rows(options.threads):
            row = f"{program}: {what}"
            if options.only and not any(part in row for part in options.only):
                continue
            least, bits = measure(calls, program, options.rounds)
            ours, theirs = least.pop("halfpixel"), least.pop(program)
            others = ", ".join(f"{name} {value:.3g} ({value / ours:.2f}×)" for name, value in least.items())
            lines.append(f"| {row} | {ours:.3g} | {theirs:.3g} | {theirs / ours:.2f}× | {bits} | {others or '–'} |")
            print(lines[-1], flush=True)
    if options.page:
        begin, end = (f"<!-- dialects, threads {options.threads}: {word} -->" for word in ("begin", "end"))
        before, rest = options.page.read_text().split(begin)
        table = "\n".join(lines)
        options.page.write_text(f"{before}{begin}\n{table}\n{end}{rest.split(end)[1]}")


if __name__ == "__main__":
    main()
