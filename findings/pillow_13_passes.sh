#!/usr/bin/env bash
# Guess: a picture resized by Pillow 13 has the bytes that Pillow 12 gave it.
# True: 12 always made pictures narrower first, then lower; 13 makes them lower first where more than
#   twice as many rows go as columns. Between the two passes values are rounded to bytes and cut off
#   at 0 and 255, so that BICUBIC and LANCZOS, which overshoot, differ by more than roundings.
# Matters to: whoever feeds a model that was trained behind an older Pillow, or compares with recorded
#   results.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --target 12 pillow==12.0.0
venv/bin/pip install --quiet --disable-pip-version-check --target 13 pillow==13.0.0

cat >resize.py <<'PYTHON'
import PIL
from PIL import Image

print("Pillow", PIL.__version__)
# Bars of black and white, and of others in the other direction.
for size in (24, 40), (40, 24):
    picture = Image.new("L", size)
    picture.putdata([255 if (x // 3 + y // 5) % 2 else 0 for y in range(size[1]) for x in range(size[0])])
    for name in "BILINEAR", "BICUBIC", "LANCZOS":
        result = picture.resize((10, 10), Image.Resampling[name])
        print(f"{size[0]} x {size[1]} {name:8}", *result.tobytes()[:10])
PYTHON
for version in 12 13; do
  PYTHONPATH=$version venv/bin/python resize.py 2>errors || { cat errors; exit 1; }
done | tee seen
diff - seen <<'EXPECTED'
Pillow 12.0.0
24 x 40 BILINEAR 14 182 128 73 212 43 182 128 73 241
24 x 40 BICUBIC  0 203 128 53 249 6 202 128 52 255
24 x 40 LANCZOS  0 222 127 34 255 0 221 128 33 255
40 x 24 BILINEAR 82 128 151 104 128 151 104 128 151 82
40 x 24 BICUBIC  82 129 151 104 128 151 104 128 152 79
40 x 24 LANCZOS  92 133 134 120 128 135 120 127 141 89
Pillow 13.0.0
24 x 40 BILINEAR 14 182 128 73 213 42 182 128 73 241
24 x 40 BICUBIC  0 200 128 56 244 11 199 128 55 255
24 x 40 LANCZOS  0 211 127 45 255 0 210 128 44 255
40 x 24 BILINEAR 82 128 151 104 128 151 104 128 151 82
40 x 24 BICUBIC  82 129 151 104 128 151 104 128 152 79
40 x 24 LANCZOS  92 133 134 120 128 135 120 127 141 89
EXPECTED
