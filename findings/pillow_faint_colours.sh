#!/usr/bin/env bash
# Guess: Enlarging a picture of one colour gives that colour, alpha or not.
# True: Pillow multiplies RGBA by alpha in 8 bits, filters, and divides: (200, 100, 50) under
#   alpha 3 comes out as (170, 85, 85). NEAREST keeps it. Four channels that are no colours with
#   alpha (RGB and infrared, say) are spoilt alike.
# Matters to: whoever takes Pillow's RGBA for a reference, or resizes four-channel data as RGBA;
#   TensorFlow filters the four channels alike.
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
for alpha in 3, 20, 128:
    pixels = numpy.full((4, 4, 4), (200, 100, 50, alpha), numpy.uint8)
    for filter in Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.LANCZOS:
        result = numpy.asarray(Image.fromarray(pixels).resize((8, 8), filter))
        print(f"alpha {alpha:3} {filter.name:8}", *numpy.unique(result.reshape(-1, 4), axis=0))
PYTHON
diff - seen <<'EXPECTED'
Pillow 13.0.0
alpha   3 NEAREST  [200 100  50   3]
alpha   3 BILINEAR [170  85  85   3]
alpha   3 LANCZOS  [170  85  85   3]
alpha  20 NEAREST  [200 100  50  20]
alpha  20 BILINEAR [204 102  51  20]
alpha  20 LANCZOS  [204 102  51  20]
alpha 128 NEAREST  [200 100  50 128]
alpha 128 BILINEAR [199  99  49 128]
alpha 128 LANCZOS  [199  99  49 128]
EXPECTED
