#!/usr/bin/env bash
# Guess: Keras' layers for image augmentation hand their input on at inference.
# True: AutoContrast acts with training=False too. Its neighbour Equalization, which draws nothing at
#   random either, does not, nor do the random ones.
# Matters to: readers and converters of models that drop the preprocessing layers of a file, and to
#   those who measure a model with and without its augmentation.
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
x = numpy.linspace(100, 120, 4, dtype="float32").reshape(1, 2, 2, 1)
for layer in (keras.layers.AutoContrast(), keras.layers.Equalization(), keras.layers.RandomContrast(0.5)):
    y = numpy.asarray(layer(x, training=False))
    print(f"{layer.__class__.__name__}: {y.ravel().round().astype(int).tolist()}")
PYTHON
diff - seen <<'EXPECTED'
Keras 3.15.1
AutoContrast: [0, 85, 170, 255]
Equalization: [100, 107, 113, 120]
RandomContrast: [100, 107, 113, 120]
EXPECTED
