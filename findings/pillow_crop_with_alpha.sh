#!/usr/bin/env bash
# Guess: resize(size, box=part) of Pillow whose part has the size that is asked for, at whole pixels,
#   is crop(part): nothing is filtered, as nothing is where the size does not change.
# True: It is for RGB, and for RGBA by NEAREST. RGBA and LA by other filters are multiplied by alpha
#   and divided again around the crop, which moves colours; where alpha is 0 they become 0. The whole
#   picture at its own size is a copy.
# Matters to: whoever cuts tiles by resize(), or compares its results with crops.
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
pixels = numpy.empty((1, 4, 4), numpy.uint8)
pixels[...] = 200, 100, 50, 0
pixels[0, :, 3] = 0, 3, 128, 255
for mode in "RGB", "RGBA":
    picture = Image.fromarray(pixels[..., :len(mode)].copy())
    for filter in Image.Resampling.NEAREST, Image.Resampling.BICUBIC:
        for box in (0, 0, 3, 1), (0, 0, 4, 1):
            result = numpy.asarray(picture.resize(box[2:], filter, box=box))
            same = numpy.array_equal(result, numpy.asarray(picture.crop(box)))
            print(f"{mode:4} {filter.name:7} {box[2]} of 4 pixels:", "the crop" if same else result[0].tolist())
PYTHON
diff - seen <<'EXPECTED'
Pillow 13.0.0
RGB  NEAREST 3 of 4 pixels: the crop
RGB  NEAREST 4 of 4 pixels: the crop
RGB  BICUBIC 3 of 4 pixels: the crop
RGB  BICUBIC 4 of 4 pixels: the crop
RGBA NEAREST 3 of 4 pixels: the crop
RGBA NEAREST 4 of 4 pixels: the crop
RGBA BICUBIC 3 of 4 pixels: [[0, 0, 0, 0], [170, 85, 85, 3], [199, 99, 49, 128]]
RGBA BICUBIC 4 of 4 pixels: the crop
EXPECTED
