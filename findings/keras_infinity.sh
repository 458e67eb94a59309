#!/usr/bin/env bash
# Guess: config.json in a .keras file is JSON, so an infinite argument is refused, or written as
#   null or as a string.
# True: Keras writes the bare words Infinity and -Infinity, which are not JSON (RFC 8259, section
#   6), and reads them back. -inf is an ordinary padding before a maximum.
# Matters to: readers of .keras files in other languages: strict parsers refuse the whole file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 keras==3.15.1 jax==0.10.2 jaxlib==0.10.2

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import json, os, zipfile

os.environ["KERAS_BACKEND"] = "jax"
import keras, numpy

print("Keras", keras.__version__)
x = keras.Input((2, 2, 1))
padded = keras.ops.pad(x, [[0, 0], [1, 0], [0, 0], [0, 0]], constant_values=-float("inf"))
keras.Model(x, keras.layers.ReLU(max_value=float("inf"))(padded)).save("model.keras")
text = zipfile.ZipFile("model.keras").read("config.json").decode()
print("bare words:", [word for word in ("-Infinity", "Infinity") if f": {word}" in text])


def refuse(word):
    raise ValueError(f"not JSON: {word}")


try:
    json.loads(text, parse_constant=refuse)
except ValueError as error:
    print("a strict reader:", error)
model = keras.models.load_model("model.keras")
print("Keras reads it:", numpy.asarray(model(numpy.ones((1, 2, 2, 1))))[0, :, 0, 0])
PYTHON
diff - seen <<'EXPECTED'
Keras 3.15.1
bare words: ['-Infinity', 'Infinity']
a strict reader: not JSON: -Infinity
Keras reads it: [0. 1. 1.]
EXPECTED
