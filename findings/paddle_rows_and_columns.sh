#!/usr/bin/env bash
# Guess: bilinear treats rows and columns alike: the resized transpose of an image is the transpose of the
#   resized image, at least but for the order of a sum.
# True: PaddlePaddle finds positions of rows in doubles and those of columns in floats, so that weights
#   differ: of 19 pixels to 13 the sixth value takes 0.53846121 of a pixel by rows, 0.53846169 by columns,
#   eight steps of float32 apart. Trilinear and align_corners are alike.
# Matters to: whoever compares PaddlePaddle with another program bit for bit, or augments by transposing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 paddlepaddle==3.3.1

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import numpy as np
import paddle

print("paddle", paddle.__version__)
x = np.zeros((1, 1, 19, 1), np.float32)
x[0, 0, 8] = 1


def interpolate(x, size, **options):
    return paddle.nn.functional.interpolate(paddle.to_tensor(x), size=size, mode="bilinear", **options).numpy().ravel()


for options in {}, {"align_corners": True}:
    rows = interpolate(x, [13, 1], **options)
    columns = interpolate(x.transpose(0, 1, 3, 2), [1, 13], **options)
    print(options, "rows", f"{rows[5]:.8f}", "columns", f"{columns[5]:.8f}", "differ:", (rows != columns).sum())
PYTHON
diff - seen <<'EXPECTED'
paddle 3.3.1
{} rows 0.53846121 columns 0.53846169 differ: 1
{'align_corners': True} rows 0.50000000 columns 0.50000000 differ: 0
EXPECTED
