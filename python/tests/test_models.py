"""Models: loaded, run, saved, pickled; outputs that Keras saved."""

from __future__ import annotations

import json
import pickle
import threading

import numpy as np
import pytest
from conftest import ROOT, same_bits

import halfpixel as hp

CASES = ROOT / "tests" / "data" / "models"


def test_attributes(model, capsys: pytest.CaptureFixture[str]) -> None:
    assert model.name == "espcn_x2" and model.input_shape == (None, None, None, 3) == model.output_shape
    one = model.inputs[0]
    assert (one.name, one.shape, one.dtype) == ("photo", (None, None, None, 3), "float32") and model.outputs[0].name == "large_photo"
    assert model.count_params() == 34524 == sum(weight.size for weight in model.weights)
    assert type(model.layers[2]).__name__ == "Conv2D" and model.layers[2].name == "head"
    head = model.get_layer("head")
    assert [weight.shape for weight in head.weights] == [(3, 3, 3, 24), (24,)] and head.count_params() == 672
    assert head.get_config()["filters"] == 24 and model.get_layer(index=2).name == "head"
    assert head.filters == 24 and model.get_layer("bicubic").interpolation == "bicubic" and not hasattr(head, "nothing")
    model.summary()
    assert "34,524" in capsys.readouterr().out
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    assert "head (Conv2D)" in "\n".join(lines)
    with pytest.raises(ValueError, match="No such layer: nose") as error:
        model.get_layer("nose")
    assert isinstance(error.value, hp.Error)


@pytest.mark.parametrize("name", ["conv2d", "audio_unet", "batch_normalization_h5", "activation_layers"])
def test_outputs_that_keras_saved(name: str) -> None:
    case = json.loads((CASES / name / "case.json").read_text())
    file = next(path for path in (CASES / name).iterdir() if path.name.startswith("model"))
    model = hp.keras.models.load_model(file)
    inputs = [np.load(CASES / name / row["file"]) for row in case["inputs"].values()]
    wants = [np.load(CASES / name / row["file"]) for row in case["outputs"].values()]
    got = model(inputs[0] if len(inputs) == 1 else inputs)
    got = list(got.values()) if isinstance(got, dict) else got if isinstance(got, list) else [got]
    for result, want in zip(got, wants, strict=True):
        assert result.shape == want.shape
        np.testing.assert_allclose(result, want, rtol=1e-4, atol=1e-4)


def test_predict_and_call(model, rng: np.random.Generator) -> None:
    x = rng.random((5, 12, 14, 3), np.float32) * 255
    z = model.predict(x, batch_size=2)
    assert z.shape == (5, 24, 28, 3) and same_bits(z, model.predict(x, batch_size=2))
    np.testing.assert_allclose(model(x), z, atol=1e-3)
    np.testing.assert_allclose(model.predict({"photo": x}), z, atol=1e-3)
    np.testing.assert_allclose(model([x]), z, atol=1e-3)
    np.testing.assert_allclose(model.predict(x[:, ::-1, ::2]), model.predict(np.ascontiguousarray(x[:, ::-1, ::2])), atol=1e-3)
    np.testing.assert_allclose(model.predict(x.astype(np.uint8)), model.predict(np.floor(x)), atol=1e-3)
    for wrong in (x[0], x[..., :2], [x, x], {"photos": x}, None, "x"):
        with pytest.raises(hp.Error):
            model.predict(wrong)
    with pytest.raises(hp.Error, match="batch_size"):
        model.predict(x, batch_size=0)


def test_save_and_pickle(model, tmp_path, rng: np.random.Generator) -> None:
    x = rng.random((1, 8, 8, 3), np.float32)
    model.save(tmp_path / "copy.keras")
    with pytest.raises(hp.Error, match="overwrite"):
        model.save(tmp_path / "copy.keras", overwrite=False)
    for again in (hp.keras.models.load_model(tmp_path / "copy.keras"), pickle.loads(pickle.dumps(model))):
        assert same_bits(again(x), model(x)) and again.to_json() == model.to_json()
    again = hp.keras.models.model_from_json(model.to_json())
    again.set_weights(model.get_weights())
    assert same_bits(again(x), model(x))
    model.save_weights(tmp_path / "copy.weights.h5")
    other = hp.keras.models.model_from_json(model.to_json())
    other.load_weights(tmp_path / "copy.weights.h5")
    assert same_bits(other(x), model(x))
    with pytest.raises(ValueError):
        again.set_weights(model.get_weights()[:-1])
    with pytest.raises(OSError):
        model.save(tmp_path / "nowhere" / "copy.keras")


def test_files_that_are_no_models(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="file not found"):
        hp.keras.models.load_model(tmp_path / "none.keras")
    (tmp_path / "bad.keras").write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(hp.Error, match="bad.keras") as error:
        hp.keras.models.load_model(str(tmp_path / "bad.keras"))
    assert isinstance(error.value, ValueError)
    with pytest.raises(hp.Error, match="model"):
        hp.tf.function(lambda x: x)


def test_function(model, rng: np.random.Generator) -> None:
    x = rng.random((2, 10, 12, 3), np.float32)
    function = hp.tf.function(model)
    np.testing.assert_allclose(function(x), model(x), atol=1e-4)
    assert function.tracing_count == 1 and "conv" in function.describe(x.shape) and function.describe(x) == function.describe(x.shape)
    out = np.empty((2, 20, 24, 3), np.float32)
    assert function(x, out=out) is out and same_bits(out, function(x))
    concrete = function.get_concrete_function(hp.tf.TensorSpec((1, 10, 12, 3), "float32"))
    assert concrete.outputs[0].shape == (1, 20, 24, 3) and concrete.arena_bytes > 0 and concrete.passes()
    assert len(concrete.profile(x[:1], runs=1)) > 5
    exact = hp.tf.function(model, precision="exact", without=["low_resolution_convolution"])
    np.testing.assert_allclose(pickle.loads(pickle.dumps(exact))(x), exact(x), atol=0)
    np.testing.assert_allclose(hp.tf.function(model, precision="fast")(x), exact(x), atol=0.05 * np.abs(exact(x)).max())
    for wrong in (lambda: hp.tf.function(model, precision="sloppy"), lambda: hp.tf.function(model, without=["nothing"]),
                  lambda: function(x, out=out[:1])):
        with pytest.raises(ValueError) as error:
            wrong()
        assert isinstance(error.value, hp.Error)


def test_bands(model, rng: np.random.Generator) -> None:
    x = (rng.random((1, 1000, 40, 3)) * 255).astype(np.float32)
    banded = hp.tf.BandedFunction(model, x.shape, memory_bytes=1 << 22)
    want = hp.tf.function(model)(x)
    assert banded.bands > 1 and banded.output.shape == want.shape and banded.input.shape == x.shape and 0 < banded.band_height < 1000
    assert same_bits(banded(x), want) and same_bits(np.concatenate(list(banded.iterate(x)), 1), want)
    assert [banded.rows(band)[1] for band in range(banded.bands - 1)] == [banded.rows(band)[0] for band in range(1, banded.bands)]
    out = np.empty_like(want)
    assert banded(x, out=out) is out and same_bits(out, want) and banded.arena_bytes > 0
    assert same_bits(banded(x[:, ::-1]), hp.tf.function(model)(x[:, ::-1].copy()))
    assert same_bits(pickle.loads(pickle.dumps(banded))(x), want)
    pooled = hp.keras.Sequential([hp.keras.Input((None, None, 3)), hp.keras.layers.GlobalAveragePooling2D(keepdims=True)])
    for wrong in (lambda: hp.tf.BandedFunction(None, x.shape), lambda: hp.tf.BandedFunction(model, (1, None, 40, 3)), lambda: hp.tf.BandedFunction(model, x.shape[1:]),
                  lambda: hp.tf.BandedFunction(pooled, x.shape), lambda: hp.tf.BandedFunction(model, x.shape, memory_bytes=0), lambda: banded.rows(-1),
                  lambda: banded.run_band(99, x), lambda: banded.run_band("a", x), lambda: banded(x[:, :50]), lambda: banded(None), lambda: banded.rows(None), lambda: banded.run_band(None, x), lambda: hp.tf.BandedFunction(model, 3),
                  lambda: hp.tf.BandedFunction(model, x.shape, None), lambda: hp.tf.BandedFunction(model, "photo"), lambda: banded(x, out=out[:, :3]),
                  lambda: hp.tf.BandedFunction(model, x.shape, precision="sloppy"), lambda: hp.tf.BandedFunction(model, x.shape, memory_bytes="a")):
        with pytest.raises(hp.Error):
            wrong()
    with pytest.raises(MemoryError):
        hp.tf.BandedFunction(model, x.shape, memory_bytes=1)


def test_functions_see_weights_that_were_set(model, rng: np.random.Generator) -> None:
    x = rng.random((1, 8, 8, 3), np.float32)
    function = hp.tf.function(model)
    before = function(x)
    model.get_layer("head").set_weights([weight * 2 for weight in model.get_layer("head").get_weights()])
    assert np.abs(function(x) - before).max() > 1e-3 and function.tracing_count == 1
    np.testing.assert_allclose(function(x), model(x), atol=1e-4)


def test_custom_objects() -> None:
    config = {
        "class_name": "Sequential",
        "config": {"name": "custom", "layers": [
            {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [None, 2, 2, 4], "dtype": "float32", "name": "in"}},
            {"module": "acme", "class_name": "Shuffle", "config": {"name": "shuffle", "block": 2}, "registered_name": "acme>Shuffle"},
        ]},
    }
    text = json.dumps(config)
    seen: list[dict] = []

    def shuffle(config: dict) -> str:
        seen.append(config)
        return f"depth_to_space:{config['block']}"

    for value in ("depth_to_space:2", shuffle):
        model = hp.keras.models.model_from_json(text, custom_objects={"Shuffle": value})
        assert model(np.zeros((1, 2, 2, 4), np.float32)).shape == (1, 4, 4, 1)
    assert seen[0]["block"] == 2
    with pytest.raises(hp.Error, match="Shuffle"):
        hp.keras.models.model_from_json(text)
    with pytest.raises(TypeError, match="Shuffle"):
        hp.keras.models.model_from_json(text, custom_objects={"Shuffle": lambda config: 3})
    with pytest.raises(ZeroDivisionError):
        hp.keras.models.model_from_json(text, custom_objects={"Shuffle": lambda config: 1 / 0})


def test_threads(model, rng: np.random.Generator) -> None:
    x = rng.random((1, 16, 16, 3), np.float32)
    want, wrong = model(x), []

    def work() -> None:
        for _ in range(10):
            if not same_bits(model(x), want):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not wrong


def test_pictures_of_a_model(model) -> None:
    import xml.dom.minidom

    svg = xml.dom.minidom.parseString(model._repr_svg_())
    assert len(svg.getElementsByTagName("rect")) == len(model.layer_infos())
    assert len(svg.getElementsByTagName("path")) == sum(len(row["connected_to"]) for row in model.layer_infos())


def test_torch_in_torch_out(model, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    x = rng.random((1, 8, 8, 3), np.float32)
    y = model(torch.from_numpy(x))
    assert isinstance(y, torch.Tensor) and same_bits(y.numpy(), model(x))


def test_accelerate(rng: np.random.Generator) -> None:
    keras = pytest.importorskip("keras")
    inputs = keras.Input((8, 8, 3))
    y = keras.layers.Conv2D(4, 3, padding="same", activation="relu")(keras.layers.UpSampling2D(2)(inputs))
    real = keras.Model(inputs, y)
    fast = hp.keras.accelerate(real)
    x = rng.random((2, 8, 8, 3), np.float32)
    assert fast.taken and not fast.left_out
    np.testing.assert_allclose(fast.predict(x), real.predict(x, verbose=0), atol=1e-5)
    real.set_weights([weight * 2 for weight in real.get_weights()])
    fast.refresh()
    np.testing.assert_allclose(fast.predict(x), real.predict(x, verbose=0), atol=1e-5)


def test_accelerate_wants_a_keras_model() -> None:
    with pytest.raises(TypeError, match="keras.Model"):
        hp.keras.accelerate(3)
