#!/usr/bin/env bash
# Guess: numpy.save keeps bfloat16 and the 8-bit floats of ml_dtypes (JAX, Keras), or refuses
#   them.
# True: They are written as '<V2' and '<V1', raw bytes without a type: bfloat16 cannot be told
#   from a two-byte record, nor float8_e4m3fn from int4 (a byte each). float8_e5m2 is written as
#   '<f1', which NumPy itself cannot read. jax.numpy.load takes every V2 for bfloat16, two
#   letters included, and leaves V1 alone.
# Matters to: readers of .npy that meet V1 and V2, and whoever stores weights that way.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 ml-dtypes==0.6.0 jax==0.10.2 jaxlib==0.10.2

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import io

import jax, jax.numpy, ml_dtypes, numpy

print("NumPy", numpy.__version__, "ml_dtypes", ml_dtypes.__version__, "JAX", jax.__version__)


def both(array):
    file = io.BytesIO()
    numpy.save(file, array)
    written = file.getvalue().split(b"'")[3].decode()
    for load in numpy.load, jax.numpy.load:
        file.seek(0)
        try:
            yield load(file).dtype.name
        except Exception as error:
            yield f"{type(error).__name__}: {error}"
    yield written


for name in "bfloat16", "float8_e4m3fn", "int4", "float8_e5m2":
    loaded, by_jax, written = both(numpy.ones(2, getattr(ml_dtypes, name)))
    print(f"{name}: written {written}\n  numpy.load: {loaded}\n  jax.numpy.load: {by_jax}")
print("two letters: jax.numpy.load:", list(both(numpy.array([b"ab"], "V2")))[1])
PYTHON
diff - seen <<'EXPECTED'
NumPy 2.4.6 ml_dtypes 0.6.0 JAX 0.10.2
bfloat16: written <V2
  numpy.load: void16
  jax.numpy.load: bfloat16
float8_e4m3fn: written <V1
  numpy.load: void8
  jax.numpy.load: void8
int4: written <V1
  numpy.load: void8
  jax.numpy.load: void8
float8_e5m2: written <f1
  numpy.load: ValueError: descr is not a valid dtype descriptor: '<f1'
  jax.numpy.load: ValueError: descr is not a valid dtype descriptor: '<f1'
two letters: jax.numpy.load: bfloat16
EXPECTED
