#!/usr/bin/env bash
# Guess: Keras' sparsemax is the function of that name: its results are not negative and sum to one, as softmax' do.
# True: they sum to less as soon as more than one of them should be above zero: Keras adds up the sums of the largest one, two, … elements
#   where the threshold needs the last of these sums alone. Three elements close to each other give zeros throughout.
# Matters to: attention and classifiers with sparsemax that come from tensorflow_addons or papers: Keras' layer is not what they were trained with.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 tensorflow-cpu==2.21.0 keras==3.15.0

TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import keras, numpy

print("Keras", keras.__version__)


def projection(z):
    """Onto the simplex, by bisection: the threshold at which what is above it sums to one."""
    low, high = z.max() - 1, z.max()
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if numpy.maximum(z - middle, 0).sum() > 1 else (low, middle)
    return numpy.maximum(z - low, 0)


for z in ([3.0, 1.0, 0.0], [1.0, 0.5, -1.0], [1.0, 0.875, 0.75]):
    z = numpy.float32(z)
    y = keras.ops.convert_to_numpy(keras.activations.sparsemax(keras.ops.convert_to_tensor(z[None])))[0]
    print(f"{z.tolist()}: {y.tolist()}, sum {y.sum()}; onto the simplex {projection(z.astype(float)).round(4).tolist()}")
PYTHON
diff - seen <<'EXPECTED'
Keras 3.15.0
[3.0, 1.0, 0.0]: [1.0, 0.0, 0.0], sum 1.0; onto the simplex [1.0, 0.0, 0.0]
[1.0, 0.5, -1.0]: [0.25, 0.0, 0.0], sum 0.25; onto the simplex [0.75, 0.25, 0.0]
[1.0, 0.875, 0.75]: [0.0, 0.0, 0.0], sum 0.0; onto the simplex [0.4583, 0.3333, 0.2083]
EXPECTED
