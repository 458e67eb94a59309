"""What calls from Python cost: python bench/python_calls.py [--dask] [--bridge libhalfpixel_bench_bridge.so]. Results are compared before anything is timed; times are the
least of many runs, interleaved, in one process. Rows of libraries that are not installed are left out."""

from __future__ import annotations

import subprocess
import sys
import time
import timeit
from collections.abc import Callable
from typing import Any

import numpy as np

import halfpixel as hp


def least(calls: dict[str, Callable[[], Any]], number: int, rounds: int = 15) -> dict[str, float]:
    """Microseconds of each call: the least of `rounds`, one after the other in each."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            best[name] = min(best[name], timeit.timeit(call, number=number) / number * 1e6)
    return best


def tiny() -> None:
    x = np.random.default_rng(0).random((1, 8, 8, 3), np.float32)
    out = np.empty((1, 16, 16, 3), np.float32)
    image, cv_out = x[0], np.empty((16, 16, 3), np.float32)
    plan = hp.tf.image.plan_resize(x.shape, x.dtype, (16, 16))
    calls: dict[str, Callable[[], Any]] = {
        "hp.tf.image.resize(x, (16, 16), out=out)": lambda: hp.tf.image.resize(x, (16, 16), out=out),
        "hp.tf.image.resize(x, (16, 16))": lambda: hp.tf.image.resize(x, (16, 16)),
        "plan.run(x, out)": lambda: plan.run(x, out),
    }
    hp.tf.image.resize(x, (16, 16), out=out)
    try:
        import cv2

        assert np.allclose(cv2.resize(image, (16, 16), cv_out), out[0], atol=1e-6)
        calls["cv2.resize(x, (16, 16), out)"] = lambda: cv2.resize(image, (16, 16), cv_out)
    except ImportError:
        pass
    try:
        import torch

        planar = torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))
        functional = torch.nn.functional
        assert np.allclose(functional.interpolate(planar, (16, 16), mode="bilinear").numpy(), out.transpose(0, 3, 1, 2), atol=1e-6)
        calls["torch.nn.functional.interpolate"] = lambda: functional.interpolate(planar, (16, 16), mode="bilinear")
    except ImportError:
        pass
    print("(1, 8, 8, 3), bilinear x2, microseconds")
    for name, spent in least(calls, 5000).items():
        print(f"  {spent:8.2f}  {name}")


def dialects() -> None:
    """Small calls that name no plan, beside the program whose numbers they give."""
    rng = np.random.default_rng(0)
    print("(8, 8, 3) bilinear to (16, 16), a new result each, microseconds: the program, halfpixel")
    image = rng.integers(0, 256, (8, 8, 3), np.uint8)
    planes = rng.random((1, 3, 8, 8), np.float32)
    pairs: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = []
    try:
        import cv2

        pairs.append(("cv2.resize, uint8", lambda: cv2.resize(image, (16, 16)), lambda: hp.cv.resize(image, (16, 16))))
    except ImportError:
        pass
    try:
        import torch

        tensor = torch.from_numpy(planes)
        pairs.append(("torch's interpolate, float32", lambda: torch.nn.functional.interpolate(tensor, (16, 16), mode="bilinear"),
                      lambda: hp.torch.nn.functional.interpolate(tensor, (16, 16), mode="bilinear")))
    except ImportError:
        pass
    try:
        from PIL import Image

        photo = Image.fromarray(image)
        pairs.append(("Image.resize", lambda: photo.resize((16, 16), 2), lambda: hp.pillow.resize(photo, (16, 16), 2)))
        pairs.append(("Image.resize, ours of an array", lambda: photo.resize((16, 16), 2), lambda: hp.pillow.resize(image, (16, 16), 2)))
    except ImportError:
        pass
    for name, theirs, ours in pairs:
        assert np.array_equal(np.asarray(theirs()), np.asarray(ours()))
        spent = least({"theirs": theirs, "ours": ours}, 2000)
        print(f"  {spent['theirs']:8.2f} {spent['ours']:8.2f}  {name}")


def imports() -> None:
    def run(code: str) -> float:
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return (time.perf_counter() - begin) * 1e3

    numpy, both = [min(run(code) for _ in range(15)) for code in ("import numpy", "import numpy, halfpixel")]
    print(f"import halfpixel: {both - numpy:.0f} ms above numpy's {numpy:.0f} ms (the interpreter included)")


def shapes() -> None:
    print("plan.run(x), a new result each, above plan.run(x, out), microseconds")
    for shape, size, method in (((1, 64, 64, 3), (128, 128), "bilinear"), ((1, 270, 480, 3), (1080, 1920), "bicubic"),
                                ((4, 64, 64, 64), (128, 128), "lanczos3"), ((1, 256, 256, 64), (512, 512), "nearest")):
        plan = hp.tf.image.plan_resize(shape, "float32", size, method=method)
        x, out = np.ones(shape, np.float32), np.empty(plan.output_shape, np.float32)
        assert np.array_equal(plan.run(x), plan.run(x, out))
        spent = least({"new": lambda: plan.run(x), "out": lambda: plan.run(x, out)}, 5)
        print(f"  {shape} to {size} {method}: {spent['new']:.0f} and {spent['out']:.0f}")


def workloads(path: str) -> None:
    """The page's workloads from Python and in C++ (bench/bridge.h), in turns in one process, each on memory written to before."""
    from bridge import Bridge

    bridge = Bridge(path)
    known = {workload.name: workload for workload in bridge.workloads()}
    print("workload, threads: C++, plan.run(x, out), tf.image.resize(x, out=out), tf.image.resize(x); milliseconds")
    for threads in (1, 2):
        hp.set_num_threads(threads)
        for name in ("A", "B", "D8", "F", "K"):
            workload = known[name]
            x, out = np.empty(workload.input_shape, workload.input_dtype), np.zeros(workload.output_shape, workload.output_dtype)
            options = {"method": workload.method, "antialias": workload.antialias}
            plan = hp.tf.image.plan_resize(x.shape, x.dtype, workload.size, **options)
            with bridge.open(name, threads) as native:
                native.fill(x)
                native.run(x, out)
                want = out.copy()
                calls: dict[str, Callable[[], Any]] = {
                    "plan": lambda: plan.run(x, out), "out": lambda: hp.tf.image.resize(x, workload.size, out=out, **options),
                    "new": lambda: hp.tf.image.resize(x, workload.size, **options)}
                for call in calls.values():
                    assert np.array_equal(call(), want)
                best = {"C++": float("inf"), **dict.fromkeys(calls, float("inf"))}
                for _ in range(30):
                    best["C++"] = min(best["C++"], native.time(x, out, 3) * 1e3)
                    for key, call in calls.items():
                        call()
                        best[key] = min(best[key], sorted(timeit.repeat(call, number=1, repeat=3))[1] * 1e3)
            print(f"  {name:2}, {threads}: " + ", ".join(f"{value:.3f}" for value in best.values()))


class Pictures:
    """A data set of PIL images that were decoded beforehand, each taken several times."""

    def __init__(self, images: list[Any], transform: Callable[[Any], Any]) -> None:
        self.images, self.transform = images, transform

    def __len__(self) -> int:
        return 16 * len(self.images)

    def __getitem__(self, index: int) -> Any:
        return self.transform(self.images[index % len(self.images)])


class Ready:
    """What a pipeline costs without its Resize."""

    def __init__(self, small: Any) -> None:
        self.small = small

    def __call__(self, image: Any) -> Any:
        return self.small


def loader() -> None:
    """torchvision's Resize and the one with the same pixels: alone, and in a DataLoader's two workers."""
    try:
        import torchvision
        from PIL import Image
        from torch.utils.data import DataLoader
    except ImportError:
        return
    from halfpixel.torch.transforms import Resize

    rng = np.random.default_rng(0)
    images = [Image.fromarray(rng.integers(0, 256, (480, 640, 3), np.uint8)) for _ in range(64)]
    theirs, ours = torchvision.transforms.Resize((224, 224)), Resize((224, 224))
    assert np.array_equal(np.asarray(theirs(images[0])), np.asarray(ours(images[0])))
    threads = hp.num_threads()
    hp.set_num_threads(1)  # as in workers
    print("photos (480, 640) to (224, 224), microseconds a photo")
    calls = {"torchvision": theirs, "halfpixel, one thread": ours}
    for name, value in least({name: lambda call=call: [call(image) for image in images] for name, call in calls.items()}, 1, 15).items():
        print(f"  {value / 64:8.0f}  {name}")
    hp.set_num_threads(threads)
    transforms = {"torchvision": theirs, "halfpixel": ours, "nothing: pictures of that size, ready": Ready(theirs(images[0]))}
    to_tensor = torchvision.transforms.PILToTensor()
    loaders = {name: DataLoader(Pictures(images, torchvision.transforms.Compose([resize, to_tensor])), batch_size=32, num_workers=2,
                                persistent_workers=True) for name, resize in transforms.items()}
    print("the same, PILToTensor and batches of 32 by a DataLoader's two workers")
    for name, value in least({name: lambda all=all: sum(len(batch) for batch in all) for name, all in loaders.items()}, 1, 6).items():
        print(f"  {value / 1024:8.0f}  {name}")


SIDES = (8192, 4096)  # enlarged 4 times: 32 chunks of 64 MB


def loop() -> float:
    """Seconds of a plain loop over the chunks, on one thread."""
    hp.set_num_threads(1)
    height, width = SIDES
    plan = hp.tf.image.plan_resize((height, width, 1), "float32", (4 * height, 4 * width), method="lanczos3")
    x = np.random.default_rng(0).random((height, width, 1), np.float32)
    begin = time.perf_counter()
    for top in range(0, 4 * height, 4096):
        for left in range(0, 4 * width, 4096):
            rows, cols = (top, top + 4096), (left, left + 4096)
            (r0, r1), (c0, c1) = plan.required_input(rows, cols)
            highest(plan.run_window(x[r0:r1, c0:c1], rows, cols))
    return time.perf_counter() - begin


def highest(chunk: Any) -> Any:
    return chunk.max(axis=(1, 2), keepdims=True)


def loops(rounds: Any, times: Any, count: int) -> None:
    loop()
    for _ in range(count):
        rounds.wait()
        times.put(loop())


def together(processes: int, count: int = 8) -> float:
    """Seconds of the loop when so many processes run one each at the same time: what the machine lets through."""
    import multiprocessing

    spawned = multiprocessing.get_context("spawn")
    rounds, times = spawned.Barrier(processes), spawned.Queue()
    started = [spawned.Process(target=loops, args=(rounds, times, count)) for _ in range(processes)]
    for process in started:
        process.start()
    spent = [times.get() for _ in range(processes * count)]
    for process in started:
        process.join()
    return min(max(spent[at : at + processes]) for at in range(0, len(spent), processes))


def clusters() -> None:
    import dask.array as da
    import distributed

    height, width = SIDES
    best = {"a plain loop, one thread": float("inf")}
    chunks = ((4096,) * (height // 1024), (1,) * (width // 1024), (1,))
    for workers in (1, 2):
        name = f"dask, {workers} worker{'s' * (workers > 1)} of one thread"
        with distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None,
                                      env={"HALFPIXEL_NUM_THREADS": "1"}) as cluster, distributed.Client(cluster):
            source = da.random.default_rng(0).random((*SIDES, 1), np.float32, chunks=(1024, 1024, 1)).persist()
            distributed.wait(source)
            for _ in range(12):
                best["a plain loop, one thread"] = min(best["a plain loop, one thread"], loop())
                result = hp.dask.resize(source, (4 * height, 4 * width), "lanczos3").map_blocks(highest, dtype=np.float32, chunks=chunks)
                begin = time.perf_counter()
                distributed.wait(result.persist())
                best[name] = min(best.get(name, float("inf")), time.perf_counter() - begin)
    best["plain loops in two processes at once, each"] = together(2)
    print("lanczos3, 32 chunks of 64 MB and the highest value of each row, seconds")
    for name, spent in best.items():
        print(f"  {spent:8.3f}  {name}")


if __name__ == "__main__":
    tiny()
    dialects()
    imports()
    shapes()
    loader()
    if "--bridge" in sys.argv:
        workloads(sys.argv[sys.argv.index("--bridge") + 1])
    if "--dask" in sys.argv:
        clusters()
