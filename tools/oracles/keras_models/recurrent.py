"""Recurrent layers: their options, states, masks, and where models have them beside up-sampling."""
from .registry import case, fan

BOTH = dict(writers=("keras", "tf_keras"), forms=("keras", "h5"))


@case("recurrent", **BOTH)
def recurrent_cells(k):
    """An unknown number of steps."""
    return fan(k, (None, 3), lambda L: [
        L.SimpleRNN(4, name="plain"), L.SimpleRNN(4, activation="relu", use_bias=False, return_sequences=True, name="relu"),
        L.LSTM(5, name="lstm"), L.LSTM(2, return_sequences=True, go_backwards=True, unit_forget_bias=False, name="backwards"),
        L.LSTM(3, activation="softsign", recurrent_activation="hard_sigmoid", use_bias=False, name="hard"),
        L.GRU(4, name="gru"), L.GRU(3, reset_after=False, return_sequences=True, name="before"),
        L.GRU(2, use_bias=False, go_backwards=True, name="no_bias"), L.GRU(3, reset_after=False, use_bias=False, name="neither")])


@case("recurrent", **BOTH)
def recurrent_states(k):
    """An encoder that hands its states to a decoder."""
    L = k.layers
    x, start = k.Input((6, 3), name="x"), k.Input((4, 2), name="start")
    sequence, h, c = L.LSTM(5, return_sequences=True, return_state=True, name="encoder")(x)
    decoded = L.LSTM(5, return_sequences=True, name="decoder")(start, initial_state=[h, c])
    last, state = L.GRU(3, return_state=True, name="summary")(sequence)
    plain = L.SimpleRNN(3, return_sequences=True, name="plain")(start, initial_state=state)
    return k.Model([x, start], [decoded, last, plain, c])


@case("recurrent", **BOTH)
def recurrent_bidirectional(k):
    return fan(k, (5, 3), lambda L: [
        L.Bidirectional(L.LSTM(4), name="joined"), L.Bidirectional(L.GRU(4, return_sequences=True), merge_mode="sum", name="sum"),
        L.Bidirectional(L.SimpleRNN(4, return_sequences=True), merge_mode="mul", name="mul"),
        L.Bidirectional(L.GRU(2, reset_after=False), merge_mode="ave", name="ave"),
        L.Bidirectional(L.LSTM(3), backward_layer=L.LSTM(2, go_backwards=True, activation="relu", name="own"), name="unequal")])


@case("recurrent", **BOTH)
def recurrent_bidirectional_states(k):
    L = k.layers
    x = k.Input((5, 3), name="x")
    joined = L.Bidirectional(L.LSTM(4, return_sequences=True, return_state=True), name="both")(x)
    apart = L.Bidirectional(L.GRU(2), merge_mode=None, name="apart")(joined[0])
    return k.Model(x, list(joined) + list(apart))


@case("recurrent", **BOTH)
def recurrent_stacked(k):
    """RNN of a cell, and of cells on top of each other."""
    return fan(k, (5, 3), lambda L: [
        L.RNN(L.GRUCell(4), name="cell"), L.RNN(L.SimpleRNNCell(2), return_sequences=True, go_backwards=True, name="backwards"),
        L.RNN(L.StackedRNNCells([L.LSTMCell(4), L.GRUCell(3), L.LSTMCell(2)]), return_sequences=True, name="stacked"),
        L.Bidirectional(L.RNN(L.LSTMCell(3), return_sequences=True), name="both")])


@case("recurrent", below=4, **BOTH)
def recurrent_masked(k):
    """Embedding's mask through layers that hand it on, in the middle and at either end."""
    L = k.layers
    words = k.Input((7,), dtype="int32", name="words")
    x = L.Dropout(0.5)(L.Embedding(4, 3, mask_zero=True, name="words_in")(words))
    sequence = L.LSTM(4, return_sequences=True, name="first")(x)
    normal = L.LayerNormalization(name="normal")(L.Dense(3, name="dense")(sequence))
    return k.Model(words, [
        L.GRU(3, name="gru")(normal), L.SimpleRNN(3, go_backwards=True, return_sequences=True, name="back")(normal),
        L.Bidirectional(L.LSTM(2, return_sequences=True), name="both")(x), L.Bidirectional(L.GRU(2), name="last")(x),
        L.RNN(L.StackedRNNCells([L.GRUCell(4), L.LSTMCell(2)]), go_backwards=True, name="stacked")(x),
        L.LSTM(2, name="added")(L.Add()([x, normal])), L.LSTM(2, name="joined")(L.Concatenate()([x, sequence]))])


@case("recurrent", below=4, **BOTH)
def recurrent_masked_chain(k):
    """A Sequential model records no mask."""
    L = k.layers
    return k.Sequential([k.Input((6,), dtype="int32", name="words"), L.Embedding(4, 3, mask_zero=True), L.Dropout(0.5),
                         L.Bidirectional(L.LSTM(3, return_sequences=True)), L.Dense(3, activation="relu"), L.GRU(4), L.Dense(2)])


@case("recurrent", below=3, **BOTH)
def recurrent_masking_layer(k):
    L = k.layers
    x = k.Input((6, 1), dtype="int32", name="x")
    real = L.Rescaling(1.0)(x)
    return k.Model(x, [L.LSTM(3, name="zeros")(L.Masking(name="hide_zeros")(real)), L.GRU(3, name="all")(real),
                       L.SimpleRNN(2, return_sequences=True, name="twos")(L.Masking(2.0, name="hide_twos")(real))])


@case("recurrent", below=4, **BOTH)
def recurrent_masked_steps(k):
    """Layers between that are called with the mask and make no use of it."""
    L = k.layers
    words = k.Input((7,), dtype="int32", name="words")
    x = L.LSTM(3, return_sequences=True, name="first")(L.Embedding(4, 3, mask_zero=True, name="words_in")(words))
    x = L.BatchNormalization(name="normal")(L.TimeDistributed(L.Dense(3), name="steps")(x))
    return k.Model(words, [L.GRU(2, name="last")(x), x])


@case("recurrent", below=4, **BOTH)
def recurrent_masked_states(k):
    """Keras 3 forgets the mask of a layer that is called with states, tf_keras does not."""
    L = k.layers
    words = k.Input((7,), dtype="int32", name="words")
    x = L.Embedding(4, 3, mask_zero=True, name="words_in")(words)
    sequence, h, c = L.LSTM(3, return_sequences=True, return_state=True, name="encoder")(x)
    return k.Model(words, [L.LSTM(3, return_sequences=True, name="decoder")(x, initial_state=[h, c]), h])


@case("recurrent", below=4, writers=("tf_keras",), forms=("keras", "h5"))
def recurrent_masked_sums(k):
    """One mask is all that there is, or none, wherever tensors are added: in a nested model, too. Keras 3 merges such masks as tf_keras does."""
    L = k.layers
    words = k.Input((7,), dtype="int32", name="words")
    x = L.Embedding(4, 3, mask_zero=True, name="words_in")(words)
    y = L.LayerNormalization(name="normal")(L.Add(name="residual")([x, L.Dense(3, name="dense")(x)]))
    a = k.Input((7, 3), name="a")
    inner = k.Model(a, L.Subtract(name="less")([a, L.LSTM(3, return_sequences=True, name="inside")(a)]), name="inner")
    rows = L.Flatten(name="flat")(x)                 # without a mask
    both = L.Multiply(name="by")([L.Dense(2, name="one")(rows), L.Dense(2, name="two")(rows)])
    return k.Model(words, [L.LSTM(2, name="last")(y), L.GRU(2, name="of_inner")(inner(L.Average(name="mean")([y, x]))), both])


@case("recurrent", **BOTH)
def recurrent_audio(k):
    """Between the two halves of a one-dimensional encoder and decoder."""
    L = k.layers
    x = k.Input((None, 2), name="x")
    y = L.Conv1D(4, 5, strides=2, padding="same", activation="relu")(x)
    y = L.Bidirectional(L.LSTM(3, return_sequences=True))(y)
    return k.Model(x, L.Conv1D(2, 5, padding="same")(L.UpSampling1D(2)(L.TimeDistributed(L.Dense(4))(y))))


@case("recurrent", run=False, extra={"expect": "refused", "error": ["LSTM", "remembers", "stateful"]})
def recurrent_stateful(k):
    return k.Sequential([k.Input(batch_shape=(2, 5, 3), name="x"), k.layers.LSTM(3, stateful=True, name="remembers")])


@case("recurrent", **BOTH)
def recurrent_convolution(k):
    return fan(k, (4, 6, 5, 2), lambda L: [
        L.ConvLSTM2D(3, 3, padding="same", return_sequences=True, name="same"), L.ConvLSTM2D(2, (3, 2), name="valid"),
        L.ConvLSTM2D(2, 3, strides=2, padding="same", go_backwards=True, use_bias=False, recurrent_activation="sigmoid", name="strided"),
        L.ConvLSTM2D(2, 2, dilation_rate=2, return_sequences=True, activation="relu", name="dilated"),
        L.Bidirectional(L.ConvLSTM2D(2, 3, padding="same", return_sequences=True), name="both")])


@case("recurrent", **BOTH)
def recurrent_convolution_1d(k):
    L = k.layers
    x = k.Input((4, 6, 2), name="x")
    sequence, h, c = L.ConvLSTM1D(3, 3, padding="same", return_sequences=True, return_state=True, name="first")(x)
    return k.Model(x, [L.ConvLSTM1D(2, 3, name="second")(sequence), L.TimeDistributed(L.UpSampling1D(2))(sequence), h, c])


@case("recurrent", below=4, **BOTH)
def recurrent_masked_nested(k):
    """Masks in nested models and out of them again; inputs of which one has a mask; a model that is called with and without."""
    L, S = k.layers, k.Sequential
    words = k.Input((7,), dtype="int32", name="words")
    names = iter(f"embed_{i}" for i in range(99))
    x = lambda mask=True: L.Embedding(4, 3, mask_zero=mask, name=next(names))(words)  # noqa: E731

    def model(name, *layers, y=None, steps=7):
        y = start = k.Input((steps, 3) if steps else (3,))
        for layer in layers:
            y = layer(y)
        return k.Model(start, y, name=name)

    a, b = k.Input((7, 3), name="a"), k.Input((7, 3), name="b")
    two = k.Model([a, b], [L.LSTM(2, name="of_two")(L.Concatenate(name="joined")([a, b])), L.GRU(2, name="of_one")(a)], name="two")
    shared = model("shared", L.Dense(2, name="shared_dense"), L.LSTM(2, name="shared_lstm"))
    steps = L.TimeDistributed(S([k.Input((3,)), L.Dense(4, name="s1"), L.Dense(2, name="s2")], name="each"), name="steps")(x())
    inner = S([k.Input((7, 3)), L.Dense(3, name="i1")], name="inner")
    return k.Model(words, [
        S([k.Input((7, 3)), L.Dense(3, name="d1"), L.LSTM(2, name="l1")], name="chain")(x()),
        L.LSTM(2, name="l2")(model("dense", L.Dense(3, name="d2"))(x())), L.GRU(2, name="g2")(model("conv", L.Conv1D(3, 1, name="c2"))(x())),
        L.GlobalAveragePooling1D(name="mean")(model("sequence", L.LSTM(3, return_sequences=True, name="l3"))(x())),
        model("mean_inside", L.Dense(2, name="d4"), L.GlobalAveragePooling1D(name="inside"))(x()), *two([x(), x(False)]),
        shared(x()), shared(x(False)), model("deep", inner, L.Bidirectional(L.GRU(2), name="both"))(x()),
        L.LSTM(2, name="l5")(steps), L.GlobalAveragePooling1D(name="mean_of_steps")(steps)])


@case("recurrent", below=4, **BOTH)
def recurrent_masked_sentences(k):
    """The words of sentences: a mask of three axes, of which each step takes its own."""
    L, T = k.layers, k.layers.TimeDistributed
    words = k.Input((3, 5), dtype="int32", name="words")
    x = L.Embedding(4, 3, mask_zero=True, name="embed")(words)
    start = k.Input((5, 3))
    both = k.Model(start, L.Bidirectional(L.GRU(2), name="both")(start), name="inner")
    sequence = T(L.LSTM(2, return_sequences=True), name="sequence")(x)
    outputs = [T(L.LSTM(2), name="last")(x), sequence, T(k.Sequential([k.Input((5, 3)), L.Dense(3), L.LSTM(2)], name="chain"), name="chained")(x),
               T(both, name="both_ways")(x), T(T(L.Dense(2)), name="twice")(x)]
    if k.__name__ == "tf_keras":  # Keras 3 hands on a mask that no sequence of sentences can have
        outputs += [L.LSTM(2, name="of_sentences")(outputs[0]), T(L.GRU(2), name="again")(sequence)]
    return k.Model(words, outputs)
