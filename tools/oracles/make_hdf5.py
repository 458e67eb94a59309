"""HDF5 files of h5py that Keras loads: attributes of every type, and every strategy for free space.

    make_hdf5.py DIRECTORY       with h5py 3.14; tests/data/hdf5/ holds the results (layout_5.h5 is h5py 3.16's, libver="latest")
"""
import pathlib
import sys

import h5py
import numpy as np


def dress(o, types):
    o.attrs["converted"] = True
    o.attrs["z"] = np.array([1 + 2j, 3])
    o.attrs["nested"] = np.array([((1, 2), [3, 4], b"ab")], dtype=[("p", [("x", "i2"), ("y", "f4")]), ("q", "i8", (2,)), ("r", "S4")])
    o.attrs["own"] = o.ref
    o.attrs["long"] = np.longdouble(1.5)
    o.attrs.create("colour", 42, dtype=h5py.enum_dtype({"RED": 0, "GREEN": 1, "BLUE": 42}, basetype="i"))
    ragged = np.empty(2, dtype=object)
    ragged[0], ragged[1] = np.array([1, 2], "i4"), np.array([3], "i4")
    o.attrs.create("ragged", ragged, dtype=h5py.vlen_dtype(np.int32))
    o.attrs.create("shared", 3, dtype=types)
    o.attrs["opaque"] = np.void(b"hello")
    o.attrs["nothing"] = h5py.Empty("f")
    o.attrs["name"] = "the name"


def fill(f, dressed=False):
    w = f.create_dataset("layers/w", data=np.arange(6, dtype="f4").reshape(2, 3))
    f["layers"].attrs["name"] = "the name"
    if dressed:
        f["type"] = np.dtype("i4")
        for o in (f, f["layers"], w):
            dress(o, f["type"])
        for axis, length in enumerate(w.shape):         # netCDF4's dimensions are these
            scale = f.create_dataset(f"dimension_{axis}", data=np.arange(length))
            scale.make_scale(f"dimension {axis}")
            w.dims[axis].attach_scale(scale)


def main(folder):
    for libver in ("earliest", "latest"):
        with h5py.File(folder / f"attributes_{libver}.h5", "w", libver=libver) as f:
            fill(f, dressed=True)
    for name, options in (("page", {"fs_strategy": "page", "fs_page_size": 512}), ("fsm_persist", {"fs_strategy": "fsm", "fs_persist": True}),
                          ("page_persist", {"fs_strategy": "page", "fs_persist": True, "fs_page_size": 512}),
                          ("aggregate", {"fs_strategy": "aggregate"}), ("none", {"fs_strategy": "none"})):
        with h5py.File(folder / f"space_{name}.h5", "w", **options) as f:
            fill(f)
    narrow = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    narrow.set_sizes(4, 4)
    with h5py.File(h5py.h5f.create(str(folder / "addresses_4.h5").encode(), h5py.h5f.ACC_TRUNC, narrow)) as f:
        fill(f)


main(pathlib.Path(sys.argv[1]))
