#!/usr/bin/env bash
# Guess: A four-channel TIFF of one pixel (100, 50, 25, 128) reads as these numbers, or as (199,
#   99, 49, 128) where its tag ExtraSamples says that the colours were multiplied by alpha.
# True: OpenCV multiplies unassociated alpha in and leaves the others, so what it hands out is
#   premultiplied in any case, unlike what it reads from PNG. Pillow and libvips divide
#   associated alpha out; with ExtraSamples 0 Pillow drops the channel and libvips keeps it.
#   tifffile gives what is stored.
# Matters to: whoever compares readers, or resizes pictures with alpha that came through OpenCV:
#   multiplied once more, edges turn dark.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 \
  tifffile==2026.3.3 opencv-python-headless==5.0.0.93 pyvips-binary==8.18.7
# With the libvips of the wheel, not one that pip finds in the system or has built against before.
PKG_CONFIG_LIBDIR=$folder PKG_CONFIG_PATH='' venv/bin/pip install --quiet --disable-pip-version-check \
  --no-cache-dir pyvips==3.2.0

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import cv2, numpy, PIL, pyvips, tifffile
from PIL import Image

print("tifffile", tifffile.__version__, "Pillow", PIL.__version__, "OpenCV", cv2.__version__, "libvips",
      *(pyvips.version(i) for i in range(3)))
pixel = numpy.array([[[100, 50, 25, 128]]], numpy.uint8)
for extra in "assocalpha", "unassalpha", "unspecified":
    name = extra + ".tif"
    tifffile.imwrite(name, pixel, photometric="rgb", extrasamples=[extra])
    print(extra)
    print("  tifffile", tifffile.imread(name).ravel())
    print("  Pillow  ", numpy.asarray(Image.open(name)).ravel())
    print("  OpenCV  ", cv2.imread(name, cv2.IMREAD_UNCHANGED)[..., [2, 1, 0, 3]].ravel())
    print("  libvips ", pyvips.Image.new_from_file(name).numpy().ravel())
Image.fromarray(pixel).save("a.png")
print("PNG\n  OpenCV  ", cv2.imread("a.png", cv2.IMREAD_UNCHANGED)[..., [2, 1, 0, 3]].ravel())
PYTHON
diff - seen <<'EXPECTED'
tifffile 2026.3.3 Pillow 13.0.0 OpenCV 5.0.0 libvips 8 18 7
assocalpha
  tifffile [100  50  25 128]
  Pillow   [199  99  49 128]
  OpenCV   [100  50  25 128]
  libvips  [199  99  49 128]
unassalpha
  tifffile [100  50  25 128]
  Pillow   [100  50  25 128]
  OpenCV   [ 50  25  13 128]
  libvips  [100  50  25 128]
unspecified
  tifffile [100  50  25 128]
  Pillow   [100  50  25]
  OpenCV   [100  50  25 128]
  libvips  [100  50  25 128]
PNG
  OpenCV   [100  50  25 128]
EXPECTED
