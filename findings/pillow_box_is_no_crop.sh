#!/usr/bin/env bash
# Guess: resize(size, box=part) of Pillow is crop(part).resize(size).
# True: the box says where results lie, not which pixels may be read: filters reach past its edges
#   into the rest of the picture. NEAREST and BOX do not, where the box ends between pixels. A black
#   bar in a white picture, cut out exactly, comes back with grey ends.
# Matters to: whoever cuts and resizes in one step, as Keras' load_img(keep_aspect_ratio=True) does,
#   and compares that with a crop; tiles that are resized one by one and should fit together.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import numpy, PIL
from PIL import Image

print("Pillow", PIL.__version__)
pixels = numpy.full((12, 1), 255, numpy.uint8)
pixels[4:8] = 0
picture, part = Image.fromarray(pixels), (0, 4, 1, 8)
for name in "NEAREST", "BOX", "BILINEAR", "BICUBIC", "LANCZOS":
    for rows in 8, 2:
        boxed = numpy.asarray(picture.resize((1, rows), Image.Resampling[name], box=part)).ravel()
        cropped = numpy.asarray(picture.crop(part).resize((1, rows), Image.Resampling[name])).ravel()
        print(f"{name:8} box {boxed}, crop {cropped}")
PYTHON
diff - seen <<'EXPECTED'
Pillow 13.0.0
NEAREST  box [0 0 0 0 0 0 0 0], crop [0 0 0 0 0 0 0 0]
NEAREST  box [0 0], crop [0 0]
BOX      box [0 0 0 0 0 0 0 0], crop [0 0 0 0 0 0 0 0]
BOX      box [0 0], crop [0 0]
BILINEAR box [64  0  0  0  0  0  0 64], crop [0 0 0 0 0 0 0 0]
BILINEAR box [32 32], crop [0 0]
BICUBIC  box [52  0  0  0  0  0  0 52], crop [0 0 0 0 0 0 0 0]
BICUBIC  box [14 14], crop [0 0]
LANCZOS  box [54  0  0 10 10  0  0 54], crop [0 0 0 0 0 0 0 0]
LANCZOS  box [9 9], crop [0 0]
EXPECTED
