#!/usr/bin/env bash
# Guess: Turning a photo with an sRGB profile to grey drops the profile, or keeps it in every
#   format.
# True: Pillow's convert("L") keeps it, and save() writes it into grey PNG and TIFF files, which
#   must not hold an RGB profile, but not into JPEG. libvips does not see it in the PNG, sees it
#   in the TIFF and writes it into neither.
# Matters to: whoever takes the profile of a grey picture along when it is enlarged: it may be
#   one for three channels.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 \
  pyvips-binary==8.18.7
# With the libvips of the wheel, not one that pip finds in the system or has built against before.
PKG_CONFIG_LIBDIR=$folder PKG_CONFIG_PATH='' venv/bin/pip install --quiet --disable-pip-version-check \
  --no-cache-dir pyvips==3.2.0

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import PIL, pyvips
from PIL import Image, ImageCms

print("Pillow", PIL.__version__, "libvips", *(pyvips.version(i) for i in range(3)))
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
Image.new("RGB", (2, 2), (9, 8, 7)).save("photo.png", icc_profile=profile)
for ending in "png", "tif", "jpg":
    Image.open("photo.png").convert("L").save("grey." + ending)
    kept = Image.open("grey." + ending).info.get("icc_profile", b"")
    space = kept[16:20].decode() or "none"
    picture = pyvips.Image.new_from_file("grey." + ending)
    picture.write_to_file("again." + ending)
    again = Image.open("again." + ending).info.get("icc_profile")
    print(ending, "Pillow wrote:", space, "libvips reads:", "icc-profile-data" in picture.get_fields(), "writes:", bool(again))
PYTHON
diff - seen <<'EXPECTED'
Pillow 13.0.0 libvips 8 18 7
png Pillow wrote: RGB  libvips reads: False writes: False
tif Pillow wrote: RGB  libvips reads: True writes: False
jpg Pillow wrote: none libvips reads: False writes: False
EXPECTED
