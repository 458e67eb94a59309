#!/usr/bin/env bash
# Guess: An array of uint16 that libvips writes as PNG keeps its 16 bits, grey as well as colour.
# True: Colour does. Grey from memory is tagged "b-w", which means 8 bits: 40000 is clamped to
#   255 and the file has 8 bits, without a word. Tagged "grey16" it is kept.
# Matters to: whoever hands grey arrays to libvips, by pyvips or C.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pyvips-binary==8.18.7
# With the libvips of the wheel, not one that pip finds in the system or has built against before.
PKG_CONFIG_LIBDIR=$folder PKG_CONFIG_PATH='' venv/bin/pip install --quiet --disable-pip-version-check \
  --no-cache-dir pyvips==3.2.0

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import numpy, pyvips

print("libvips", *(pyvips.version(i) for i in range(3)))
grey = pyvips.Image.new_from_array(numpy.full((2, 2), 40000, numpy.uint16))
colour = pyvips.Image.new_from_array(numpy.full((2, 2, 3), 40000, numpy.uint16))
for name, image in (("grey", grey), ("colour", colour), ("grey16", grey.copy(interpretation="grey16"))):
    image.write_to_file(name + ".png")
    back = pyvips.Image.new_from_file(name + ".png")
    print(f"{name:6} {image.interpretation:6} {image.format} -> {back.format} {back.numpy().ravel()[0]}")
PYTHON
diff - seen <<'EXPECTED'
libvips 8 18 7
grey   b-w    ushort -> uchar 255
colour srgb   ushort -> ushort 40000
grey16 grey16 ushort -> ushort 40000
EXPECTED
