#!/usr/bin/env bash
# Guess: a Keras layer gives the same numbers whether it is called directly, in model(x) or in model.predict(x).
# True: Resizing of an array or an Input of bytes rounds to bytes when it runs eagerly (the layer, model(x)), and gives floats with their
#   fractions in any TensorFlow graph: predict, tf.function, a tf.data pipeline. The model's own output says float32.
# Matters to: models that take uint8 photos and resize them inside, tested by model(x) and deployed by predict or export; up to half a level apart.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 tensorflow-cpu==2.21.0 keras==3.15.0

TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import keras, numpy, tensorflow as tf

print("Keras", keras.__version__)
x = numpy.uint8([0, 51, 101, 150]).reshape(1, 2, 2, 1)
entry = keras.Input((2, 2, 1), dtype="uint8")
layer = keras.layers.Resizing(3, 3)
model = keras.Model(entry, layer(entry))
for name, run in (("layer(x)", layer), ("model(x)", model), ("model.predict(x)", lambda x: model.predict(x, verbose=0)),
                  ("tf.function(model)(x)", tf.function(model)),
                  ("tf.data map", lambda x: next(iter(tf.data.Dataset.from_tensors(x).map(layer))))):
    y = numpy.asarray(run(x))
    print(f"{name}: {y.dtype} {y.ravel()[:3].tolist()}")
print("model.output:", model.output.dtype)
PYTHON
diff - seen <<'EXPECTED'
Keras 3.15.0
layer(x): uint8 [0, 26, 51]
model(x): uint8 [0, 26, 51]
model.predict(x): float32 [0.0, 25.5, 51.0]
tf.function(model)(x): float32 [0.0, 25.5, 51.0]
tf.data map: float32 [0.0, 25.5, 51.0]
model.output: float32
EXPECTED
