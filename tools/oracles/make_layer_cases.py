"""Single layers with weights and inputs that need no storing: writes what real Keras computes.

    python make_layer_cases.py ../../tests/data/ops

layers.json has one case a line: class, config, shapes of inputs, weights and results; layers.f32 holds the
results one after the other. Inputs and weights are values(shape, seed), the same on both sides.

No channels_first case has as many filters as columns: Keras 3's ops.add takes the last axis for the channels
there and adds the bias along it.
"""
import json
import os
import sys

os.environ.update(CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")
import keras
import numpy as np
import tensorflow as tf
from keras import layers as L


def values(shape, seed):
    """Multiples of 1/64 in [-2, 2)."""
    count = int(np.prod(shape))
    i = (np.arange(count, dtype=np.uint64) + np.uint64(1)) * np.uint64(2654435761) + np.uint64(seed * 40503)
    i = (i ^ (i >> np.uint64(13))) * np.uint64(0x9E3779B1) & np.uint64(0xFFFFFFFF)
    return (((i >> np.uint64(20)) & np.uint64(255)).astype(np.float32) / 64 - 2).reshape(shape)


CASES = []


def add(layer, *shapes, **call):
    CASES.append((layer, shapes, call))


def convolutions():
    one, two, three = (2, 11, 4), (2, 9, 7, 4), (1, 5, 6, 4, 3)
    for shape, C in ((one, L.Conv1D), (two, L.Conv2D), (three, L.Conv3D)):
        for padding in ("valid", "same"):
            add(C(5, 3, padding=padding), shape)
            add(C(3, 2, strides=2, padding=padding, use_bias=False), shape)
            add(C(4, 3, strides=3, padding=padding, activation="relu"), shape)
            add(C(3, 2, dilation_rate=2, padding=padding), shape)
        add(C(3, 1, strides=2, activation="tanh"), shape)
    add(L.Conv1D(5, 3, padding="causal", dilation_rate=2), one)
    add(L.Conv1D(5, 4, padding="causal", strides=2), one)
    add(L.Conv1D(6, 3, groups=2, padding="same"), one)
    add(L.Conv2D(6, 3, groups=2), two)
    add(L.Conv2D(8, 3, groups=4, padding="same"), two)
    add(L.Conv3D(6, 2, groups=3), three)
    add(L.Conv2D(3, (4, 1), strides=(1, 3), padding="same", activation="softmax"), two)
    add(L.Conv2D(33, 3, padding="same", activation="gelu"), (1, 5, 5, 17))
    add(L.Conv2D(3, 5, padding="same", activation="sigmoid"), (1, 6, 5, 32))
    add(L.Conv2D(3, 3, padding="same"), (0, 6, 5, 2))
    for C, shape in ((L.Conv1D, (2, 4, 11)), (L.Conv2D, (2, 4, 9, 7)), (L.Conv3D, (1, 3, 5, 4, 4))):
        add(C(3, 3, strides=2, padding="same", data_format="channels_first", activation="elu"), shape)
    add(L.Conv2D(4, 3, data_format="channels_first", activation="softmax"), (1, 2, 5, 7))
    for shape, D in ((one, L.DepthwiseConv1D), (two, L.DepthwiseConv2D)):
        for padding in ("valid", "same"):
            add(D(3, padding=padding), shape)
            add(D(3, strides=2, padding=padding, depth_multiplier=3, activation="relu"), shape)
            add(D(2, dilation_rate=2, padding=padding, depth_multiplier=2), shape)
    add(L.DepthwiseConv2D(3, padding="same", data_format="channels_first"), (1, 5, 6, 4))
    add(L.DepthwiseConv2D(5, padding="same", use_bias=False), (1, 7, 6, 19))
    for shape, S in ((one, L.SeparableConv1D), (two, L.SeparableConv2D)):
        add(S(5, 3, padding="same", activation="relu"), shape)
        add(S(5, 2, strides=2, depth_multiplier=2), shape)
        add(S(5, 2, dilation_rate=2, padding="same", use_bias=False), shape)
    add(L.SeparableConv2D(3, 3, data_format="channels_first"), (1, 3, 6, 7))


def transposed():
    for shape, T in (((2, 5, 3), L.Conv1DTranspose), ((1, 4, 5, 3), L.Conv2DTranspose), ((1, 3, 2, 4, 2), L.Conv3DTranspose)):
        for padding in ("valid", "same"):
            for kernel, stride in ((3, 1), (3, 2), (4, 2), (2, 2), (2, 3), (5, 2), (1, 2)):
                if len(shape) == 5 and (kernel, stride) not in ((3, 2), (2, 3)):
                    continue
                add(T(4, kernel, strides=stride, padding=padding), shape)
            add(T(2, 3, strides=2, padding=padding, output_padding=0, activation="relu"), shape)
            add(T(2, 3, strides=3, padding=padding, output_padding=1, use_bias=False), shape)
    for padding in ("valid", "same"):
        add(L.Conv2DTranspose(2, 3, dilation_rate=2, padding=padding), (1, 4, 5, 3))
        add(L.Conv1DTranspose(2, 3, dilation_rate=2, padding=padding), (1, 6, 3))
    add(L.Conv2DTranspose(3, 4, strides=2, padding="same", data_format="channels_first"), (1, 3, 4, 3))
    add(L.Conv2DTranspose(9, (3, 5), strides=(2, 1), padding="same", activation="tanh"), (1, 4, 3, 17))
    add(L.Conv2DTranspose(3, 4, strides=2), (0, 4, 4, 3))


def dense_and_pooling():
    add(L.Dense(5), (3, 4))
    add(L.Dense(5, activation="relu"), (2, 3, 4))
    add(L.Dense(3, use_bias=False, activation="softmax"), (2, 2, 3, 7))
    add(L.Dense(1), (5, 1))
    add(L.Dense(40, activation="selu"), (1, 130))
    add(L.Dense(3), (0, 4))
    add(L.EinsumDense("ab,bc->ac", output_shape=6, bias_axes="c"), (3, 5))
    add(L.EinsumDense("abc,cd->abd", output_shape=(None, 6), bias_axes="d", activation="relu"), (2, 4, 5))
    add(L.EinsumDense("...x,xy->...y", output_shape=6, bias_axes="y"), (2, 3, 4, 5))
    add(L.EinsumDense("abc,cde->abde", output_shape=(None, 2, 3), bias_axes="de"), (2, 4, 5))
    add(L.EinsumDense("abcd,cde->abe", output_shape=(None, 6), bias_axes="e"), (2, 4, 3, 5))
    add(L.EinsumDense("abc,bd->adc", output_shape=(7, None)), (2, 4, 5))
    add(L.EinsumDense("abc,cb->ab", output_shape=(4,)), (2, 4, 5))
    add(L.EinsumDense("ab...,bc->ac...", output_shape=6, bias_axes="c"), (2, 3, 4, 5))
    add(L.EinsumDense("abcd,cedb->aeb", output_shape=(6, 4), bias_axes="b"), (2, 4, 3, 5))
    for kind in ("Max", "Average"):
        for rank, shape in ((1, (2, 9, 3)), (2, (2, 7, 8, 3)), (3, (1, 5, 4, 6, 2))):
            P = getattr(L, f"{kind}Pooling{rank}D")
            for padding in ("valid", "same"):
                add(P(2, padding=padding), shape)
                add(P(3, strides=2, padding=padding), shape)
                add(P(2, strides=3, padding=padding), shape)
            G = getattr(L, f"Global{kind}Pooling{rank}D")
            add(G(), shape)
            add(G(keepdims=True), shape)
            add(G(keepdims=True, data_format="channels_first"), shape)
            add(G(data_format="channels_first"), shape)
        add(getattr(L, f"{kind}Pooling2D")((3, 2), strides=(1, 2), padding="same"), (1, 5, 6, 40))
        if kind == "Average":
            continue
    add(L.AveragePooling2D(3, strides=2, padding="same", data_format="channels_first"), (1, 3, 7, 6))
    add(L.MaxPooling2D(2, padding="same", data_format="channels_first"), (1, 3, 7, 6))
    add(L.MaxPooling1D(2, data_format="channels_first"), (1, 3, 7))


def attention():
    M, A = L.MultiHeadAttention, L.Attention
    x, q, v, k = (2, 7, 12), (2, 5, 8), (2, 6, 4), (2, 6, 10)
    add(M(num_heads=3, key_dim=4), x, x)
    add(M(num_heads=2, key_dim=4, value_dim=3, dropout=0.1), q, v)
    add(M(num_heads=2, key_dim=5, output_shape=9), q, v, k)
    add(M(num_heads=1, key_dim=8, use_bias=False, output_shape=(3, 2)), q, v, k)
    add(M(num_heads=2, key_dim=3), q, q, use_causal_mask=True)
    add(M(num_heads=2, key_dim=3), q, v, use_causal_mask=True)
    add(M(num_heads=2, key_dim=3, sliding_window=2), q, v)
    add(M(num_heads=2, key_dim=3, use_gate=True), q, v)
    add(M(num_heads=2, key_dim=4, attention_axes=(1, 2)), (2, 3, 4, 8), (2, 3, 4, 8))
    add(M(num_heads=2, key_dim=4, attention_axes=(2,)), (2, 3, 4, 8), (2, 3, 5, 8))
    add(M(num_heads=2, key_dim=4, attention_axes=1), (2, 3, 4, 8), (2, 5, 4, 8))
    add(M(num_heads=2, key_dim=4), q, v, return_attention_scores=True)
    a, b = (2, 5, 6), (2, 7, 6)
    add(A(), a, b)
    add(A(), a, b, b)
    add(A(use_scale=True), a, b, b)
    add(A(score_mode="concat"), a, b)
    add(A(use_scale=True, score_mode="concat"), a, b, b)
    add(A(dropout=0.3), b, a, use_causal_mask=True)
    add(A(), a, b, return_attention_scores=True)
    add(L.AdditiveAttention(), a, b)
    add(L.AdditiveAttention(use_scale=False), a, b, b)
    G = L.GroupQueryAttention
    add(G(head_dim=4, num_query_heads=4, num_key_value_heads=2), (2, 6, 8), (2, 6, 8))
    add(G(head_dim=3, num_query_heads=4, num_key_value_heads=4, use_bias=False), (2, 6, 8), (2, 5, 8), (2, 5, 7))
    add(G(head_dim=3, num_query_heads=4, num_key_value_heads=1, use_gate=True), (2, 6, 8), (2, 5, 8), use_causal_mask=True)


def pictures():
    add(L.AutoContrast(), (2, 5, 4, 3))
    add(L.AutoContrast(value_range=(-2, 2)), (2, 5, 4, 3))
    add(L.AutoContrast(value_range=(0, 1)), (3, 1, 1, 2))  # without contrast: as it is


def weights_of(layer):
    """In the order of the layer's own variables, then of its sub-layers as they are saved."""
    return [w for w in layer.weights if "seed" not in w.path]


def main(folder):
    for family in (convolutions, transposed, dense_and_pooling, attention, pictures):
        family()
    lines, data, offset = [], [], 0
    for layer, shapes, call in CASES:
        inputs = [values(s, 100 + i) for i, s in enumerate(shapes)]
        built = [keras.Input(batch_shape=(None,) + s[1:]) for s in shapes]
        listed = isinstance(layer, L.Attention)  # takes one list
        run = (lambda xs: layer(xs, **call)) if listed else (lambda xs: layer(*xs, **call))
        run(built)
        weights = weights_of(layer)
        for i, w in enumerate(weights):
            w.assign(values(w.shape, 200 + i) / 4)
        try:
            results = run(inputs)
        except tf.errors.OpError:  # forms that TensorFlow's own CPU kernels lack
            results = tf.function(run, jit_compile=True)(inputs)
        results = results if isinstance(results, (list, tuple)) else [results]
        results = [np.asarray(r, np.float32) for r in results]
        config = layer.get_config()
        config["name"] = f"layer_{len(lines)}"
        lines.append(json.dumps({
            "class": type(layer).__name__, "config": config, "call": call, "inputs": shapes, "offset": offset,
            "weights": [list(w.shape) for w in weights], "results": [r.shape for r in results]}))
        for r in results:
            data.append(r.tobytes())
            offset += r.size
    with open(os.path.join(folder, "layers.json"), "w") as out:
        out.write("\n".join(lines) + "\n")
    with open(os.path.join(folder, "layers.f32"), "wb") as out:
        out.write(b"".join(data))
    print(len(lines), "cases,", offset, "values")


if __name__ == "__main__":
    main(sys.argv[1])
