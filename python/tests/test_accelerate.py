"""accelerate(): models of the real Keras, whole and in parts. Skipped where Keras, with some backend, is not."""

from __future__ import annotations

import os
import pickle

import numpy as np
import pytest

import halfpixel as hp


@pytest.fixture(scope="module")
def keras():
    if "KERAS_BACKEND" not in os.environ:
        import importlib.util

        backends = [name for name in ("tensorflow", "torch", "jax") if importlib.util.find_spec(name)]
        if not backends:
            pytest.skip("Keras has no backend here")
        os.environ["KERAS_BACKEND"] = backends[0]
    return pytest.importorskip("keras")


@pytest.fixture
def odd(keras):
    class Odd(keras.layers.Layer):
        def call(self, x):
            return keras.ops.sin(x) * 2

    return Odd


def close(got, want) -> None:
    np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-4)


def mixed(keras, odd):
    """Two layers that are Keras' alone, in the middle of others; two outputs by name."""
    inputs = keras.Input((16, 16, 3), name="photo")
    x = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
    x = short = keras.layers.BatchNormalization()(x)
    x = odd(name="odd")(x)
    x = keras.layers.Conv2D(8, 3, padding="same")(x)
    x = keras.layers.Add()([x, short])
    y = keras.layers.Lambda(lambda tensor: keras.ops.flip(tensor, 1), name="flip")(keras.layers.UpSampling2D(2)(x))
    return keras.Model(inputs, {"large": keras.layers.Conv2D(3, 1)(y), "small": x})


def test_wrong_uses(keras) -> None:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    for wrong in (5, "a", {1: "identity"}, {"a": 3}):
        with pytest.raises(TypeError, match="custom_objects") as error:
            hp.keras.accelerate(model, custom_objects=wrong)
        assert isinstance(error.value, hp.Error)
    fast = hp.keras.accelerate(model)
    x = np.ones((1, 3), np.float32)
    close(fast(x, training=False), fast.predict(x, verbose=0))
    with pytest.raises(hp.Error, match="training"):
        fast(x, training=True)


def test_parts(keras, odd, rng: np.random.Generator) -> None:
    model = mixed(keras, odd)
    calls = [(len(layer._inbound_nodes), len(layer._outbound_nodes)) for layer in model.layers]
    fast = hp.keras.accelerate(model)
    assert fast.left_out == ["odd", "flip"] and len(fast.taken) == 7 and "odd" in fast.reason and fast.model is None
    assert "7 of 9" in repr(fast) and [type(part).__name__ for part in fast._parts] == ["Ours", "Keras", "Ours", "Keras", "Ours"]
    assert [(len(layer._inbound_nodes), len(layer._outbound_nodes)) for layer in model.layers] == calls
    x = rng.random((5, 16, 16, 3), np.float32)
    want = model.predict(x, verbose=0)
    for got in (fast(x), fast.predict(x, batch_size=2), fast({"photo": x}), fast([x])):
        assert set(got) == {"large", "small"} and all(isinstance(one, np.ndarray) for one in got.values())
        for key in want:
            close(got[key], want[key])
    with pytest.raises(hp.Error, match="odd"):
        hp.keras.accelerate(model, strict=True)
    # Only what Keras itself can pickle: layers of a test's own have no place to be found.
    plain = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3), keras.layers.UpSampling2D()])
    again = pickle.loads(pickle.dumps(hp.keras.accelerate(plain)))
    assert not again.left_out
    close(again(x[:, :8, :8]), plain.predict(x[:, :8, :8], verbose=0))
    # A layer of one's own, said what it does.
    whole = hp.keras.accelerate(keras.Sequential([keras.Input((8, 8, 12)), odd(name="odd")]), {"Odd": "depth_to_space:2"})
    assert whole.model is not None and whole(np.zeros((1, 8, 8, 12), np.float32)).shape == (1, 16, 16, 3)


def test_weights_that_are_set_later(keras, odd, rng: np.random.Generator) -> None:
    x = rng.random((2, 16, 16, 3), np.float32)
    for model in (mixed(keras, odd), keras.Sequential([keras.Input((16, 16, 3)), keras.layers.Conv2D(4, 3), keras.layers.BatchNormalization()])):
        fast = hp.keras.accelerate(model)
        fast(x)
        model.set_weights([weight + rng.random(weight.shape, np.float32) / 10 for weight in model.get_weights()])
        if keras.backend.backend() == "tensorflow":
            fast.refresh()
        want, got = model.predict(x, verbose=0), fast(x)
        for a, b in zip(want.values(), got.values(), strict=True) if isinstance(want, dict) else [(want, got)]:
            close(b, a)
        predicted = fast.predict(x)
        close(predicted["small"] if isinstance(want, dict) else predicted, want["small"] if isinstance(want, dict) else want)


def test_models_within_models(keras, odd, rng: np.random.Generator) -> None:
    inner = keras.Sequential([keras.Input((16, 16, 3)), keras.layers.Conv2D(4, 3), odd(name="odd"), keras.layers.Conv2D(2, 3)], name="inner")
    outer = keras.Sequential([keras.Input((16, 16, 3)), keras.layers.Rescaling(0.5), inner, keras.layers.GlobalAveragePooling2D()])
    fast = hp.keras.accelerate(outer)
    assert fast.left_out == ["inner"] and len(fast.taken) == 2
    x = rng.random((3, 16, 16, 3), np.float32)
    close(fast(x), outer.predict(x, verbose=0))


def test_shared_layers_and_several_inputs(keras, odd, rng: np.random.Generator) -> None:
    a, b = keras.Input((6,), name="a"), keras.Input((6,), name="b")
    shared, strange = keras.layers.Dense(4), odd()
    model = keras.Model([a, b], [shared(strange(a)) + shared(b) * 2, strange(b)])
    fast = hp.keras.accelerate(model)
    x, y = rng.random((3, 6), np.float32), rng.random((3, 6), np.float32)
    want = model.predict([x, y], verbose=0)
    for got in (fast([x, y]), fast({"b": y, "a": x}), fast.predict([x, y], 2)):
        assert len(got) == 2
        close(got[0], want[0])
        close(got[1], want[1])
    for wrong in (lambda: fast(x), lambda: fast([x, y, x]), lambda: fast({"a": x}), lambda: fast.predict([x, y[:2]]), lambda: fast.predict([x, y], 0),
                  lambda: fast.predict([x[:0], y[:0]]), lambda: fast([x, None])):
        with pytest.raises(hp.Error):
            wrong()


def test_an_input_beside_a_tensor_from_the_middle(keras, odd, rng: np.random.Generator) -> None:
    inputs = keras.Input((6,))
    strange = odd(name="odd")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Add()([inputs, strange])))
    description = model.to_json()
    fast = hp.keras.accelerate(model)
    assert fast.left_out == ["odd"] and len(fast.taken) == 3
    x = rng.random((2, 6), np.float32)
    close(fast(x), model.predict(x, verbose=0))
    # The graph is as it was: it can be described, and models can still be made of its tensors.
    assert model.to_json() == description
    close(keras.Model(inputs, strange).predict(x, verbose=0), 2 * np.sin(x))
    close(keras.Model(inputs, model.output).predict(x, verbose=0), fast(x))


def test_what_of_keras_is_taken_for_ours(keras) -> None:
    for layer in (keras.layers.Dense(2), keras.Sequential([])):
        with pytest.raises(hp.Error, match="hp.keras.accelerate takes whole models"):
            hp.keras.Sequential([layer])
    with pytest.raises(hp.Error, match=r"must be one of hp.keras.layers; got 3"):
        hp.keras.Sequential([3])
    with pytest.raises(hp.Error, match="those of hp.keras.Input"):
        hp.keras.layers.UpSampling2D()(keras.Input((4, 4, 3)))


def test_what_has_no_graph_is_left_to_keras(keras, rng: np.random.Generator) -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.convolution = keras.layers.Conv2D(3, 3)

        def call(self, x):
            return self.convolution(x)

    x = rng.random((2, 8, 8, 3), np.float32)
    for model in (Own(), keras.Sequential([keras.layers.Conv2D(3, 3)])):
        fast = hp.keras.accelerate(model)
        got = fast(x)
        assert fast.taken == [] and fast.reason and fast.model is None
        close(got, model.predict(x, verbose=0))


def test_torch_in_torch_out(keras, odd, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    fast = hp.keras.accelerate(mixed(keras, odd))
    x = rng.random((1, 16, 16, 3), np.float32)
    got = fast(torch.from_numpy(x))["small"]
    assert isinstance(got, torch.Tensor) and not got.requires_grad
    close(got.numpy(), fast(x)["small"])


def test_layers_whose_numbers_are_the_backends_stay_with_keras(keras, rng: np.random.Generator) -> None:
    layers = keras.layers
    model = keras.Sequential([keras.Input((6, 8, 3)), layers.UpSampling2D(3, interpolation="bicubic", name="cubic"),
                              layers.Conv2D(4, 3, name="conv"), layers.AveragePooling2D(3, 2, padding="same", name="mean")])
    x = rng.random((2, 6, 8, 3), np.float32)
    fast = hp.keras.accelerate(model)
    backend = keras.backend.backend()
    assert ("cubic" in fast.left_out) == (backend != "tensorflow") and ("mean" in fast.left_out) == (backend == "torch")
    assert "conv" in fast.taken
    np.testing.assert_allclose(np.asarray(fast(x)), keras.ops.convert_to_numpy(model(x)), atol=1e-5)


def test_wrong_models(keras) -> None:
    for wrong in (None, "model.keras", keras.Model, keras.layers.Dense(3), hp.keras.Sequential([hp.keras.layers.ReLU()])):
        with pytest.raises(TypeError, match="keras.Model"):
            hp.keras.accelerate(wrong)
