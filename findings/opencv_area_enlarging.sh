#!/usr/bin/env bash
# Guess: INTER_AREA, when enlarging, is like INTER_NEAREST, as OpenCV's manual says, or it is
#   INTER_LINEAR.
# True: It is neither, but the mean over the area that a result covers, as when shrinking: pixels
#   are repeated and a result that covers two of them is mixed (7 columns of 0 10 20: 0 0 6.67 10
#   13.33 20 20). In some sizes a column that begins on a border of pixels shows the one before
#   it: 6 to 34 takes pixel 2 at column 17, where the mean is pixel 3.
# Matters to: whoever maps a framework's "area" to OpenCV's or back.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import cv2, numpy

print("OpenCV", cv2.__version__)


def resize(row, columns, name):
    return cv2.resize(row, (columns, 1), interpolation=getattr(cv2, "INTER_" + name))[0]


def means(row, columns):
    source = row.shape[1]
    edges = numpy.arange(columns + 1) * source / columns
    sums = numpy.interp(edges, numpy.arange(source + 1), numpy.concatenate([[0], row[0].cumsum()]))
    return numpy.diff(sums) * columns / source


row = numpy.array([[0, 10, 20]], numpy.float64)
for name in "AREA", "NEAREST", "LINEAR":
    print(f"{name:8}", *resize(row, 7, name).round(2))
row = numpy.random.default_rng(0).random((1, 20))
sizes = [(m, n) for m in range(1, 21) for n in range(m, 61)]
off = [(m, n) for m, n in sizes if numpy.abs(resize(row[:, :m], n, "AREA") - means(row[:, :m], n)).max() > 1e-6]
print("means over the covered area:", len(sizes) - len(off), "of", len(sizes), "sizes; not:", *off[:4])
print("6 to 34, columns 16 to 18:", resize(numpy.arange(6.0)[None], 34, "AREA")[16:19].round(2), "means",
      means(numpy.arange(6.0)[None], 34)[16:19].round(2))
PYTHON
diff - seen <<'EXPECTED'
OpenCV 5.0.0
AREA     0.0 0.0 6.67 10.0 13.33 20.0 20.0
NEAREST  0.0 0.0 0.0 10.0 10.0 20.0 20.0
LINEAR   0.0 1.43 5.71 10.0 14.29 18.57 20.0
means over the covered area: 1001 of 1010 sizes; not: (6, 34) (9, 51) (12, 34) (14, 18)
6 to 34, columns 16 to 18: [2. 2. 3.] means [2. 3. 3.]
EXPECTED
