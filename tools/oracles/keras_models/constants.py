"""Arrays and variables among the arguments of layers: states of recurrent layers, masks, arguments of nested models."""
import numpy as np

from .registry import case


def rows(*shape):
    return np.linspace(-1, 1, int(np.prod(shape)), dtype="float32").reshape(shape)


STEPS = np.array([[1, 1, 0, 1, 0], [1, 0, 1, 1, 1]], bool)


@case("constant")
def constant_states(k):
    """One row is every sequence's."""
    L = k.layers
    x = k.Input((5, 3), name="x")
    images = k.Input((4, 6, 5, 2), name="images")
    one = lambda n: rows(1, n)  # noqa: E731
    return k.Model([x, images], [
        L.LSTM(4, name="lstm")(x, initial_state=[rows(2, 4), 2 * rows(2, 4)]), L.GRU(4, name="gru", return_sequences=True)(x, initial_state=k.Variable(rows(2, 4))),
        L.GRU(4, name="one_row")(x, initial_state=one(4)), L.SimpleRNN(3, name="plain", go_backwards=True)(x, initial_state=[k.ops.ones((2, 3))]),
        L.Bidirectional(L.GRU(4), name="both")(x, initial_state=[rows(2, 4), -rows(2, 4)]), L.RNN(L.LSTMCell(2), name="cell")(x, initial_state=[one(2), one(2)]),
        L.LSTM(4, name="masked")(x, mask=STEPS), L.GRU(4, name="masked_states")(x, initial_state=rows(2, 4), mask=STEPS),
        L.ConvLSTM2D(3, 3, padding="same", name="images_of")(images, initial_state=[rows(2, 6, 5, 3), rows(2, 6, 5, 3)])])


@case("constant", writers=("keras", "tf_keras"))
def softmax_masks(k):
    """Of arrays and of tensors; nothing seen in a row."""
    L = k.layers
    x = k.Input((5, 3), name="x")
    none = np.array([[True, False, True]] * 4 + [[False] * 3])
    positive = x > 0
    if k.__name__ == "tf_keras":         # which of a row that is not seen at all gives what rounding leaves
        none, positive = none | [True, False, False], x >= x[:, :, ::-1]
    return k.Model(x, [L.Softmax(name="row")(x, mask=np.array([True, False, True])), L.Softmax(name="none")(x, mask=none), L.Softmax(name="tensor")(x, mask=positive),
                       L.Softmax(axis=1, name="columns")(x, mask=rows(5, 1) > -0.6), L.Softmax(axis=[1, 2], name="both")(x, mask=none[None])]
                   + ([L.Softmax(name="real")(x, mask=rows(5, 3))] if k.__name__ == "keras" else []))


@case("constant", writers=("tf_keras",), forms=("keras", "h5"))
def constant_states_of_tf_keras(k):
    """tf_keras cannot open these itself."""
    import tensorflow as tf
    L = k.layers
    x = k.Input((5, 3), name="x")
    return k.Model(x, [L.GRU(4, name="gru")(x, initial_state=tf.constant(rows(2, 4))), L.LSTM(4, name="lstm")(x, initial_state=[tf.constant(rows(2, 4)), tf.constant(-rows(2, 4))]),
                       L.SimpleRNN(4, name="masked")(x, mask=STEPS)])


@case("constant", writers=("tf_keras",), forms=("keras", "h5"))
def constant_in_nested_model(k):
    L = k.layers
    a, b, x = k.Input((5, 3), name="a"), k.Input((5, 3), name="b"), k.Input((5, 3), name="x")
    inner = k.Model([a, b], L.Add(name="sum")([a, L.Dense(3, name="dense")(b)]), name="inner")
    return k.Model(x, inner([x, rows(1, 5, 3)]))
