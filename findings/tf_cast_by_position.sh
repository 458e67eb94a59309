#!/usr/bin/env bash
# Guess: tf.cast of a float to uint8 wraps or saturates where it does not fit, one of both.
# True: by position: on x86-64 whole vectors of 32 elements saturate, what is left of a tensor wraps, so that -1 is 0 or 255 and
#   300 is 255 or 44, in one result. To int32 and int64 everything that does not fit, and NaN, is the least integer at every position.
# Matters to: models and pipelines that end in tf.cast(255 * x, tf.uint8) without a clip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 tensorflow-cpu==2.21.0

cat >casts.py <<'PYTHON'
import numpy, tensorflow as tf

print("TensorFlow", tf.__version__)
for value in (-1.0, 256.0, 300.0, float("inf"), float("nan")):
    for dtype in ("uint8", "int8", "int32", "int64"):
        y = tf.cast(tf.fill([33], value), dtype).numpy()
        print(f"{value} to {dtype}: {y[0]}, the last of 33 {y[-1]}")
PYTHON
TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python casts.py 2>errors | tee seen || { cat errors; exit 1; }
diff - seen <<'EXPECTED'
TensorFlow 2.21.0
-1.0 to uint8: 0, the last of 33 255
-1.0 to int8: -1, the last of 33 -1
-1.0 to int32: -1, the last of 33 -1
-1.0 to int64: -1, the last of 33 -1
256.0 to uint8: 255, the last of 33 0
256.0 to int8: 127, the last of 33 0
256.0 to int32: 256, the last of 33 256
256.0 to int64: 256, the last of 33 256
300.0 to uint8: 255, the last of 33 44
300.0 to int8: 127, the last of 33 44
300.0 to int32: 300, the last of 33 300
300.0 to int64: 300, the last of 33 300
inf to uint8: 0, the last of 33 0
inf to int8: -128, the last of 33 0
inf to int32: -2147483648, the last of 33 -2147483648
inf to int64: -9223372036854775808, the last of 33 -9223372036854775808
nan to uint8: 0, the last of 33 0
nan to int8: -128, the last of 33 0
nan to int32: -2147483648, the last of 33 -2147483648
nan to int64: -9223372036854775808, the last of 33 -9223372036854775808
EXPECTED
