#!/usr/bin/env bash
# Guess: a layer whose policy is float16 gives float16, as Keras 3's UpSampling2D does.
# True: tf_keras' UpSampling2D does with "nearest"; with every other interpolation it gives float32, of an
#   input that was rounded to float16. The layer's compute_dtype says float16 all the same.
# Matters to: readers and converters of mixed precision models, who take a layer's policy for the dtype of
#   its result, and to those who move such models from tf_keras to Keras 3: the numbers change.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tensorflow==2.21.0 tf_keras==2.21.0 keras==3.15.0

TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import keras, numpy, tf_keras

x = numpy.array([1.0003, 2.0], "float32").reshape(1, 1, 2, 1)
for k in (tf_keras, keras):
    for interpolation in ("nearest", "bilinear"):
        layer = k.layers.UpSampling2D((1, 3), interpolation=interpolation, dtype="float16")
        y = layer(x)
        print(k.__name__, k.__version__, interpolation, "computes", layer.compute_dtype, "gives", y.dtype.name, numpy.asarray(y).ravel()[2])
PYTHON
diff - seen <<'EXPECTED'
tf_keras 2.21.0 nearest computes float16 gives float16 1.0
tf_keras 2.21.0 bilinear computes float16 gives float32 1.3333334
keras 3.15.0 nearest computes float16 gives float16 1.0
keras 3.15.0 bilinear computes float16 gives float16 1.333
EXPECTED
