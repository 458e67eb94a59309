#!/usr/bin/env bash
# Guess: A PNG without an alpha channel that names a transparent colour (tRNS) becomes a picture
#   with alpha in readers that are told to keep everything, and keeps its channels in the others.
# True: OpenCV with IMREAD_UNCHANGED gives RGB and palette pictures four channels and drops the
#   transparency of grey ones. scikit-image drops it always; imagecodecs and libvips keep it
#   always, as two channels for grey.
# Matters to: whoever takes the number of channels from the PNG header, where it is one less than
#   that of the pixels.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 \
  scikit-image==0.26.0 imagecodecs==2026.3.6 opencv-python-headless==5.0.0.93 pyvips-binary==8.18.7
# With the libvips of the wheel, not one that pip finds in the system or has built against before.
PKG_CONFIG_LIBDIR=$folder PKG_CONFIG_PATH='' venv/bin/pip install --quiet --disable-pip-version-check \
  --no-cache-dir pyvips==3.2.0

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import cv2, imagecodecs, PIL, pyvips, skimage, skimage.io
from PIL import Image

print("Pillow", PIL.__version__, "scikit-image", skimage.__version__, "imagecodecs", imagecodecs.__version__, "OpenCV",
      cv2.__version__, "libvips", *(pyvips.version(i) for i in range(3)))
for mode, colour, transparent in ("L", 7, 7), ("RGB", (1, 2, 3), (1, 2, 3)), ("P", 0, 0):
    picture = Image.new(mode, (2, 1), colour)
    if mode == "P":
        picture.putpalette([9, 9, 9, 200, 100, 50])
    name = mode + ".png"
    picture.save(name, transparency=transparent)
    print(f"{mode:3}", "OpenCV", cv2.imread(name, cv2.IMREAD_UNCHANGED).shape, "scikit-image", skimage.io.imread(name).shape,
          "imagecodecs", imagecodecs.png_decode(open(name, "rb").read()).shape, "libvips",
          pyvips.Image.new_from_file(name).numpy().shape)
PYTHON
diff - seen <<'EXPECTED'
Pillow 13.0.0 scikit-image 0.26.0 imagecodecs 2026.3.6 OpenCV 5.0.0 libvips 8 18 7
L   OpenCV (1, 2) scikit-image (1, 2) imagecodecs (1, 2, 2) libvips (1, 2, 2)
RGB OpenCV (1, 2, 4) scikit-image (1, 2, 3) imagecodecs (1, 2, 4) libvips (1, 2, 4)
P   OpenCV (1, 2, 4) scikit-image (1, 2, 3) imagecodecs (1, 2, 4) libvips (1, 2, 4)
EXPECTED
