#!/usr/bin/env bash
# Guess: A library either turns a picture as its EXIF orientation asks, or leaves that to the
#   caller; whichever it does, it does for every format.
# True: Pillow's open() turns TIFF, and no JPEG, PNG, WebP or AVIF. OpenCV's IMREAD_COLOR turns
#   JPEG, PNG and WebP, and no AVIF; IMREAD_UNCHANGED turns none. libvips turns nothing but AVIF
#   before autorot, whose decoder has done it.
# Matters to: whoever enlarges the same photo from several formats, or counts rows before
#   opening.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 \
  opencv-python-headless==5.0.0.93 pyvips-binary==8.18.7
# With the libvips of the wheel, not one that pip finds in the system or has built against before.
PKG_CONFIG_LIBDIR=$folder PKG_CONFIG_PATH='' venv/bin/pip install --quiet --disable-pip-version-check \
  --no-cache-dir pyvips==3.2.0

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import cv2, numpy, PIL, pyvips
from PIL import Image

print("Pillow", PIL.__version__, "OpenCV", cv2.__version__, "libvips", *(pyvips.version(i) for i in range(3)))

def turned(height, width):
    return {(2, 16): "as stored", (16, 2): "turned"}[height, width]


for ending in "jpg", "png", "webp", "avif", "tif":
    name = "photo." + ending
    exif = Image.Exif()  # a new one for each: saving AVIF takes the orientation out of it
    exif[0x112] = 6  # a quarter turn: 2 rows of 16 stand for 16 rows of 2
    Image.new("RGB", (16, 2), (200, 100, 50)).save(name, exif=exif)
    print(ending)
    print("  Pillow           ", turned(*Image.open(name).size[::-1]))
    vips = pyvips.Image.new_from_file(name)
    print("  libvips          ", turned(vips.height, vips.width))
    if ending != "tif":  # OpenCV 5.0.0 reads no turned TIFF that is not square
        print("  OpenCV COLOR     ", turned(*cv2.imread(name, cv2.IMREAD_COLOR).shape[:2]))
        print("  OpenCV UNCHANGED ", turned(*cv2.imread(name, cv2.IMREAD_UNCHANGED).shape[:2]))
PYTHON
diff - seen <<'EXPECTED'
Pillow 13.0.0 OpenCV 5.0.0 libvips 8 18 7
jpg
  Pillow            as stored
  libvips           as stored
  OpenCV COLOR      turned
  OpenCV UNCHANGED  as stored
png
  Pillow            as stored
  libvips           as stored
  OpenCV COLOR      turned
  OpenCV UNCHANGED  as stored
webp
  Pillow            as stored
  libvips           as stored
  OpenCV COLOR      turned
  OpenCV UNCHANGED  as stored
avif
  Pillow            as stored
  libvips           turned
  OpenCV COLOR      as stored
  OpenCV UNCHANGED  as stored
tif
  Pillow            turned
  libvips           as stored
EXPECTED
