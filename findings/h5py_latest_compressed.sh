#!/usr/bin/env bash
# Guess: A file that h5py 3.16 (HDF5 2.0) wrote with libver="latest", and that an older HDF5 opens
#   and lists, reading its plain and chunked datasets, holds no newer layout; the compression is
#   the same deflate as ever.
# True: Compressed datasets, and only these, are unreadable for HDF5 1.14: "latest" gives datasets
#   that have chunks and a filter layout version 5, so that one chunk's compressed bytes may be
#   counted in 64 bits, and HDF5 1.14.6 says "bad version number for layout message".
#   libver="v114" asks for files that both read.
# Matters to: whoever saves weights with compression and libver="latest": what h5py reads today
#   depends on which wheel is installed.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
for version in 3.16.0 3.14.0; do
  python3 -m venv "$version"
  "$version/bin/pip" install --quiet --disable-pip-version-check "h5py==$version" numpy==2.3.5
done
cat > write.py <<'EOF'
import h5py
import numpy as np

for libver in "latest", "v114":
    with h5py.File(libver + ".h5", "w", libver=libver) as file:
        data = np.arange(12, dtype="float32").reshape(4, 3)
        file.create_dataset("plain", data=data)
        file.create_dataset("chunked", data=data, chunks=(2, 3))
        file.create_dataset("compressed", data=data, chunks=(2, 3), compression="gzip")
EOF
cat > read.py <<'EOF'
import h5py

print("h5py", h5py.__version__, "with HDF5", h5py.version.hdf5_version)
for libver in "latest", "v114":
    with h5py.File(libver + ".h5") as file:
        for name in "plain", "chunked", "compressed":
            try:
                print(f"  {libver} {name}: sum {file[name][:].sum():g}")
            except (KeyError, OSError) as error:
                print(f"  {libver} {name}:", str(error).strip("'\""))
EOF
3.16.0/bin/python write.py
for version in 3.16.0 3.14.0; do "$version/bin/python" read.py; done | tee got
cat > expected <<'EOF'
h5py 3.16.0 with HDF5 2.0.0
  latest plain: sum 66
  latest chunked: sum 66
  latest compressed: sum 66
  v114 plain: sum 66
  v114 chunked: sum 66
  v114 compressed: sum 66
h5py 3.14.0 with HDF5 1.14.6
  latest plain: sum 66
  latest chunked: sum 66
  latest compressed: Unable to synchronously open object (bad version number for layout message)
  v114 plain: sum 66
  v114 chunked: sum 66
  v114 compressed: sum 66
EOF
cmp -s got expected || { echo "changed"; exit 1; }
