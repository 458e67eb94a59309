#!/usr/bin/env bash
# Guess: keras.ops.quantile(x, q, method=...) gives in a model what it gives of an array.
# True: in a functional model the method is recorded, and written to files, but never used: every
#   quantile is the linear one. percentile uses its method in both.
# Matters to: models with quantiles that were tried out on arrays, and readers of model files, who
#   must not do what the file says.
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
numbers = numpy.array([[0, 10, 20, 30]], "float32")
x = keras.Input((4,))
for name, q in (("quantile", 0.4), ("percentile", 40.0)):
    f = getattr(keras.ops, name)
    for method in ("linear", "lower"):
        model = keras.Model(x, f(x, q, axis=(1,), method=method))
        answers = f(numbers, q, axis=(1,), method=method), model(numbers)
        print(f"{name} {method}: array {float(answers[0][0]):g}, model {float(answers[1][0]):g}")
PYTHON
diff - seen <<'EXPECTED'
Keras 3.15.1
quantile linear: array 12, model 12
quantile lower: array 10, model 12
percentile linear: array 12, model 12
percentile lower: array 10, model 10
EXPECTED
