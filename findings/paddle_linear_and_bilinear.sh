#!/usr/bin/env bash
# Guess: linear of a signal is bilinear of an image with one row, in PaddlePaddle as elsewhere, and area
#   honours data_format.
# True: 0 85 170 255 to one value is 127.5 by linear and trilinear, 0 by bilinear and -7.97 by bicubic.
#   Linear of uint8 cuts its fractions to 0 and takes the left pixel, where bilinear interpolates. Area
#   of "NHWC" pools the last two axes, width and channels.
# Matters to: whoever resizes audio or labels with PaddlePaddle, or moves a model to or from it.
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


def interpolate(x, mode, size, **options):
    axes = {"linear": 1, "trilinear": 3}.get(mode, 2)
    x = paddle.to_tensor(x.reshape([1, 1] + [1] * (axes - 1) + [-1]))
    y = paddle.nn.functional.interpolate(x, size=[1] * (axes - 1) + [size], mode=mode, **options)
    return " ".join(f"{v:g}" for v in y.numpy().ravel())


signal = np.array([0, 85, 170, 255], np.float32)
for mode in "linear", "bilinear", "trilinear", "bicubic":
    print(mode, "to one:", interpolate(signal, mode, 1))
for mode in "linear", "bilinear":
    print("bytes,", mode, "to seven:", interpolate(signal.astype(np.uint8), mode, 7, align_corners=True))
images = paddle.zeros([1, 4, 6, 8])
pooled = paddle.nn.functional.interpolate(images, size=[2, 3], mode="area", data_format="NHWC")
print("area of NHWC", *images.shape, "to 2 3 is", *pooled.shape)
PYTHON
diff - seen <<'EXPECTED'
paddle 3.3.1
linear to one: 127.5
bilinear to one: 0
trilinear to one: 127.5
bicubic to one: -7.96875
bytes, linear to seven: 0 0 85 85 170 170 255
bytes, bilinear to seven: 0 42 85 127 170 212 255
area of NHWC 1 4 6 8 to 2 3 is 1 4 2 3
EXPECTED
