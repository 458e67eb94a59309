#!/usr/bin/env bash
# Guess: a recurrent layer passes over the steps that Embedding(mask_zero=True) masked, whatever else
#   it is called with.
# True: Keras 3 hands a mask on by itself to layers that are called with one tensor alone. Called
#   with initial_state, a layer forgets the mask and goes through every step; given as mask=, the
#   same mask acts.
# Matters to: decoders of encoder-decoder models on padded sentences, readers of model files, and
#   those who move such a model from tf_keras, where the mask acts.
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

print("Keras", keras.__version__)
embed = keras.layers.Embedding(3, 1, mask_zero=True, embeddings_initializer="ones")
rnn = keras.layers.SimpleRNN(1, activation="linear", kernel_initializer="ones", recurrent_initializer="ones")
words = numpy.array([[1, 2, 0, 0]])  # two steps and padding
zeros = numpy.zeros((1, 1), "float32")
x = embed(words)
for what, y in (("x", rnn(x)), ("x, initial_state", rnn(x, initial_state=zeros)),
                ("x, initial_state, mask", rnn(x, initial_state=zeros, mask=embed.compute_mask(words)))):
    print(f"{what}: {int(numpy.asarray(y)[0, 0])} steps")
PYTHON
diff - seen <<'EXPECTED'
Keras 3.15.1
x: 2 steps
x, initial_state: 4 steps
x, initial_state, mask: 2 steps
EXPECTED
