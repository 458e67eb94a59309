#!/usr/bin/env bash
# Guess: keras.ops.add broadcasts as NumPy does; x + c and c + x are the same.
# True: with TensorFlow's backend, a second operand all of whose extents but one are 1 is taken for a bias where that extent is as long
#   as the last axis of the first: (N, 3, 3) + (3, 1) is added along the last axis. c + x, and other widths, are broadcast. Biases of
#   channels_first convolutions go this way where an image is as wide as there are filters.
# Matters to: models with embeddings of rows or channels_first layers, whose numbers depend on the width of the image.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 tensorflow-cpu==2.21.0 keras==3.15.0

cat >columns.py <<'PYTHON'
import keras, numpy, tensorflow as tf

print("Keras", keras.__version__, "TensorFlow", tf.__version__)
for width in (3, 4):
    x, c = numpy.zeros((1, 3, width), "f"), numpy.array([[1], [2], [3]], "f")
    for name, y in (("x + c", keras.ops.add(x, c)), ("c + x", keras.ops.add(c, x)), ("NumPy", x + c)):
        print(f"width {width}, {name}: {numpy.array(y)[0].tolist()}")
# The bias of two filters, as channels_first convolutions add it.
bias = numpy.array([1, 0], "f").reshape(1, 2, 1, 1)
for width in (2, 3):
    y = keras.ops.add(numpy.zeros((1, 2, 1, width), "f"), bias)
    print(f"two filters, an image {width} wide: {numpy.array(y)[0, :, 0].tolist()}")
PYTHON
KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python columns.py 2>errors | tee seen || { cat errors; exit 1; }
diff - seen <<'EXPECTED'
Keras 3.15.0 TensorFlow 2.21.0
width 3, x + c: [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]
width 3, c + x: [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0], [3.0, 3.0, 3.0]]
width 3, NumPy: [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0], [3.0, 3.0, 3.0]]
width 4, x + c: [[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0], [3.0, 3.0, 3.0, 3.0]]
width 4, c + x: [[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0], [3.0, 3.0, 3.0, 3.0]]
width 4, NumPy: [[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0], [3.0, 3.0, 3.0, 3.0]]
two filters, an image 2 wide: [[1.0, 0.0], [1.0, 0.0]]
two filters, an image 3 wide: [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
EXPECTED
