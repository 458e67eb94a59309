"""Arrays of every kind: strides, byte orders, out=, DLPack, bfloat16; nothing is copied that need not be."""

from __future__ import annotations

import array as stdarray
import sys
import threading

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp

resize = hp.tf.image.resize


def test_views_are_read_where_they_are(rng: np.random.Generator) -> None:
    x = rng.random((2, 9, 8, 3), np.float32)
    want = resize(x[:, ::-1, 1:7:2], (7, 5))
    assert same_bits(want, resize(np.ascontiguousarray(x[:, ::-1, 1:7:2]), (7, 5)))
    assert same_bits(resize(np.asfortranarray(x), (5, 5)), resize(x, (5, 5)))
    assert same_bits(resize(np.broadcast_to(x[:1], (2, 9, 8, 3)), (5, 5)), resize(np.repeat(x[:1], 2, 0), (5, 5)))
    frozen = x.copy()
    frozen.flags.writeable = False
    assert same_bits(resize(frozen, (5, 5)), resize(x, (5, 5)))


def test_no_copy_of_a_large_view() -> None:
    tracemalloc = pytest.importorskip("tracemalloc")
    x = np.ones((1, 600, 600, 3), np.float32)[:, ::-1, ::2]
    plan = hp.tf.image.plan_resize(x.shape, x.dtype, (32, 32))
    out = np.empty(plan.output_shape, np.float32)
    plan.run(x, out)
    tracemalloc.start()  # NumPy tells it of its allocations
    plan.run(x, out)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000


def test_out_is_returned_and_filled(rng: np.random.Generator) -> None:
    x = rng.random((1, 5, 6, 3), np.float32)
    want = resize(x, (8, 9))
    big = np.zeros((1, 8, 18, 3), np.float32)
    out = big[:, ::-1, ::2]
    assert resize(x, (8, 9), out=out) is out
    assert same_bits(out, want) and not big[:, :, 1::2].any()
    fortran = np.zeros((1, 8, 9, 3), np.float32, order="F")
    assert same_bits(resize(x, (8, 9), out=fortran), want)


@pytest.mark.parametrize("bad", ["dtype", "shape", "read-only", "overlap", "order", "list"])
def test_out_that_cannot_be(bad: str, rng: np.random.Generator) -> None:
    x = rng.random((1, 4, 4, 3), np.float32)
    before = x.copy()
    out: object = {
        "dtype": np.zeros((1, 8, 8, 3), np.float64),
        "shape": np.zeros((1, 8, 7, 3), np.float32),
        "read-only": np.broadcast_to(np.float32(0), (1, 8, 8, 3)),
        "overlap": np.lib.stride_tricks.as_strided(x, (1, 4, 4, 3), x.strides),
        "order": np.zeros((1, 8, 8, 3), ">f4"),
        "list": [[0.0]],
    }[bad]
    size = (4, 4) if bad == "overlap" else (8, 8)
    with pytest.raises(hp.Error, match="out") as error:
        resize(x, size, method="bicubic", out=out)
    assert isinstance(error.value, (ValueError, TypeError))
    assert same_bits(x, before)


def test_other_byte_order_and_misaligned(rng: np.random.Generator) -> None:
    x = rng.random((1, 4, 4, 3), np.float32)
    assert same_bits(resize(x.astype(">f4"), (8, 8)), resize(x, (8, 8)))
    odd = np.frombuffer(b"\0" + x.tobytes(), np.uint8)[1:].view(np.float32).reshape(x.shape)
    assert same_bits(resize(odd, (8, 8)), resize(x, (8, 8)))
    fields = np.zeros((1, 4, 4, 3), np.dtype([("a", "u1"), ("b", "f4")]))
    fields["b"] = x
    assert same_bits(resize(fields["b"], (8, 8)), resize(x, (8, 8)))


def test_buffers_and_lists() -> None:
    assert resize([[[1.0], [2.0]]], (1, 4)).dtype == np.float32
    assert resize([[[1], [2]]], (1, 4), method="nearest").dtype == np.int32
    numbers = memoryview(stdarray.array("f", range(12))).cast("B").cast("f", (2, 2, 3))
    assert resize(numbers, (4, 4)).shape == (4, 4, 3)


@pytest.mark.parametrize("wrong", [None, "x.png", {"a": 1}, np.zeros((2, 2, 1), complex), np.zeros((2, 2, 1), object),
                                   np.zeros((2, 2, 1), "M8[s]"), np.zeros((2, 2, 1), "S3"), [[[1.0], [2.0]], [[3.0]]]])
def test_what_is_no_array(wrong: object) -> None:
    with pytest.raises(hp.Error, match="images"):
        resize(wrong, (4, 4))


def test_bfloat16(rng: np.random.Generator) -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    x = rng.random((1, 4, 4, 3), np.float32).astype(ml_dtypes.bfloat16)
    assert resize(x, (8, 8)).dtype == np.float32
    assert same_bits(resize(x, (8, 8)), resize(x.astype(np.float32), (8, 8)))
    nearest = hp.tf.image.resize(x, (8, 8), method="nearest")
    assert nearest.dtype == ml_dtypes.bfloat16 and same_bits(nearest[:, ::2, ::2].view(np.uint16), x.view(np.uint16))
    out = np.zeros((1, 8, 8, 3), ml_dtypes.bfloat16)
    assert resize(x, (8, 8), method="nearest", out=out) is out and same_bits(out, nearest)
    assert hp.keras.layers.UpSampling2D(dtype="bfloat16")(x).dtype == ml_dtypes.bfloat16


def test_results_are_aligned_writeable_and_live_on() -> None:
    y = resize(np.ones((1, 300, 300, 3), np.uint8), (600, 600))
    assert y.flags.writeable and y.flags.c_contiguous and y.__array_interface__["data"][0] % 64 == 0
    view = y[0, ::2]
    del y
    view += 1
    assert float(view.max()) == 2.0
    assert resize(np.ones((0, 4, 4, 3), np.float32), (8, 8)).shape == (0, 8, 8, 3)


def test_the_lock_is_released() -> None:
    x = np.ones((1, 1500, 1500, 3), np.float32)
    plan = hp.tf.image.plan_resize(x.shape, x.dtype, (3000, 3000), method="lanczos5")
    out = np.empty(plan.output_shape, np.float32)
    plan.run(x, out)
    ticks, done = [0], threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks[0] += 1

    previous = sys.getswitchinterval()
    sys.setswitchinterval(10.0)  # only who lets go of the lock lets others run
    thread = threading.Thread(target=tick)
    try:
        thread.start()
        sys.setswitchinterval(10.0)
        before = ticks[0]
        plan.run(x, out)
        after = ticks[0]
    finally:
        sys.setswitchinterval(previous)
        done.set()
        thread.join()
    assert after > before


def test_many_threads_at_once(rng: np.random.Generator) -> None:
    x = rng.random((1, 40, 40, 3), np.float32)
    want = resize(x, (80, 80), method="bicubic")
    plan = hp.tf.image.plan_resize(x.shape, x.dtype, (80, 80), method="bicubic")
    wrong: list[int] = []

    def work(index: int) -> None:
        for _ in range(50):
            if not same_bits(plan.run(x), want) or not same_bits(resize(x, (80, 80), method="bicubic"), want):
                wrong.append(index)

    threads = [threading.Thread(target=work, args=(index,)) for index in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not wrong


def test_torch(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    x = torch.from_numpy(rng.random((1, 6, 6, 3), np.float32))
    want = resize(x.numpy(), (12, 12))
    y = resize(x, (12, 12))
    assert isinstance(y, torch.Tensor) and same_bits(y.numpy(), want)
    out = torch.zeros(1, 12, 12, 3)
    pointer = out.data_ptr()
    assert resize(x, (12, 12), out=out) is out and out.data_ptr() == pointer and same_bits(out.numpy(), want)
    assert same_bits(resize(x.permute(0, 2, 1, 3), (12, 12)).numpy(), resize(x.numpy().transpose(0, 2, 1, 3), (12, 12)))
    half = x.to(torch.bfloat16)
    assert resize(half, (12, 12), method="nearest").dtype == torch.bfloat16
    z = torch.complex(x, x).conj().imag
    assert same_bits(resize(z, (12, 12)).numpy(), resize(z.resolve_neg().numpy(), (12, 12)))
    assert isinstance(hp.keras.layers.UpSampling2D()(x), torch.Tensor)
    with pytest.raises(TypeError, match="meta") as error:
        resize(x.to("meta"), (12, 12))
    assert isinstance(error.value, hp.Error)


def test_torch_gradients(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    x = torch.from_numpy(rng.random((1, 5, 6, 2), np.float32)).requires_grad_()
    dy = torch.from_numpy(rng.random((1, 10, 9, 2), np.float32))
    (dx,) = torch.autograd.grad(resize(x, (10, 9), method="bicubic"), x, dy)
    assert same_bits(dx.numpy(), hp.tf.image.resize_gradient(dy.numpy(), (1, 5, 6, 2), method="bicubic"))
    layer = hp.keras.layers.UpSampling2D(2, interpolation="bilinear")
    layer(x).sum().backward()
    assert same_bits(x.grad.numpy(), layer.gradient(np.ones((1, 10, 12, 2), np.float32), (1, 5, 6, 2)))
    with torch.no_grad():
        assert not resize(x, (10, 9)).requires_grad
    with pytest.raises(TypeError, match="gradient"):
        hp.tf.image.plan_resize((1, 5, 6, 2), "float32", (4, 4)).run(x)


def test_jax(rng: np.random.Generator) -> None:
    jax = pytest.importorskip("jax")
    x = jax.numpy.asarray(rng.random((1, 6, 6, 3), np.float32))
    before = np.array(x)
    y = resize(x, (12, 12))
    assert isinstance(y, jax.Array) and same_bits(np.asarray(y), resize(before, (12, 12)))
    assert same_bits(np.asarray(x), before)
    with pytest.raises(hp.Error, match="out"):
        resize(before, (12, 12), out=y)
    with pytest.raises(TypeError):
        jax.jit(lambda a: resize(a, (12, 12)))(x)
    half = x.astype(jax.numpy.bfloat16)
    assert resize(half, (12, 12), method="nearest").dtype == jax.numpy.bfloat16


def test_tensorflow(rng: np.random.Generator) -> None:
    tensorflow = pytest.importorskip("tensorflow")
    x = tensorflow.constant(rng.random((1, 6, 6, 3), np.float32))
    y = resize(x, (12, 12), method="lanczos3")
    assert isinstance(y, tensorflow.Tensor)
    assert same_bits(y.numpy(), tensorflow.image.resize(x, (12, 12), method="lanczos3").numpy())


class OnDevice:
    """What CuPy's arrays look like from here."""

    def __dlpack_device__(self) -> tuple[int, int]:
        return (2, 0)

    def __dlpack__(self, **_: object) -> object:
        raise AssertionError("asked for its memory")


def test_other_devices() -> None:
    with pytest.raises(TypeError, match="CPU") as error:
        resize(OnDevice(), (4, 4))
    assert isinstance(error.value, hp.Error)


class Capsule:
    """Something that speaks DLPack and nothing else."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.array.__dlpack_device__()

    def __dlpack__(self, **options: object) -> object:
        return self.array.__dlpack__(**options)


def test_dlpack_alone(rng: np.random.Generator) -> None:
    x = rng.random((1, 6, 6, 3), np.float32)
    assert same_bits(resize(Capsule(x), (9, 9)), resize(x, (9, 9)))
    assert same_bits(resize(Capsule(x[:, ::2]), (9, 9)), resize(x[:, ::2], (9, 9)))
    out = np.zeros((1, 9, 9, 3), np.float32)
    wrapped = Capsule(out)
    assert resize(x, (9, 9), out=wrapped) is wrapped and same_bits(out, resize(x, (9, 9)))


def test_elements_that_share_memory(rng: np.random.Generator) -> None:
    x = rng.random((2, 6, 6, 3), np.float32)
    one = np.lib.stride_tricks.as_strided(np.zeros((1, 9, 9, 3), np.float32), (2, 9, 9, 3), (0, 108, 12, 4))
    plan = hp.tf.image.plan_resize(x.shape, x.dtype, (9, 9))
    for call in (lambda: resize(x, (9, 9), out=one), lambda: plan.run(x, one), lambda: plan.run_window(x, out=one)):
        with pytest.raises(ValueError, match="out .*single memory location") as error:
            call()
        assert isinstance(error.value, hp.Error) and not one.any()
    single = np.zeros((9, 9, 3), np.float32)
    resize(x[:1], (9, 9), out=np.lib.stride_tricks.as_strided(single, (1, 9, 9, 3), (0, 108, 12, 4)))  # an axis of one has any stride
    assert same_bits(single, resize(x[0], (9, 9)))


@pytest.mark.parametrize("dtype", ["uint16", "float32", "float64"])
def test_misaligned_arrays_without_elements(dtype: str, tmp_path) -> None:
    empty = np.zeros((0, 4, 4, 3), [("one", "u1"), ("value", dtype)])["value"]  # NumPy calls these aligned
    for layer in (hp.keras.layers.UpSampling2D(2), hp.keras.layers.UpSampling2D(2, interpolation="bilinear")):
        assert layer(empty).shape == (0, 8, 8, 3)
    assert resize(empty, (5, 5)).shape == (0, 5, 5, 3)
    hp.write_npy(tmp_path / "x.npy", empty)
    assert hp.read_npy(tmp_path / "x.npy").shape == empty.shape
    if dtype == "float32":
        assert resize(empty, (4, 4), out=empty) is empty
