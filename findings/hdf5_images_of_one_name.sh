#!/usr/bin/env bash
# Guess: the name that H5Fopen gets with a file image in memory (the core driver) is only a word for
#   messages: two images that are open at once are two files.
# True: libhdf5 takes them for one file when their names are the same: the second handle reads the
#   first one's data, without an error. Other names, other files.
# Matters to: whoever reads HDF5 out of archives (.keras files, whose weights all have one name) from
#   several threads, or keeps two such files open: models get each other's weights.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check h5py==3.14.0 numpy==2.4.6

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import io

import h5py
import numpy


def image_of(number):
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        file["x"] = numpy.float32([number])
    return memory.getvalue()


def opened(image, name):
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_fapl_core(backing_store=False)
    access.set_file_image(image)
    return h5py.File(h5py.h5f.open(name, h5py.h5f.ACC_RDONLY, access))


print("h5py", h5py.version.version, "HDF5", h5py.version.hdf5_version)
first, second, third = opened(image_of(1), b"weights.h5"), opened(image_of(2), b"weights.h5"), opened(image_of(3), b"other.h5")
print("1, 2, 3 read as", *(file["x"][0] for file in (first, second, third)))
first.close(), second.close()
print("2 alone reads as", opened(image_of(2), b"weights.h5")["x"][0])
PYTHON
diff - seen <<'EXPECTED'
h5py 3.14.0 HDF5 1.14.6
1, 2, 3 read as 1.0 1.0 3.0
2 alone reads as 2.0
EXPECTED
