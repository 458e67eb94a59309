#!/usr/bin/env bash
# Guess: An animation of five frames is written as five frames, as GIF, WebP and animated PNG alike.
# True: A frame that equals the one before it is no frame in the file: libvips and Pillow make the
#   one before it last longer, in every format. libvips has an option for GIF alone, since 8.17.
# Matters to: whoever works on frames by their numbers, or writes pages of a scan as an animation
#   and counts them afterwards.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 pyvips-binary==8.18.7
# With the libvips of the wheel, not one that pip finds in the system or has built against before.
PKG_CONFIG_LIBDIR=$folder PKG_CONFIG_PATH='' venv/bin/pip install --quiet --disable-pip-version-check \
  --no-cache-dir pyvips==3.2.0

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import numpy as np, PIL, pyvips
from PIL import Image

print("Pillow", PIL.__version__, "libvips", *(pyvips.version(i) for i in range(3)))
frames = [np.full((4, 5, 3), value, np.uint8) for value in (0, 90, 90, 90, 200)]
pages = pyvips.Image.new_from_array(np.concatenate(frames)).copy(interpretation="srgb").copy()
pages.set_type(pyvips.GValue.gint_type, "page-height", 4)
pages.set_type(pyvips.GValue.array_int_type, "delay", [100] * 5)
for ending, options in ("gif", {}), ("gif", {"keep_duplicate_frames": True}), ("webp", {"lossless": True}):
    got = pyvips.Image.new_from_buffer(pages.write_to_buffer("." + ending, **options), "", n=-1)
    print("libvips", ending, options, got.get_n_pages(), got.get("delay"))
pictures = [Image.fromarray(frame) for frame in frames]
for ending, options in ("gif", {}), ("webp", {"lossless": True}), ("png", {}):
    pictures[0].save("p." + ending, save_all=True, append_images=pictures[1:], duration=100, **options)
    with Image.open("p." + ending) as got:
        times = []
        for page in range(got.n_frames):
            got.seek(page)
            got.load()
            times.append(int(got.info["duration"]))
        print("Pillow", ending, got.n_frames, times)
PYTHON
diff - seen <<'EXPECTED'
Pillow 13.0.0 libvips 8 18 7
libvips gif {} 3 [100, 300, 100]
libvips gif {'keep_duplicate_frames': True} 5 [100, 100, 100, 100, 100]
libvips webp {'lossless': True} 3 [100, 300, 100]
Pillow gif 3 [100, 300, 100]
Pillow webp 3 [100, 300, 100]
Pillow png 3 [100, 300, 100]
EXPECTED
