#!/usr/bin/env bash
# Guess: a layer reads the mask of what it is called with, as Embedding(mask_zero=True) made it, and
#   leaves it there for the layers that are called on the same tensor afterwards.
# True: Keras 3's MultiHeadAttention takes the mask off its inputs. Called one after the other, as in
#   a subclassed model or a training loop, what follows sees every step, padding too; recorded in a
#   functional model, where the mask is an argument of each call, it does not. Attention and
#   GroupQueryAttention leave the mask.
# Matters to: transformer blocks on padded sentences, in which more than attention is called on x, those
#   who rewrite a functional model as a class, and readers of model files.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 keras==3.15.1 jax==0.10.2 jaxlib==0.10.2

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import os

os.environ["KERAS_BACKEND"] = "jax"
import keras, numpy
from keras import layers

print("Keras", keras.__version__)
embed = layers.Embedding(3, 1, mask_zero=True, embeddings_initializer="ones")
rnn = layers.SimpleRNN(1, activation="linear", kernel_initializer="ones", recurrent_initializer="ones")
words = numpy.array([[1, 2, 0, 0]])  # two steps and padding
attention = layers.MultiHeadAttention(1, 1)


def steps(y):
    return int(numpy.asarray(y)[0, 0])


x = embed(words)
print(f"rnn(x): {steps(rnn(x))} steps")
attention(x, x)
print(f"rnn(x) after MultiHeadAttention(x, x): {steps(rnn(x))} steps")
x = embed(words)
layers.Attention()([x, x])
layers.GroupQueryAttention(1, 1, 1)(x, x)
print(f"rnn(x) after Attention and GroupQueryAttention: {steps(rnn(x))} steps")
given = keras.Input((4,), dtype="int32")
x = embed(given)
attention(x, x)
print(f"the same as a functional model: {steps(keras.Model(given, rnn(x))(words))} steps")
PYTHON
diff - seen <<'EXPECTED'
Keras 3.15.1
rnn(x): 2 steps
rnn(x) after MultiHeadAttention(x, x): 4 steps
rnn(x) after Attention and GroupQueryAttention: 2 steps
the same as a functional model: 2 steps
EXPECTED
