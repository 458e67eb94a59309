"""Plans, windows, pickles, fork."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import threading

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp


def test_plan(rng: np.random.Generator) -> None:
    plan = hp.tf.image.plan_resize((1, 64, 64, 3), "float32", (128, 128), method="bicubic")
    x = rng.random((1, 64, 64, 3), np.float32)
    y = np.empty((1, 128, 128, 3), np.float32)
    assert plan.run(x, out=y) is y
    assert same_bits(plan.run(x), y) and same_bits(y, hp.tf.image.resize(x, (128, 128), method="bicubic"))
    assert (plan.input_shape, plan.output_shape) == ((1, 64, 64, 3), (1, 128, 128, 3))
    assert (plan.input_dtype, plan.output_dtype) == (np.float32, np.float32)
    assert str(plan) == plan.describe() and "bicubic" in str(plan) and "<pre>" in plan._repr_html_()
    with pytest.raises(ValueError) as error:
        plan.run(x[:, :-1])
    assert isinstance(error.value, hp.Error)


def test_windows_have_the_bits_of_the_whole(rng: np.random.Generator) -> None:
    x = rng.random((2, 40, 50, 3), np.float32)
    plan = hp.tf.image.plan_resize(x.shape, x.dtype, (90, 75), method="lanczos3", antialias=True)
    whole = plan.run(x)
    tiled = np.zeros_like(whole)
    for top in range(0, 90, 32):
        for left in range(0, 75, 20):
            rows, cols = (top, min(top + 32, 90)), (left, min(left + 20, 75))
            (r0, r1), (c0, c1) = plan.required_input(rows=rows, cols=cols)
            out = tiled[:, rows[0]:rows[1], cols[0]:cols[1]]
            assert plan.run_window(x[:, r0:r1, c0:c1], rows=rows, cols=cols, out=out) is out
    assert same_bits(tiled, whole)
    (r0, r1), cols = plan.required_input(rows=(0, 10))
    assert cols == (0, 50)
    assert same_bits(plan.run_window(x[:, r0:r1], rows=(0, 10)), whole[:, :10])
    for bad in ((-1, 3), (0, 91), (5, 4), (1, 2, 3)):
        with pytest.raises(ValueError):
            plan.required_input(rows=bad)
    with pytest.raises(ValueError, match="depth"):
        plan.required_input(depth=(0, 1))


def test_windows_of_many_threads(rng: np.random.Generator) -> None:
    x = rng.random((1, 400, 400, 3), np.float32)
    plan = hp.tf.image.plan_resize(x.shape, x.dtype, (800, 800), method="bicubic")
    whole, tiled = plan.run(x), np.zeros(plan.output_shape, np.float32)

    def work(top: int) -> None:
        for _ in range(3):
            ((r0, r1), _cols) = plan.required_input(rows=(top, top + 100))
            plan.run_window(x[:, r0:r1], rows=(top, top + 100), out=tiled[:, top:top + 100])

    threads = [threading.Thread(target=work, args=(top,)) for top in range(0, 800, 100)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert same_bits(tiled, whole)


def test_windows_of_layers(rng: np.random.Generator) -> None:
    x = rng.random((1, 3, 8, 9), np.float32)
    plan = hp.keras.layers.UpSampling2D((2, 3), "channels_first", "bilinear").plan(x.shape, x.dtype)
    (r0, r1), (c0, c1) = plan.required_input((2, 9), (4, 20))
    assert same_bits(plan.run_window(x[:, :, r0:r1, c0:c1], (2, 9), (4, 20)), plan.run(x)[:, :, 2:9, 4:20])
    line = hp.keras.layers.UpSampling1D(3).plan((1, 5, 2), "int8")
    assert line.required_input((4, 10)) == ((1, 4),)
    volume = hp.keras.layers.UpSampling3D(2).plan((1, 3, 4, 5, 2), "int8")
    assert volume.required_input((0, 4), (2, 4), depth=(2, 6)) == ((1, 3), (0, 2), (1, 2))


PLANS = [
    lambda: hp.tf.image.plan_resize((1, 7, 8, 3), "uint8", (9, 4), "area", True, True),
    lambda: hp.tf.image.plan_resize_gradient((1, 7, 8, 3), "float32", (1, 3, 4, 3), "bicubic"),
    lambda: hp.tf.compat.v1.image.plan_resize((1, 7, 8, 3), "int16", (9, 4), "bilinear", align_corners=True),
    lambda: hp.tf.compat.v1.image.plan_resize_bicubic((1, 7, 8, 3), "int16", (9, 4), half_pixel_centers=True),
    lambda: hp.keras.layers.UpSampling2D(3, "channels_first", "lanczos5").plan((1, 3, 7, 8), "float16"),
    lambda: hp.keras.layers.Resizing(3, 4, "bicubic").plan((7, 8, 3), "uint8"),
]


@pytest.mark.parametrize("make", PLANS)
def test_pickle(make, rng: np.random.Generator) -> None:
    plan = make()
    again = pickle.loads(pickle.dumps(plan))
    assert again.describe() == plan.describe()
    x = (rng.random(plan.input_shape) * 100).astype(plan.input_dtype)
    assert same_bits(again.run(x), plan.run(x))


def _once(x: np.ndarray, queue) -> None:
    queue.put(hp.tf.image.resize(x, (601, 601)).tobytes())


def test_fork_while_others_work(rng: np.random.Generator) -> None:
    x = rng.random((1, 90, 90, 3), np.float32)
    want, done = hp.tf.image.resize(x, (601, 601)).tobytes(), threading.Event()

    def work() -> None:
        while not done.is_set():
            hp.tf.image.resize(x, (601, 601))

    threads = [threading.Thread(target=work) for _ in range(3)]
    [thread.start() for thread in threads]
    context = multiprocessing.get_context("fork")
    try:
        for _ in range(20):
            queue = context.SimpleQueue()
            child = context.Process(target=_once, args=(x, queue))
            child.start()
            child.join(0.01)
            assert queue._reader.poll(60), "the child hangs"
            assert queue.get() == want
            child.join(60)
            assert child.exitcode == 0
    finally:
        done.set()
        [thread.join() for thread in threads]


def _in_child(queue, plan, path: str, x: np.ndarray, photo: np.ndarray) -> None:
    queue.put(plan.run(x).tobytes())
    hp.set_num_threads(2)
    queue.put((hp.num_threads(), hp.tf.image.resize(x, (500, 500), method="lanczos3").tobytes()))
    queue.put(hp.keras.models.load_model(path).predict(photo).tobytes())


def test_fork(model, model_path: str, rng: np.random.Generator) -> None:
    x = rng.random((1, 300, 300, 3), np.float32)
    photo = rng.random((2, 40, 40, 3), np.float32) * 255
    plan = hp.tf.image.plan_resize(x.shape, x.dtype, (700, 700), method="bicubic")
    want = [plan.run(x).tobytes(), (2, hp.tf.image.resize(x, (500, 500), method="lanczos3").tobytes()),
            model.predict(photo).tobytes()]
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(queue, plan, model_path, x, photo))
    child.start()
    try:
        got = [queue.get(timeout=60) for _ in range(3)]
        child.join(60)
        assert child.exitcode == 0
    finally:
        if child.is_alive():
            child.kill()
    assert got == want


def test_plans_refuse_what_is_no_shape() -> None:
    plans = [lambda s: hp.pillow.plan_resize(s, "uint8", (3, 3)), lambda s: hp.torch.nn.functional.plan_interpolate(s, "float32", scale_factor=2),
             lambda s: hp.onnx.plan_resize(s, "float32", scales=(1, 1, 2, 2)), lambda s: hp.cv.plan_resize(s, "uint8", (3, 3)),
             lambda s: hp.jax.image.plan_resize(s, "float32", (1, 8, 8, 3), "linear"), lambda s: hp.tf.image.plan_resize(s, "float32", (3, 3)),
             lambda s: hp.pillow.plan_resize((4, 4, 3), "uint8", s if s != (4, 4, 3) else 1.5), lambda s: hp.ray.Resize(s)]
    for plan in plans:
        for wrong in (None, 1.5, "ab", object(), (1.5, 2), (2**70, 2, 2), [None] * 3, len):
            with pytest.raises(hp.Error):
                plan(wrong)
    with pytest.raises(hp.Error, match="print_fn"):
        hp.keras.Sequential([hp.keras.Input((3,)), hp.keras.layers.ReLU()]).summary(print_fn=3)
    with pytest.raises(hp.Error):
        hp.pillow.plan_resize((4, 4, 3), "uint8", (3, 3), box=5)


def test_arguments_that_change_later() -> None:
    size, sizes, factors = [9, 9], [1, 3, 9, 9], np.array([2.0, 2.0])
    plans = [hp.torch.nn.functional.plan_interpolate((1, 3, 6, 7), "float32", size), hp.onnx.plan_resize((1, 3, 6, 7), "float32", sizes=sizes),
             hp.cv.plan_resize((6, 7, 3), "uint8", size), hp.torch.nn.functional.plan_interpolate((1, 3, 6, 7), "float32", scale_factor=factors)]
    size[:] = sizes[2:] = factors[:] = [1, 1]
    for plan in plans:
        assert pickle.loads(pickle.dumps(plan)).output_shape == copy.copy(plan).output_shape == plan.output_shape


def test_wrong_calls_after_right_ones() -> None:
    x = np.zeros((1, 4, 4, 3), np.float32)
    for call in (lambda size: hp.cv.resize(x[0], size), lambda size: hp.pillow.resize(x[0, ..., 0], size), lambda size: hp.litert.resize_bilinear(x, size),
                 lambda size: hp.torch.nn.functional.interpolate(x, size)):
        call((8, 8))
        with pytest.raises(TypeError, match="integers"):  # though (8, 8) == (8.0, 8.0)
            call((8.0, 8.0))
    hp.pillow.resize(x[0, ..., 0], (8, 8), version=13)
    with pytest.raises(TypeError, match="version"):
        hp.pillow.resize(x[0, ..., 0], (8, 8), version=13.0)
