"""Models built here: Sequential, functional, layers one by one."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp

layers = hp.keras.layers


def photo(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.random(shape or (2, 8, 9, 3), np.float32)


def test_sequential(rng: np.random.Generator, tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    model = hp.keras.Sequential([hp.keras.Input((None, None, 3), name="photo"), layers.UpSampling2D(2)], name="enlarge")
    model.add(layers.Conv2D(3, 3, padding="same", activation="relu"))
    assert model.name == "enlarge" and model.count_params() == 84 and model.inputs[0].name == "photo"
    assert model.output_shape == (None, None, None, 3) and isinstance(model.layers[1], layers.Conv2D)
    model.summary()
    assert "Conv2D" in capsys.readouterr().out
    x = photo(rng)
    kernel, bias = model.get_weights()
    model.set_weights([kernel * 0 + np.eye(3, dtype=np.float32)[None, None] / 9, bias + 1])
    y = model.predict(x)
    assert same_bits(y, model(x)) and y.shape == (2, 16, 18, 3) and (y >= 1).all()
    model.save(tmp_path / "m.keras")
    for again in (hp.keras.models.load_model(tmp_path / "m.keras"), pickle.loads(pickle.dumps(model))):
        assert same_bits(again(x), y) and [type(one) for one in again.layers] == [type(one) for one in model.layers]
    np.testing.assert_allclose(hp.tf.function(model)(x), y, atol=1e-5)
    assert model._repr_svg_().startswith("<svg")


def test_weights_are_made_by_the_first_call(rng: np.random.Generator) -> None:
    model = hp.keras.Sequential([layers.Conv2D(4, 3)])
    with pytest.raises(hp.Error, match="isn't built"):
        model.count_params()
    assert model.predict(photo(rng)).shape == (2, 6, 7, 4) and model.count_params() == 112
    other = hp.keras.Sequential([layers.Dense(3)])
    other.build((None, 4))
    assert [weight.shape for weight in other.get_weights()] == [(4, 3), (3,)]
    layer = layers.Conv2D(2, 1)
    assert layer.get_weights() == []
    layer.build((None, 5, 5, 3))
    layer.set_weights([np.ones((1, 1, 3, 2)), np.zeros(2)])
    assert layer(np.ones((1, 5, 5, 3), np.float32)).max() == 3 and layer.count_params() == 8


def test_functional(rng: np.random.Generator) -> None:
    x = photo(rng)
    inputs = hp.keras.Input((None, None, 3))
    head = layers.Conv2D(12, 3, padding="same", activation="relu")(inputs)
    y = hp.keras.ops.depth_to_space(head, 2) * 0.5 + layers.UpSampling2D(2, interpolation="bilinear")(inputs)
    model = hp.keras.Model(inputs, y)
    assert isinstance(model, hp.keras.models.Functional) and model(x).shape == (2, 16, 18, 3)
    conv = layers.Conv2D(12, 3, padding="same", activation="relu")
    conv.build((None, None, None, 3))
    conv.set_weights(model.get_weights())
    shuffled = conv(x).reshape(2, 8, 9, 2, 2, 3).transpose(0, 1, 3, 2, 4, 5).reshape(2, 16, 18, 3)
    want = shuffled / 2 + layers.UpSampling2D(2, interpolation="bilinear")(x)
    np.testing.assert_allclose(model(x), want, atol=1e-6)


def test_inputs_and_outputs_by_name(rng: np.random.Generator) -> None:
    a, b = hp.keras.Input((4, 4, 3), name="a"), hp.keras.Input((8, 8, 3), batch_size=2)
    joined = layers.Concatenate()([hp.tf.image.resize(a, (8, 8), method="nearest"), b])
    model = hp.keras.Model({"small": a, "large": b}, {"all": joined, "mean": hp.keras.ops.mean(joined, (1, 2))})
    x, z = photo(rng, 2, 4, 4, 3), photo(rng, 2, 8, 8, 3)
    got = model({"small": x, "large": z})
    want = np.concatenate([x.repeat(2, 1).repeat(2, 2), z], -1)
    assert same_bits(got["all"], want) and list(got) == ["all", "mean"]
    np.testing.assert_allclose(got["mean"], want.mean((1, 2)), atol=1e-6)
    outer = hp.keras.Input((8, 8, 3))
    inner = hp.keras.Sequential([layers.MaxPooling2D(), layers.Rescaling(2.0)])
    nested = hp.keras.Model([outer], [inner(outer)])
    assert same_bits(nested(z), z.reshape(2, 4, 2, 4, 2, 3).max((2, 4)) * 2)


def test_operations(rng: np.random.Generator) -> None:
    ops, x = hp.keras.ops, photo(rng, 2, 4, 6, 4) - 0.5
    i = hp.keras.Input((4, 6, 4))
    cases = [
        (1 - i, 1 - x), (np.float32(2) * i, 2 * x), (i + np.int64(1), x + 1), (-i, -x), (i / 2 - i, x / 2 - x), (2 * i, 2 * x), (3 + i, 3 + x), (1 / (i + 2), 1 / (x + 2)),
        (ops.relu(i), np.maximum(x, 0)), (ops.clip(i, -0.1, 0.1), x.clip(-0.1, 0.1)), (ops.tanh(i), np.tanh(x)),
        (ops.sigmoid(i), 1 / (1 + np.exp(-x))), (ops.exp(i), np.exp(x)), (ops.sqrt(ops.relu(i)), np.sqrt(np.maximum(x, 0))),
        (ops.maximum(i, -i), np.abs(x)), (ops.minimum(i, -i), -np.abs(x)), (ops.softmax(i), np.exp(x) / np.exp(x).sum(-1, keepdims=True)),
        (ops.sum(i, -1), x.sum(-1)), (ops.mean(ops.sum(i, (1, 2, 3), keepdims=True), 1), x.sum((1, 2, 3)).reshape(2, 1, 1)), (ops.max(i, (1, 2), keepdims=True), x.max((1, 2), keepdims=True)),
        (ops.transpose(i, (0, 2, 1, 3)), x.transpose(0, 2, 1, 3)), (ops.reshape(i, (-1, 24, 4)), x.reshape(2, 24, 4)),
        (ops.slice(i, 1, 1, None, 2), x[:, 1::2]), (ops.pad(i, [(0, 0), (1, 0), (0, 2), (0, 0)]), np.pad(x, [(0, 0), (1, 0), (0, 2), (0, 0)])),
        (ops.matmul(i, ops.transpose(i, (0, 1, 3, 2))), x @ x.transpose(0, 1, 3, 2)), (ops.concatenate([i, i], 1), np.concatenate([x, x], 1)),
    ]
    model = hp.keras.Model(i, [tensor for tensor, _ in cases])
    for index, (got, (tensor, want)) in enumerate(zip(model(x), cases, strict=True)):
        assert got.shape == want.shape and got.shape[1:] == tensor.shape[1:], index
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6, err_msg=str(index))


MADE = [name for name in layers.__all__ if isinstance(getattr(layers, name), type) and name != "Layer"]
ARGUMENTS = {
    "filters": 4, "kernel_size": 3, "units": 3, "equation": "abc,cd->abd", "output_shape": (5, 3), "activation": "relu", "target_shape": (-1,),
    "dims": (1,), "n": 2, "scale": 2.0, "input_dim": 9, "output_dim": 2, "height": 4, "width": 5, "rate": 0.5, "stddev": 1.0,
    "num_heads": 2, "key_dim": 4, "head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2, "axes": 1, "pool_size": 2,
}


@pytest.mark.parametrize("name", MADE)
def test_every_layer_is_made_and_made_again(name: str) -> None:
    import inspect

    kind = getattr(layers, name)
    wanted = {key: ARGUMENTS.get(key) for key, value in inspect.signature(kind).parameters.items() if value.default is value.empty}
    if "layer" in wanted:
        wanted["layer"] = layers.LSTM(3) if name == "Bidirectional" else layers.Conv2D(3, 3)
    trainable = "trainable" in inspect.signature(kind).parameters
    layer = kind(**wanted, name="mine", **({"trainable": False} if trainable else {}))
    config = layer.get_config()
    assert layer.name == "mine" and layer.trainable != trainable and layer.dtype == "float32" == layer.compute_dtype
    for key, value in wanted.items():
        if key not in ("layer", "output_shape", "axes", "scale"):
            found = config[key]
            assert found == value or list(found) == [value] * len(found) or tuple(found) == value, key
    again = kind.from_config(config)
    assert again.get_config() == config and type(again) is kind
    assert type(hp.keras.layers.deserialize({"class_name": layer.class_name, "config": config})) is kind
    assert type(pickle.loads(pickle.dumps(layer))) is kind


def test_a_layer_pickles_with_its_weights(rng: np.random.Generator) -> None:
    x = rng.random((2, 8, 8, 3), np.float32)
    for layer, inputs in ((layers.Conv2D(4, 3, name="c"), x), (layers.Bidirectional(layers.LSTM(3)), x[:, 0]), (layers.Embedding(9, 2), (x * 8).astype(np.int32)),
                          (layers.BatchNormalization(), x), (layers.MultiHeadAttention(2, 3), [x[:, 0], x[:, 1]])):
        y = layer(inputs)
        layer.set_weights([rng.random(weight.shape).astype(weight.dtype) for weight in layer.get_weights()])
        again = pickle.loads(pickle.dumps(layer))
        assert type(again) is type(layer) and again.get_config() == layer.get_config()
        assert same_bits(again(inputs), layer(inputs)) and not same_bits(again(inputs), y)
    model = hp.keras.Sequential([I, layers.Conv2D(4, 3)])
    assert same_bits(pickle.loads(pickle.dumps(model.layers[-1]))(x), model.predict(x))


def test_numbers_of_the_real_keras(rng: np.random.Generator) -> None:
    keras = pytest.importorskip("keras")
    numpy = keras.ops.convert_to_numpy
    x = photo(rng, 2, 8, 8, 4)
    for name, arguments in (("Conv2D", (5, 3)), ("Conv2DTranspose", (5, 3, 2, "same")), ("DepthwiseConv2D", (3,)), ("SeparableConv2D", (4, 3)),
                            ("BatchNormalization", ()), ("LayerNormalization", ()), ("GroupNormalization", (2,)), ("PReLU", ()), ("Dense", (3,)),
                            ("AveragePooling2D", (3, 2)), ("GlobalMaxPooling2D", ()), ("ZeroPadding2D", (((1, 2), (0, 1)),)),
                            ("Cropping2D", (1,)), ("Softmax", ()), ("Permute", ((2, 1, 3),)), ("Reshape", ((4, -1),))):
        real, ours = getattr(keras.layers, name)(*arguments), getattr(layers, name)(*arguments)
        want = numpy(real(x))
        ours.build(x.shape)
        weights = [rng.random(weight.shape, np.float32) for weight in real.get_weights()]
        if weights:
            real.set_weights(weights)
            ours.set_weights(weights)
            want = numpy(real(x))
        np.testing.assert_allclose(ours(x), want, rtol=1e-4, atol=1e-4, err_msg=name)


def test_the_global_settings_are_the_defaults() -> None:
    hp.keras.config.set_image_data_format("channels_first")
    hp.keras.config.set_floatx("float16")
    try:
        layer = layers.Conv2D(2, 3)
        assert layer.data_format == "channels_first" and layer.dtype == "float16"
    finally:
        hp.keras.config.set_image_data_format("channels_last")
        hp.keras.config.set_floatx("float32")


def test_pop(rng: np.random.Generator, tmp_path) -> None:
    model = hp.keras.Sequential([hp.keras.Input((8, 9, 3)), layers.Conv2D(4, 3, padding="same"), layers.UpSampling2D(2)])
    x = photo(rng)
    want, compiled = model.layers[0](x), hp.tf.function(model)
    assert compiled(x).shape == (2, 16, 18, 4)
    model.save(tmp_path / "m.keras")
    for one in (model, hp.keras.models.load_model(tmp_path / "m.keras"), hp.keras.models.model_from_json(model.to_json())):
        assert isinstance(one, hp.keras.Sequential)
        one.layers[0].set_weights(model.get_weights())
        last = one.pop()
        assert last.class_name == "UpSampling2D"
        assert len(one.layers) == 1 and one.output_shape == (None, 8, 9, 4) and same_bits(one(x), want)
        one.add(layers.ReLU())
        assert same_bits(one.predict(x), np.maximum(want, 0))
    np.testing.assert_allclose(compiled(x), np.maximum(want, 0), atol=1e-5)
    assert [type(one).__name__ for one in (model.pop(), model.pop())] == ["ReLU", "Conv2D"] and model.layers == []
    model.add(layers.Rescaling(2.0))
    assert same_bits(model(x), x * 2)


def test_symbolic_tensors_are_a_class(rng: np.random.Generator) -> None:
    tensor = hp.keras.Input((8, 9, 3), name="photo")
    assert not isinstance(tensor, tuple) and (tensor.name, tensor.shape, tensor.dtype, tensor.ndim) == ("photo", (None, 8, 9, 3), "float32", 4)
    assert tensor == tensor and tensor != hp.keras.Input((8, 9, 3), name="photo") and len({tensor, tensor}) == 1
    model = hp.keras.Model(tensor, [tensor[:, 1:-1, ::2] + 0, tensor[..., :2] * 1, tensor[1:, ..., -1:] * 1, tensor[:, :, 4:1:-1] * 1,
                                    tensor[:, 0] * 1, tensor[..., -1] * 1, tensor[:, 2, 1:3, np.int64(1)] * 1])
    assert model.input.name == "photo" and [one.shape for one in model.output] == model.output_shape
    x = photo(rng)
    for got, want in zip(model(x), (x[:, 1:-1, ::2], x[..., :2], x[1:, ..., -1:], x[:, :, 4:1:-1], x[:, 0], x[..., -1], x[:, 2, 1:3, 1]), strict=True):
        assert same_bits(got, want)
    a, b = hp.keras.Input((4, 5)), hp.keras.Input((5, 3))
    product = hp.keras.Model([a, b], a @ b)
    np.testing.assert_allclose(product([np.ones((2, 4, 5), np.float32), np.ones((2, 5, 3), np.float32)]), np.full((2, 4, 3), 5.0))


def test_models_of_parts_of_models(rng: np.random.Generator, tmp_path) -> None:
    photo_in = hp.keras.Input((8, 9, 3))
    shared = layers.Conv2D(3, 3, padding="same", name="shared")
    first = shared(photo_in)
    model = hp.keras.Model(photo_in, layers.UpSampling2D(2, name="large")(shared(first) + layers.ReLU(name="relu")(first)))
    model.save(tmp_path / "m.keras")
    x = photo(rng)
    for one in (model, hp.keras.models.load_model(tmp_path / "m.keras")):
        relu = one.get_layer("relu")
        middle = hp.keras.Model(one.input, [relu.input, relu.output, *one.get_layer("shared").output])
        before, after, again, twice = middle(x)
        assert same_bits(np.maximum(before, 0), after) and same_bits(before, again) and same_bits(one.get_layer("shared")(again), twice)
        np.testing.assert_allclose(one(x)[:, ::2, ::2], twice + after, atol=1e-6)
    row = hp.keras.Sequential([hp.keras.Input((8, 9, 3)), layers.Conv2D(2, 3), layers.UpSampling2D(2), layers.Flatten()])
    assert same_bits(hp.keras.Model(row.input, row.layers[1].output)(x), layers.UpSampling2D(2)(row.layers[0](x)))


def test_what_keras_users_type(rng: np.random.Generator) -> None:
    model = hp.keras.Sequential([hp.keras.Input((8, 9, 3)), layers.Dropout(0.5), layers.Conv2D(2, 3)])
    x = photo(rng)
    want = model(x)
    for got in (model(x, training=False), model.predict(x, 1, verbose=0), model.predict(x, verbose=2), model.predict_on_batch(x)):
        assert same_bits(got, want)
    np.testing.assert_allclose(hp.tf.function(model)(x, training=False), want, atol=1e-5)
    assert same_bits(model.layers[0](x, training=False), x) and model.output.shape == (None, 6, 7, 2)
    a, b = x, x[::-1] * 2
    for name in ("add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate"):
        assert same_bits(getattr(layers, name)([a, b]), getattr(layers, name.capitalize())()([a, b]))
    assert layers.concatenate([I, I], axis=1, name="joined").shape == (None, 16, 8, 3) and layers.dot([np.ones((1, 3)), np.ones((1, 3))], 1).shape == (1, 1)
    assert layers.LSTM(3, dropout=0.2, recurrent_dropout=0.1).dropout == 0.2
    attention, query, value = layers.MultiHeadAttention(2, 4), rng.random((1, 3, 4), np.float32), rng.random((1, 5, 4), np.float32)
    assert same_bits(attention(query, value), attention([query, value])) and same_bits(attention(query, value, key=value), attention(query, value))


I = hp.keras.Input((8, 8, 3))  # noqa: E741
WRONG = {
    "filters": lambda: layers.Conv2D(0, 3),
    "filters is text": lambda: layers.Conv2D("many", 3),
    "kernel of three": lambda: layers.Conv2D(4, (3, 3, 3)),
    "kernel_size is None": lambda: layers.Conv2D(4, None),
    "padding": lambda: layers.Conv2D(4, 3, padding="some"),
    "data_format": lambda: layers.Conv2D(4, 3, data_format="first"),
    "activation": lambda: layers.Conv2D(4, 3, activation="magic"),
    "activation is a function": lambda: layers.Conv2D(4, 3, activation=lambda x: x),
    "dtype": lambda: layers.Conv2D(4, 3, dtype="int8"),
    "name": lambda: layers.Conv2D(4, 3, name="a/b"),
    "strides and dilation": lambda: layers.Conv2D(4, 3, strides=2, dilation_rate=2)(I),
    "units": lambda: layers.Dense(-1),
    "rate": lambda: layers.Dropout(1.5),
    "a seed": lambda: layers.Dropout(0.5, seed=1.5),
    "stddev": lambda: layers.GaussianNoise(-1),
    "a format that is none": lambda: layers.SpatialDropout2D(0.5, data_format="first"),
    "l1": lambda: layers.ActivityRegularization(l1=float("nan")),
    "an output of no model": lambda: layers.Conv2D(3, 3).output,
    "an output before there is one": lambda: hp.keras.Sequential([layers.Conv2D(3, 3)]).layers[0].output,
    "axes of another rank": lambda: layers.Permute((1, 2))(I),
    "object": lambda: layers.Reshape([object()]),
    "shape of elements": lambda: layers.Reshape((5,))(I),
    "cropped away": lambda: layers.Cropping2D(4)(I),
    "rank": lambda: layers.Conv1D(4, 3)(I),
    "one input": lambda: layers.Add()(I),
    "shapes": lambda: layers.Add()([I, hp.keras.Input((7, 7, 3))]),
    "arrays and tensors": lambda: layers.Add()([I, np.zeros((1, 8, 8, 3), np.float32)]),
    "wrapped": lambda: layers.TimeDistributed(3),
    "Input without shape": lambda: hp.keras.Input(),
    "Input of an integer": lambda: hp.keras.Input(3),
    "Input of text": lambda: hp.keras.Input(("a",)),
    "Input below zero": lambda: hp.keras.Input((-3, 3)),
    "Input of too many": lambda: hp.keras.Input((1,) * 9),
    "Input twice told": lambda: hp.keras.Input((3,), batch_shape=(None, 3)),
    "Input's dtype": lambda: hp.keras.Input((3,), dtype="strange"),
    "a tensor made by hand": lambda: hp.keras.KerasTensor("a", (1,), "float32"),
    "a model in itself": lambda: [model.add(model) for model in [hp.keras.Sequential([I, layers.ReLU()])]],
    "a model in what it holds": lambda: [a.add(b) for a in [hp.keras.Sequential([I, layers.ReLU()])] for b in [hp.keras.Sequential([a])]],
    "shape before there is one": lambda: hp.keras.Sequential([layers.Dense(3)]).input_shape,
    "a model at each step": lambda: layers.TimeDistributed(hp.keras.Sequential([layers.Dense(3)])),
    "an index of text": lambda: hp.keras.Sequential([layers.Dense(3)]).get_layer(index="a"),
    "a null in a path": lambda: hp.keras.Sequential([I, layers.ReLU()]).save("a\0b.keras"),
    "no layer": lambda: hp.keras.Sequential([3]),
    "a class": lambda: hp.keras.Sequential([layers.UpSampling2D]),
    "text": lambda: hp.keras.Sequential("layers"),
    "a late input": lambda: hp.keras.Sequential([layers.UpSampling2D(2), I]),
    "same layer twice": lambda: [hp.keras.Sequential([one, one]) for one in [layers.Conv2D(3, 3)]],
    "same name twice": lambda: hp.keras.Sequential([layers.UpSampling2D(2, name="a"), layers.Conv2D(3, 3, name="a")]),
    "not connected": lambda: hp.keras.Model(hp.keras.Input((2,)), I),
    "an array as output": lambda: hp.keras.Model(I, np.zeros(3)),
    "no outputs": lambda: hp.keras.Model(I, []),
    "inputs that are no inputs": lambda: hp.keras.Model(I * 2, I * 3),
    "bool": lambda: bool(I),
    "as an array": lambda: np.asarray(I),
    "pickle": lambda: pickle.dumps(I),
    "plus text": lambda: I + "a",
    "plus an array": lambda: I + np.zeros((8, 8, 3)),
    "ops of an array": lambda: hp.keras.ops.relu(np.zeros(3)),
    "ops of two": lambda: hp.keras.ops.maximum(I, 3),
    "ops axis": lambda: hp.keras.ops.softmax(I, 9),
    "ops block": lambda: hp.keras.ops.depth_to_space(I, 2),
    "ops pad": lambda: hp.keras.ops.pad(I, [1, 2, 3, 4]),
    "ops axes": lambda: hp.keras.ops.mean(I, "all"),
    "ops pad's number": lambda: hp.keras.ops.pad(I, 1),
    "ops reshape": lambda: hp.keras.ops.reshape(I, None),
    "ops cast": lambda: hp.keras.ops.cast(I, "colour"),
    "ops slice": lambda: hp.keras.ops.slice(I, 1, "a", None),
    "ops clip": lambda: hp.keras.ops.clip(I, "a", 1),
    "ops transpose": lambda: hp.keras.ops.transpose(I, (0, 0, 1, 2)),
    "ops concatenate": lambda: hp.keras.ops.concatenate(I),
    "resize's method": lambda: hp.tf.image.resize(I, (4, 4), method="cubic"),
    "build": lambda: layers.Conv2D(3, 3).build(8),
    "build without channels": lambda: layers.Conv2D(3, 3).build((None, 8, 8, None)),
    "weights": lambda: layers.Conv2D(3, 3).set_weights([np.zeros(3)]),
    "weights of text": lambda: layers.Conv2D(3, 3).set_weights("abc"),
    "deserialize": lambda: layers.deserialize("Conv2D"),
    "deserialize a stranger": lambda: layers.deserialize({"class_name": "Magic", "config": {}}),
    "from_config": lambda: layers.Conv2D.from_config({"kernel_size": 3}),
    "a call on nothing": lambda: layers.LSTM(3)([]),
    "a symbolic call on nothing": lambda: layers.Conv2D(3, 3)([]),
    "two where one is taken": lambda: layers.Conv2D(3, 3)([I, I]),
    "two arrays where one is taken": lambda: layers.Dense(3)([np.zeros((1, 3)), np.zeros((1, 3))]),
    "a fill_mode of arrays": lambda: layers.Resizing(3, 3, fill_mode=np.zeros(3)),
    "no model to save": lambda: hp.keras.models.save_model(3, "a.keras"),
    "pop of nothing": lambda: hp.keras.Sequential([I]).pop(),
    "filters beyond 64 bits": lambda: layers.Conv2D(2**70, 3),
    "a kernel beyond 64 bits": lambda: layers.Conv2D(3, (3, -(2**70))),
    "a list in itself": lambda: [layers.Conv2D(3, loop) for loop in [[]] if loop.append(loop) is None],
    "half a character": lambda: layers.Conv2D(3, 3, name="\ud800"),
    "Input beyond 64 bits": lambda: hp.keras.Input((2**70,)),
    "Input of -1": lambda: hp.keras.Input((-1, 3)),
    "Input's batch": lambda: hp.keras.Input((3,), batch_size=-1),
    "Input's batch_shape": lambda: hp.keras.Input(batch_shape=3),
    "training": lambda: hp.keras.Sequential([I, layers.Dropout(0.5)])(np.zeros((1, 8, 8, 3)), training=True),
    "training of a layer": lambda: layers.Dropout(0.5)(np.zeros((1, 8)), training=True),
    "tensors that are counted": lambda: len(I),
    "tensors that are gone through": lambda: list(I),
    "an element beyond": lambda: I[:, 8],
    "an element by name": lambda: I["name"],
    "an element far beyond": lambda: I[:, 2**70],
    "a new axis": lambda: I[None],
    "too many slices": lambda: I[:, :, :, :, :],
    "a key without value": lambda: layers.MultiHeadAttention(2, 4)(np.zeros((1, 3, 4)), key=np.zeros((1, 3, 4))),
    "passes as one word": lambda: hp.tf.function(hp.keras.Sequential([I, layers.ReLU()]), without="dropout"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_uses(name: str) -> None:
    with pytest.raises(hp.Error) as error:
        WRONG[name]()
    assert isinstance(error.value, (ValueError, TypeError)), type(error.value)
    assert str(error.value).startswith("[") and "nanobind" not in str(error.value), error.value


def test_unknown_keywords_are_pythons_own() -> None:
    for wrong in (lambda: layers.Conv2D(3, 3, colour=1), lambda: layers.Conv2D(), lambda: hp.keras.Sequential(layer=[])):
        with pytest.raises(TypeError):
            wrong()


def test_a_pickled_model_may_take_what_it_takes(rng: np.random.Generator) -> None:
    model = hp.keras.Sequential([hp.keras.Input((4,)), layers.Dense(1 << 17), layers.Reshape((1 << 17, 1)), layers.Cropping1D((0, (1 << 17) - 1))])
    small = hp.keras.models.model_from_json(model.to_json())
    x = rng.random((3000, 4), np.float32)  # 1.5 GiB of values in between: beyond what a stranger's file may take
    with pytest.raises(MemoryError):
        small(x)
    assert pickle.loads(pickle.dumps(model))(x[:2]).shape == (2, 1, 1)
    again = pickle.loads(pickle.dumps(model))
    assert hp.tf.function(again).get_concrete_function(x.shape).outputs[0].shape == (3000, 1, 1)
