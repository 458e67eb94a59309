#!/usr/bin/env bash
# Guess: a shrunk picture does not depend on how libvips got at its pixels: from memory, or from a file read from top to bottom
#        (access="sequential", which sharp takes for files unless told otherwise).
# True:  positions of rows are added up inside of the strips that a picture is computed in, 16 rows of one in memory, 10 of a
#        streamed one, and each strip begins without a rounding error. Where a centre falls on the border of two of the 64
#        phases, as in 257 to 192 rows, a row takes its weights from the one or the other: whole rows differ by 1 of 255, or
#        by hundreds of 65535.
# Matters to: who compares thumbnails by their bits, or pyvips' with sharp's.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 pyvips==3.2.0
# After pyvips, which else may have compiled its module for another libvips.
"$folder/venv/bin/pip" install -q --disable-pip-version-check --force-reinstall --no-deps --only-binary :all: pyvips-binary==8.18.7
"$folder/venv/bin/python" - <<'END' | tee "$folder/seen"
import numpy as np
import pyvips

print("libvips", ".".join(str(pyvips.version(i)) for i in range(3)))
x = (np.arange(257, dtype=np.int64) ** 2 * 40503 % 65521).astype(np.uint16).reshape(257, 1, 1)
memory = pyvips.Image.new_from_memory(x.tobytes(), 1, 257, 1, "ushort")
file = pyvips.Image.new_from_buffer(memory.tiffsave_buffer(), "", access="sequential")
a, b = (image.resize(1, vscale=192 / 257).numpy().astype(int).ravel() for image in (memory, file))
rows = np.flatnonzero(a != b)
print("rows that differ", rows.tolist(), "by at most", int(np.abs(a - b).max()))
END
diff - "$folder/seen" <<'EXPECTED'
libvips 8.18.7
rows that differ [10, 28, 31, 34, 40, 49, 100, 121, 142, 145, 151, 172, 178, 181, 190] by at most 475
EXPECTED
