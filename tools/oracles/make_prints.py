"""Arrays and how NumPy prints them, for tests/core/tensor_print_test.cpp.

  python make_prints.py ../../tests/data/numpy_prints.txt

A case is: "dtype shape lines" (shape as 2x3, "scalar" for none), the elements' bits in hexadecimal on one line,
then the printed lines.
"""
import sys

import ml_dtypes
import numpy as np

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float16", "float32", "float64"]
SHAPES = [(), (1,), (5,), (2, 3), (3, 1), (2, 2, 3), (1, 2, 2, 2), (2, 1, 3, 1), (0,), (2, 0), (0, 3)]


def arrays(rng):
    for name in INTEGERS:
        info = np.iinfo(name)
        for shape in SHAPES:
            yield rng.integers(max(info.min, -50), 100, shape).astype(name)
            yield rng.integers(info.min, info.max, shape, dtype=name, endpoint=True)
        yield np.array([info.min, 0, info.max], name)
    for shape in SHAPES:
        yield rng.integers(0, 2, shape).astype(bool)
    yield np.ones((2, 2), bool)
    yield np.zeros((3,), bool)
    for name in FLOATS:
        for shape in SHAPES:
            yield rng.normal(size=shape).astype(name)
            yield np.round(rng.normal(size=shape) * 100).astype(name)
            yield (rng.normal(size=shape) * 10.0 ** rng.integers(-4, 5)).astype(name)
            yield (10.0 ** rng.uniform(-4, 4, shape)).astype(name)
        lists = [
            [0.0], [-0.0], [0.0, -0.0], [1.0, 2.5, -3.25], [0.1, 0.2, 0.30000001], [1e-4, 1.0], [9.9e-5, 1.0],
            [1e4, 12345.678], [1.0, 1000.0], [1.0, 1001.0], [1.0, 999.9], [np.nan], [np.inf], [-np.inf],
            [np.nan, 1.0], [np.inf, -1.5, 0.25], [-np.inf, 1e4, 2.0], [np.nan, np.inf, -np.inf], [1.5, np.nan, 1e-5],
            [1 / 3, 2 / 3, 1.0], [123.456, 0.001], [6e-8, 1e-7], [65504.0, 1.0], [-65504.0, np.inf], [1e-3, 1e-3],
            [0.5, 0.25, 0.125, 0.0625], [100.0, -100.0], [3.14159265358979, 2.718281828459045], [1e3, 1e2, 1e1],
            [np.nan, 1e-7, -1e4],
        ]
        if name != "float16":
            lists += [
                [1e8], [99999999.0], [1e7, 1.0], [123456789.0], [1e30, -1e-30], [1e-38, 1.0], [3.4e38, 1.0],
                [16777216.0, 0.5], [1e15], [1e16], [1e20, np.nan], [np.inf, 1e-10], [5e-324 if name == "float64" else 1e-45],
                [12345678.125, 1.0], [0.12345678912345, 1.0], [1e5, 1e-3], [33333.333333333, 0.5], [1e10, 1e9],
            ]
        if name == "float64":
            lists += [[1e100, 1.0], [1e-100, 2.0], [1.7976931348623157e308], [1e100, 1e-5], [2.0 ** 53, 0.1], [-1e300, 1e-300]]
        for values in lists:
            with np.errstate(over="ignore"):
                yield np.array(values).astype(name)
        for value in [0.1, -2.5, 1e-4, 9e-5, 12345.0, 1e3, np.nan, np.inf, -np.inf, -0.0, 1 / 3, 65504.0]:
            yield np.array(value).astype(name)
        if name != "float16":
            for value in [1e15, 1e16, 1.5e16, 123456789.125, 1e-5, 1e22, 3.4e38, 9999999.0, 16777217.0]:
                yield np.array(value).astype(name)
        for bits in range(6):
            raw = rng.integers(0, 256, 8 * 24, dtype=np.uint8).tobytes()
            yield np.frombuffer(raw, name)[: 4 + 3 * bits].copy()
    for values in [[0.1, 1.5, 3.14159, 1e30, 1e-3], [1, 2, 3], [np.nan, np.inf, -np.inf, -0.0], [100000, 1e6, 1e7, 123456]]:
        yield np.array(values).astype(ml_dtypes.bfloat16)
        yield np.array([values, values]).astype(ml_dtypes.bfloat16)
    yield np.array(0.1, ml_dtypes.bfloat16)
    # Lines are broken at 75 columns.
    for count in range(10, 42):
        yield np.arange(count)
        yield np.arange(count, dtype=np.float32) + 0.5
    for count in [72, 73, 74, 75, 76, 150, 151, 999, 1000]:
        yield np.arange(count, dtype=np.uint8)
    for rows in [1, 3]:
        for width in range(16, 22):
            yield rng.integers(100, 999, (rows, width))
            yield rng.integers(100, 999, (1, rows, 1, width))
    for width in range(1, 12):
        yield rng.integers(10 ** width, 10 ** (width + 1), 40)
    yield rng.normal(size=(4, 25))
    yield rng.normal(size=(2, 2, 19)).astype(np.float32)
    yield np.zeros((2, 30), bool)
    yield np.array([12345678901234567890] * 8, np.uint64)
    # More than a thousand elements are summarised.
    yield np.arange(1001)
    yield np.arange(1200).reshape(30, 40)
    yield np.arange(1200, dtype=np.float32).reshape(10, 10, 12)
    yield np.arange(1080, dtype=np.int16).reshape(3, 10, 6, 6)
    yield np.arange(1014).reshape(2, 507)
    yield np.arange(1014).reshape(507, 2)
    yield np.arange(1001 * 6, dtype=np.uint16).reshape(6, 1001)
    yield np.arange(1029, dtype=np.int32).reshape(7, 7, 21)
    wide = np.zeros((8, 200), np.float32)
    wide[4, 100] = 1e9  # not printed, and not counted for the widths
    yield wide
    yield rng.normal(size=(1, 6, 200))
    yield np.ones(1300, bool)


def main(path):
    rng = np.random.default_rng(20240607)
    with open(path, "w") as out:
        for array in arrays(rng):
            bits = array.reshape(-1).view(f"u{array.dtype.itemsize}") if array.size else []
            text = str(array)
            shape = "x".join(map(str, array.shape)) or "scalar"
            out.write(f"{array.dtype} {shape} {text.count(chr(10)) + 1}\n")
            out.write(" ".join(f"{int(b):x}" for b in bits) + "\n" + text + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
