"""hp.onnx and hp.jax beside the programs themselves, where they are installed."""

from __future__ import annotations

import itertools
import pickle

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp


def test_onnx_arrays(rng: np.random.Generator) -> None:
    x = rng.random((1, 2, 5, 6), np.float32)
    y = hp.onnx.resize(x, scales=(1, 1, 2, 2))
    assert same_bits(y[:, :, ::2, ::2], x) and same_bits(hp.onnx.resize(x, (1, 2, 10, 12)), y)
    assert hp.onnx.resize(x, (7, 9), axes=(2, 3), mode="linear", antialias=True).shape == (1, 2, 7, 9)
    plan = hp.onnx.plan_resize(x.shape, x.dtype, scales=(1, 1, 1.5, 2), mode="cubic", cubic_coeff_a=-0.5)
    assert same_bits(pickle.loads(pickle.dumps(plan)).run(x), hp.onnx.resize(x, scales=(1, 1, 1.5, 2), mode="cubic", cubic_coeff_a=-0.5))
    (r0, r1), (c0, c1) = plan.required_input((1, 4), (2, 9))
    assert same_bits(plan.run_window(x[:, :, r0:r1, c0:c1], (1, 4), (2, 9)), plan.run(x)[:, :, 1:4, 2:9])
    for wrong in (lambda: hp.onnx.resize(x), lambda: hp.onnx.resize(x, (1, 2, 3)), lambda: hp.onnx.resize(x, (1, 2, 3, 3), mode="bicubic"),
                  lambda: hp.onnx.resize(x, scales=(1, 1, 2, 2), antialias=True, mode="linear", opset=11), lambda: hp.onnx.resize(x, scales="2")):
        with pytest.raises(hp.Error):
            wrong()


@pytest.mark.parametrize("mode", ["nearest", "linear", "cubic"])
@pytest.mark.parametrize("coordinates", ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"])
def test_bits_of_onnx_runtime(mode: str, coordinates: str, rng: np.random.Generator) -> None:
    onnx, runtime = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    x = rng.random((1, 3, 7, 9), np.float32)
    for size in ((14, 18), (5, 11)):
        node = onnx.helper.make_node("Resize", ["x", "", "", "sizes"], ["y"], mode=mode, coordinate_transformation_mode=coordinates)
        value = onnx.helper.make_tensor_value_info
        sizes = onnx.numpy_helper.from_array(np.array([1, 3, *size], np.int64), "sizes")
        graph = onnx.helper.make_graph([node], "g", [value("x", 1, x.shape)], [value("y", 1, (1, 3, *size))], [sizes])
        session = runtime.InferenceSession(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 19)], ir_version=9)
                                           .SerializeToString())
        want = session.run(None, {"x": x})[0]
        assert same_bits(hp.onnx.resize(x, (1, 3, *size), mode=mode, coordinate_transformation_mode=coordinates), want)


def test_empty_axes_stay_empty() -> None:
    for shape, size in (((0,), (0,)), ((0, 3), (0, 5)), ((3, 0), (5, 0)), ((2, 0, 3), (4, 0, 5)), ((1, 0, 4, 3), (1, 0, 8, 3))):
        for dtype in (np.float32, np.uint8):
            for method in ("nearest", "linear", "lanczos3"):
                got = hp.jax.image.resize(np.ones(shape, dtype), size, method)
                assert got.shape == size and got.dtype == (dtype if method == "nearest" else np.float32)
    for shape, size in (((1, 3, 0, 4), (1, 3, 0, 8)), ((1, 3, 0, 0), (1, 3, 0, 0)), ((0, 4), (0, 8)), ((0,), (0,))):
        assert hp.onnx.resize(np.ones(shape, np.uint8), sizes=size).shape == size


def test_jax_arrays(rng: np.random.Generator) -> None:
    x = rng.random((1, 4, 5, 2), np.float32)
    resize = hp.jax.image.resize
    assert resize(x, (1, 8, 10, 2), "nearest").shape == (1, 8, 10, 2) and resize(x[0, :, :, 0], (2, 2), "linear", antialias=False).shape == (2, 2)
    assert resize(x.astype(np.float64), (1, 8, 5, 2), "linear").dtype == np.float32
    assert same_bits(resize(x, (1, 8, 8, 2), hp.jax.image.ResizeMethod.CUBIC), resize(x, (1, 8, 8, 2), "bicubic"))
    plan = hp.jax.image.plan_resize(x.shape, x.dtype, (1, 8, 8, 2), "lanczos3")
    assert same_bits(pickle.loads(pickle.dumps(plan)).run(x), resize(x, (1, 8, 8, 2), "lanczos3"))
    for wrong in (lambda: resize(x, (8, 8), "linear"), lambda: resize(x, (1, 8, 8, 2), "cubique"), lambda: resize(x, 3, "linear"), lambda: resize(x, (1, -8, 8, 2), "linear")):
        with pytest.raises(hp.Error):
            wrong()
    with pytest.raises(TypeError):
        resize(x, (1, 8, 8, 2))


def test_numbers_of_jax(rng: np.random.Generator) -> None:
    jax = pytest.importorskip("jax")
    x = jax.numpy.asarray(rng.random((1, 6, 7, 2), np.float32))
    for method, antialias in itertools.product(("nearest", "linear", "cubic", "lanczos3", jax.image.ResizeMethod.LANCZOS5), (True, False)):
        for shape in ((1, 12, 11, 2), (1, 4, 5, 2)):
            got, want = hp.jax.image.resize(x, shape, method, antialias=antialias), jax.image.resize(x, shape, method, antialias=antialias)
            assert isinstance(got, jax.Array) and got.dtype == want.dtype
            np.testing.assert_allclose(got, want, atol=2e-6 if method != "nearest" else 0)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int32"])
def test_cubic_of_integers(dtype: str) -> None:
    x = np.arange(16).astype(dtype).reshape(1, 1, 4, 4)
    assert np.array_equal(hp.onnx.resize(x, sizes=x.shape, mode="cubic"), x)  # as ONNX Runtime, which computes nothing here
    assert hp.onnx.resize(x, scales=(1, 1, 0.1, 1), mode="cubic").shape == (1, 1, 0, 4)
    with pytest.raises(hp.Error, match="type mismatch"):
        hp.onnx.resize(x, scales=(1, 1, 2, 2), mode="cubic")
