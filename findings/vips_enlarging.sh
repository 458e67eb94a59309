#!/usr/bin/env bash
# Guess: resize of libvips 8.18 enlarges about the centres of pixels ("centre convention"), and leaves alone a side whose scale is 1.
# True:  output i is taken at i / scale - 1/2, half an output pixel before its centre; and as soon as one side grows the other,
#        whose scale is 1, is taken at i - 1/2 too: every pixel becomes the mean of itself and its neighbour.
# Matters to: who enlarges by pyvips or sharp, or stretches one side alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 pyvips==3.2.0
# After pyvips, which else may have compiled its module for another libvips.
"$folder/venv/bin/pip" install -q --disable-pip-version-check --force-reinstall --no-deps --only-binary :all: pyvips-binary==8.18.7
"$folder/venv/bin/python" - <<'END' | tee "$folder/seen"
import pyvips

print("libvips", ".".join(str(pyvips.version(i)) for i in range(3)))
row = pyvips.Image.new_from_memory(bytes([0, 85, 170, 255]), 4, 1, 1, "uchar")
print("twice as wide", row.resize(2, vscale=1, kernel="linear").numpy().tolist())
print("twice as high", row.resize(1, vscale=2, kernel="linear").numpy().tolist())
END
diff - "$folder/seen" <<'EXPECTED'
libvips 8.18.7
twice as wide [[0, 0, 43, 85, 128, 170, 213, 255]]
twice as high [[0, 43, 128, 213], [0, 43, 128, 213]]
EXPECTED
