#!/usr/bin/env bash
# Guess: mlx.nn.Upsample's nearest samples one grid, whether it enlarges or shrinks, and its dtype is
#   kept by all modes.
# True: 0 1 2 3 by 1.5 takes 0 0 1 2 2 3, a centred grid that is rounded, ties to even; 0 to 7 by 0.3
#   takes 0 4, counted from the left edge, where the centres are 1.5 and 5.5. Linear and cubic of
#   float16 give float32, nearest float16.
# Matters to: whoever moves a model to MLX, or compares masks that it shrank.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 'mlx[cpu]==0.32.4'

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import importlib.metadata

import mlx.core as mx
import mlx.nn as nn

mx.set_default_device(mx.cpu)
print("mlx", importlib.metadata.version("mlx"))
for length, factor in (4, 1.5), (8, 0.5), (8, 0.3):
    y = nn.Upsample(scale_factor=factor)(mx.arange(length).reshape(1, length, 1))
    print(length, "by", factor, "takes", *y.reshape(-1).tolist())
for mode in "nearest", "linear", "cubic":
    print("float16", mode, nn.Upsample(scale_factor=2, mode=mode)(mx.zeros((1, 4, 1), mx.float16)).dtype)
PYTHON
diff - seen <<'EXPECTED'
mlx 0.32.4
4 by 1.5 takes 0 0 1 2 2 3
8 by 0.5 takes 0 2 4 6
8 by 0.3 takes 0 4
float16 nearest mlx.core.float16
float16 linear mlx.core.float32
float16 cubic mlx.core.float32
EXPECTED
