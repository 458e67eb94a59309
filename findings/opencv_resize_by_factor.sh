#!/usr/bin/env bash
# Guess: cv2.resize of 5 columns by fx = 1.5 is cv2.resize to the 8 columns that come out.
# True: The size is rounded (7.5 to 8), the step through the source is 1 / 1.5 all the same and
#   not 5 / 8, so the last column lies past the source's end and repeats it. Half to even: 3
#   columns by 1.5 are 4, 5 are 8.
# Matters to: whoever ports code with fx and fy to a library that takes sizes; PyTorch's
#   scale_factor has the same step with the size cut off (7).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import cv2, numpy

print("OpenCV", cv2.__version__)
row = numpy.arange(5, dtype=numpy.float32)[None] * 10
numpy.set_printoptions(precision=3, floatmode="fixed")
print("fx=1.5 ", cv2.resize(row, None, fx=1.5, fy=1)[0])
print("size 8 ", cv2.resize(row, (8, 1))[0])
print("columns", [(n, cv2.resize(row[:, :n], None, fx=1.5, fy=1).shape[1]) for n in (1, 3, 5)])
PYTHON
diff - seen <<'EXPECTED'
OpenCV 5.0.0
fx=1.5  [ 0.000  5.000 11.667 18.333 25.000 31.667 38.333 40.000]
size 8  [ 0.000  4.375 10.625 16.875 23.125 29.375 35.625 40.000]
columns [(1, 2), (3, 4), (5, 8)]
EXPECTED
