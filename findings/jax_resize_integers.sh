#!/usr/bin/env bash
# Guess: jax.image.resize of uint8 gives uint8, rounded and clamped, as jax.image says "dtype of
#   image" of most of its functions.
# True: It gives float32 for every method but nearest, neither rounded nor clamped: 0 and 255
#   become -17.5 to 278.9 by cubic, -24.8 to 296.8 by lanczos3.
# Matters to: whoever swaps JAX for Pillow, OpenCV or torchvision on bytes; astype(uint8)
#   afterwards wraps.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 jax==0.10.2 jaxlib==0.10.2

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import jax, jax.numpy, numpy

print("JAX", jax.__version__)
row = jax.numpy.array([[0, 0, 255, 255, 0, 0]], "uint8")
for method in "nearest", "linear", "cubic", "lanczos3":
    result = jax.image.resize(row, (1, 12), method)
    print(f"{method:8} {result.dtype} from {float(result.min()):.1f} to {float(result.max()):.1f}")
PYTHON
diff - seen <<'EXPECTED'
JAX 0.10.2
nearest  uint8 from 0.0 to 255.0
linear   float32 from 0.0 to 255.0
cubic    float32 from -17.5 to 278.9
lanczos3 float32 from -24.8 to 296.8
EXPECTED
