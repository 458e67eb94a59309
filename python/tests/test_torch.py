"""hp.torch: PyTorch's own numbers where it is installed, shapes and errors everywhere."""

from __future__ import annotations

import inspect
import pathlib
import pickle
import subprocess
import sys

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp

interpolate = hp.torch.nn.functional.interpolate


def test_arrays(rng: np.random.Generator) -> None:
    x = rng.random((1, 3, 6, 7), np.float32)
    y = interpolate(x, scale_factor=2, mode="nearest")
    assert isinstance(y, np.ndarray) and same_bits(y[:, :, ::2, ::2], x)
    assert interpolate(x, (9, 5), mode="bilinear", antialias=True).shape == (1, 3, 9, 5)
    assert interpolate(x, size=4).shape == (1, 3, 4, 4) and interpolate(x, scale_factor=(1.5, 2)).shape == (1, 3, 9, 14)
    plan = hp.torch.nn.functional.plan_interpolate(x.shape, x.dtype, (9, 5), mode="bicubic")
    assert same_bits(plan.run(x), interpolate(x, (9, 5), mode="bicubic"))
    assert same_bits(pickle.loads(pickle.dumps(plan)).run(x), plan.run(x))
    out = np.empty((1, 3, 9, 5), np.float32)
    assert interpolate(x, (9, 5), mode="bicubic", out=out) is out and same_bits(out, plan.run(x))
    names = [name for name, parameter in inspect.signature(interpolate).parameters.items()
             if parameter.kind is not parameter.KEYWORD_ONLY]
    assert names == ["input", "size", "scale_factor", "mode", "align_corners", "recompute_scale_factor", "antialias"]


@pytest.mark.parametrize("wrong", [
    lambda x: interpolate(x), lambda x: interpolate(x, 4, 2), lambda x: interpolate(x, (4, 4), mode="cubic"),
    lambda x: interpolate(x, (4, 4, 4)), lambda x: interpolate(x, (4, 4), align_corners=True), lambda x: interpolate(x, (0, 4)),
    lambda x: interpolate(x, (4, 4), mode="trilinear"), lambda x: interpolate(x, scale_factor="2"),
    lambda x: interpolate(x.astype(np.int64), (4, 4)), lambda x: interpolate(x[0, 0], (4, 4)),
])
def test_errors(wrong, rng: np.random.Generator) -> None:
    with pytest.raises(hp.Error) as error:
        wrong(rng.random((1, 3, 6, 7), np.float32))
    assert isinstance(error.value, (ValueError, TypeError))


def test_a_list_of_one_is_no_number(rng: np.random.Generator) -> None:
    for rank in (3, 4, 5):
        x = rng.random((1, 2, *([4] * (rank - 2))), np.float32)
        for one in ({"size": (5,)}, {"size": [5]}, {"scale_factor": (2,)}, {"scale_factor": [2.0]}):
            if rank == 3:
                assert interpolate(x, **one).shape == (1, 2, 5 if "size" in one else 8)
                continue
            with pytest.raises(hp.ArgumentError, match="must have the same number of spatial dimensions"):
                interpolate(x, **one)
            with pytest.raises(hp.ArgumentError, match="must have the same number of spatial dimensions"):
                hp.torch.nn.functional.plan_interpolate(x.shape, x.dtype, **one)
        for number in (np.float32(1.5), np.float16(1.5), 1.5):
            assert interpolate(x, scale_factor=number).shape == (1, 2, *([6] * (rank - 2)))


def test_area_of_nothing(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    for shape, size in (((2, 3, 4, 4), (0, 3)), ((2, 3, 4, 4), (3, 0)), ((0, 3, 4, 4), (5, 3)), ((2, 0, 4, 4), (5, 3))):
        for layout in (torch.contiguous_format, torch.channels_last):
            for dtype in (torch.float32, torch.uint8, torch.int32):
                x = torch.zeros(shape, dtype=dtype).to(memory_format=layout)
                want, got = torch.nn.functional.interpolate(x, size, mode="area"), interpolate(x, size, mode="area")
                assert got.shape == want.shape and got.dtype == want.dtype


def test_layouts_by_their_steps(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    photo = (rng.random((5, 9, 17)) * 255).astype(np.uint8).astype(np.float32)
    last = torch.from_numpy(rng.random((2, 10, 9, 26), np.float32)).to(memory_format=torch.channels_last)
    odd = torch.from_numpy(photo.transpose(2, 0, 1)[None])  # a batch of one whose step is 0
    for x in (odd, last[:, 1:-1], last[..., ::2], last[:, :, 1:8], last[1:], torch.ones(2, 5, 4, 1).permute(0, 3, 1, 2)):
        for mode in ("area", "nearest", "bilinear", "bicubic"):
            want, got = torch.nn.functional.interpolate(x, (1, 3), mode=mode), interpolate(x, (1, 3), mode=mode)
            assert got.stride() == want.stride() and same_bits(got.numpy(), want.numpy()), (x.stride(), mode)
    large = torch.from_numpy(rng.random((1, 19, 611, 1203), np.float32) * 255).to(memory_format=torch.channels_last)[:, 1:-1]
    odd = torch.as_strided(large.contiguous(memory_format=torch.channels_last), large.shape, (0, 1, 1203 * 17, 17))
    for x in (large, odd):  # bilinear goes by is_contiguous()
        want, got = torch.nn.functional.interpolate(x, (77, 1203), mode="bilinear"), interpolate(x, (77, 1203), mode="bilinear")
        assert same_bits(got.numpy(), want.numpy()) and got.stride() == want.stride()


MODES = [dict(mode="nearest"), dict(mode="nearest-exact"), dict(mode="bilinear"), dict(mode="bilinear", align_corners=True),
         dict(mode="bicubic"), dict(mode="bilinear", antialias=True), dict(mode="bicubic", antialias=True)]


@pytest.mark.parametrize("options", MODES)
@pytest.mark.parametrize("dtype", ["float32", "uint8"])
@pytest.mark.parametrize("layout", ["contiguous_format", "channels_last"])
def test_bits_of_pytorch(options: dict, dtype: str, layout: str, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for channels in (3, 8):
            x = torch.from_numpy((rng.random((2, channels, 9, 11)) * 255).astype(dtype)).to(memory_format=getattr(torch, layout))
            for where in (dict(size=(17, 8)), dict(scale_factor=2), dict(scale_factor=(1.5, 0.7))):
                want = torch.nn.functional.interpolate(x, **where, **options)
                got = interpolate(x, **where, **options)
                assert isinstance(got, torch.Tensor) and got.dtype == want.dtype and got.stride() == want.stride(), where
                assert same_bits(got.numpy(), want.numpy()), (channels, where)
    finally:
        torch.set_num_threads(threads)


@pytest.mark.parametrize("options", [dict(mode="nearest"), dict(mode="bilinear"), dict(mode="bicubic", align_corners=True)])
def test_gradients_of_pytorch(options: dict, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    x = torch.from_numpy(rng.random((1, 2, 5, 6))).requires_grad_()
    dy = torch.from_numpy(rng.random((1, 2, 10, 12)))
    (want,) = torch.autograd.grad(torch.nn.functional.interpolate(x, scale_factor=2, **options), x, dy)
    (got,) = torch.autograd.grad(interpolate(x, scale_factor=2, **options), x, dy)
    torch.testing.assert_close(got, want, rtol=1e-12, atol=1e-12)
    single = x.detach().float().requires_grad_()
    (want,) = torch.autograd.grad(torch.nn.functional.interpolate(single, scale_factor=2, **options), single, dy.float())
    (got,) = torch.autograd.grad(interpolate(single, scale_factor=2, **options), single, dy.float())
    if options["mode"] == "bicubic":
        torch.testing.assert_close(got, want, rtol=1e-6, atol=2e-6)
    else:
        assert same_bits(got.numpy(), want.numpy())
    assert torch.autograd.gradcheck(lambda a: interpolate(a, scale_factor=2, **options), x)
    assert torch.autograd.gradgradcheck(lambda a: interpolate(a, scale_factor=2, **options), x)


@pytest.mark.parametrize("options", MODES)
def test_gradients_without_pytorch(options: dict, rng: np.random.Generator) -> None:
    functional = hp.torch.nn.functional
    x = rng.random((2, 3, 5, 6))
    for where in (dict(size=(10, 9)), dict(scale_factor=2), dict(scale_factor=(1.5, 0.7))):
        y = interpolate(x, **where, **options)
        dy = rng.random(y.shape)
        given = (where.get("size"), where.get("scale_factor"), options["mode"], options.get("align_corners"), None, options.get("antialias", False),
                 "contiguous_format")
        dx = functional._transposed(dy, x.shape, *given)
        np.testing.assert_allclose((dx * x).sum(), (dy * y).sum(), rtol=1e-12)  # the transpose of what interpolate() does
        step = rng.random(x.shape)
        np.testing.assert_allclose((dx * step).sum(), (dy * interpolate(step, **where, **options)).sum(), rtol=1e-12)
        assert hp.torch.nn.functional.interpolate_gradient(dy, x.shape, **where, **options).shape == x.shape


def test_gradient_errors(rng: np.random.Generator) -> None:
    gradient = hp.torch.nn.functional.interpolate_gradient
    for shape in ((1, 2, 8), (1, 2, 8, 8), (1, 2, 8, 8, 8)):
        with pytest.raises(hp.Error):
            gradient(rng.random(shape), (1, 2, *([4] * (len(shape) - 2))), scale_factor=3)
    with pytest.raises(hp.Error):
        gradient(rng.random((1, 2, 8, 8)), (1, 2, 4, 4), scale_factor=2, mode="cubic")


def test_in_a_module(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    layer = torch.nn.Conv2d(3, 4, 3)
    interpolate(layer(torch.ones(1, 3, 6, 6)), scale_factor=2, mode="bilinear").square().mean().backward()
    assert layer.weight.grad is not None and bool(layer.weight.grad.abs().sum() > 0)


@pytest.mark.parametrize("wrong", [
    lambda resize: resize(None), lambda resize: resize("8"), lambda resize: resize(0), lambda resize: resize(True), lambda resize: resize((1, 2, 3)),
    lambda resize: resize(2.5), lambda resize: resize([3, None]), lambda resize: resize(3, "magic"), lambda resize: resize(3, 99), lambda resize: resize(3, None),
    lambda resize: resize(3, max_size=2), lambda resize: resize((3, 3), max_size=9), lambda resize: resize(3, antialias=False),
    lambda resize: resize(3)(None), lambda resize: resize(3)("x"), lambda resize: resize(3)([[1]]), lambda resize: resize(3)(np.zeros(3)),
    lambda resize: resize(3)(np.zeros((2, 2, 2, 2))),
])
def test_wrong_uses_of_the_transform(wrong) -> None:
    with pytest.raises(hp.Error):
        wrong(hp.torch.transforms.Resize)


def test_the_transform_leaves_tensors_to_pytorch(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    for tensor in (torch.rand(3, 40, 50), torch.zeros(3, 8, 3, dtype=torch.uint8), torch.rand(2, 3, 8, 8)):  # torchvision's are (…, C, H, W)
        with pytest.raises(hp.Error, match="before ToTensor"):
            hp.torch.transforms.Resize(4)(tensor)


def test_modules(rng: np.random.Generator) -> None:
    if not pytest.importorskip("importlib.util").find_spec("torch"):
        with pytest.raises(hp.MissingPackageError):
            hp.torch.nn.Upsample(2)
    torch = pytest.importorskip("torch")
    x = torch.from_numpy(rng.random((2, 3, 5, 6), np.float32))
    for name, arguments in (("Upsample", {"scale_factor": 2, "mode": "bilinear"}), ("Upsample", {"size": (7, 9), "mode": "bicubic", "align_corners": True}),
                            ("Upsample", {"scale_factor": (1.5, 2)}), ("UpsamplingNearest2d", {"size": 9}), ("UpsamplingBilinear2d", {"scale_factor": 2})):
        ours, theirs = getattr(hp.torch.nn, name)(**arguments), getattr(torch.nn, name)(**arguments)
        assert isinstance(ours, torch.nn.Module) and repr(ours) == repr(theirs) and ours.state_dict() == {}
        assert torch.equal(torch.nn.Sequential(ours)(x), theirs(x))
        one, other = x.clone().requires_grad_(), x.clone().requires_grad_()
        ours(one).square().sum().backward()
        theirs(other).square().sum().backward()
        if arguments.get("mode") == "bicubic":
            torch.testing.assert_close(one.grad, other.grad, rtol=1e-6, atol=2e-6)  # summed in double here
        else:
            assert torch.equal(one.grad, other.grad)


class _Pictures:
    """A data set for workers."""

    def __init__(self, images: list) -> None:
        self.images, self.transform = images, hp.torch.transforms.Resize((11, 13))

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int):
        return np.asarray(self.transform(self.images[index])), hp.num_threads()


def test_workers_of_a_data_loader(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    pil = pytest.importorskip("PIL.Image")
    images = [pil.fromarray(rng.integers(0, 256, (30, 40, 3), np.uint8)) for _ in range(6)]
    threads = hp.num_threads()
    loader = torch.utils.data.DataLoader(_Pictures(images), batch_size=2, num_workers=2)
    got = list(loader)
    assert all(count == 1 for _, counts in got for count in counts) and hp.num_threads() == threads
    for index, image in enumerate(images):
        want = np.asarray(image.resize((13, 11), pil.Resampling.BILINEAR))
        np.testing.assert_array_equal(got[index // 2][0][index % 2].numpy(), want)


@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16", "uint8"])
@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "trilinear", "area"])
def test_volumes_of_channels_last(mode: str, dtype: str, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    if (mode == "area" and dtype == "bfloat16") or (dtype == "uint8" and not mode.startswith("nearest")):
        return  # rounded otherwise; refused by PyTorch
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for channels in (1, 3, 4, 8, 11):
            x = torch.from_numpy(rng.random((2, channels, 9, 3, 8)) * 255).to(getattr(torch, dtype)).to(memory_format=torch.channels_last_3d)
            for where in (dict(size=(7, 7, 5)), dict(size=(9, 6, 3)), dict(scale_factor=(1.4, 2.45, 0.7))):
                for corners in (None, True) if mode == "trilinear" else (None,):
                    want = torch.nn.functional.interpolate(x, **where, mode=mode, align_corners=corners)
                    got = interpolate(x, **where, mode=mode, align_corners=corners)
                    assert torch.equal(got, want) and (channels == 1 or got.stride() == want.stride()), (channels, where, corners)
        x = torch.ones(1, 4, 2, 3, 4).to(memory_format=torch.channels_last_3d).requires_grad_()
        interpolate(x, scale_factor=2).sum().backward()
        assert torch.equal(x.grad, torch.full_like(x, 8))
    finally:
        torch.set_num_threads(threads)


def test_empty_areas() -> None:
    for dtype in ("float32", "float16", "uint8", "int32"):
        assert interpolate(np.ones((1, 2, 3, 4), dtype), scale_factor=(0.1, 2), mode="area").shape == (1, 2, 0, 8)
    assert interpolate(np.ones((1, 2, 3, 3, 3), np.float32), (2, 0, 1), mode="area").shape == (1, 2, 2, 0, 1)
    for wrong in (lambda: interpolate(np.ones((1, 2, 3, 3, 3), np.uint8), 0, mode="area"), lambda: interpolate(np.ones((1, 2, 0, 3), np.float32), 2, mode="area"),
                  lambda: hp.torch.nn.functional.interpolate_gradient(np.ones((1, 2, 0, 3), np.float32), (1, 2, 3, 3), (0, 3), mode="area")):
        with pytest.raises(hp.Error):
            wrong()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("mode", ["nearest", "bilinear", "bicubic"])
def test_gradients_of_half_precision(mode: str, dtype: str) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    x = torch.randn(1, 2, 4, 5).to(getattr(torch, dtype)).requires_grad_()
    dy = torch.randn(1, 2, 7, 9).to(x.dtype)
    (want,) = torch.autograd.grad(torch.nn.functional.interpolate(x, (7, 9), mode=mode), x, dy)
    (got,) = torch.autograd.grad(interpolate(x, (7, 9), mode=mode), x, dy)
    assert torch.equal(got, want)


def test_transforms_of_torch_func() -> None:
    pytest.importorskip("torch.func")
    # In a process of its own: torch.func imports Triton, which does not bear TensorFlow beside it.
    script = "import test_torch; test_torch.transforms_of_torch_func()"
    subprocess.run([sys.executable, "-c", script], cwd=pathlib.Path(__file__).parent, check=True, timeout=600)


def transforms_of_torch_func() -> None:
    import torch
    from torch import func

    rng = np.random.default_rng(7)
    x, many = torch.from_numpy(rng.random((1, 2, 2, 3))), torch.from_numpy(rng.random((1, 4, 2, 2, 3)))
    for options in (dict(scale_factor=2, mode="bilinear"), dict(size=(3, 5)), dict(scale_factor=1.5, mode="bicubic")):
        def loss(f, a, options=options):
            return f(a, **options).square().sum()

        for transformed in (lambda f: func.grad(lambda a: loss(f, a))(x), lambda f: func.hessian(lambda a: loss(f, a))(x),
                            lambda f, o=options: func.vmap(lambda a: f(a, **o), in_dims=1)(many), lambda f, o=options: func.jacfwd(lambda a: f(a, **o))(x),
                            lambda f: func.vmap(func.grad(lambda a: loss(f, a)), in_dims=1)(many),
                            lambda f, o=options: func.jvp(lambda a: f(a, **o), (x,), (x * 2,))[1]):
            torch.testing.assert_close(transformed(interpolate), transformed(torch.nn.functional.interpolate), rtol=1e-5, atol=1e-5)
    with pytest.raises(TypeError, match="torch.func"):
        func.vmap(lambda a: hp.cv.resize(a, (3, 3)))(torch.zeros(2, 4, 4))
