"""RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR of LiteRT: models of one operator, written byte by byte."""
import importlib.metadata

import flatbuffers
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

VERSIONS = f"ai-edge-litert {importlib.metadata.version('ai-edge-litert')}"
RESOLVERS = {"builtin": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES, "xnnpack": OpResolverType.AUTO,
             "reference": OpResolverType.BUILTIN_REF}
TYPES = {"float32": 0, "float16": 1, "int32": 2, "uint8": 3, "bool": 6, "int16": 7, "int8": 9, "uint32": 15, "uint16": 16}
QUANTIZED = ("uint8", "int8", "int16")


class Model:
    """Tables of TensorFlow Lite's schema, version 3; fields by number."""

    def __init__(self):
        self.builder = flatbuffers.Builder(1024)

    def vector(self, values, prepend, bytes_each):
        self.builder.StartVector(bytes_each, len(values), bytes_each)
        for value in reversed(values):
            prepend(value)
        return self.builder.EndVector()

    def offsets(self, values):
        return self.vector(values, self.builder.PrependUOffsetTRelative, 4)

    def integers(self, values):
        return self.vector(values, self.builder.PrependInt32, 4)

    def table(self, fields):
        """{number: (kind, value)}; kind is offset, int8, uint8, int32, uint32 or bool."""
        slots = {"offset": self.builder.PrependUOffsetTRelativeSlot, "int8": self.builder.PrependInt8Slot,
                 "uint8": self.builder.PrependUint8Slot, "int32": self.builder.PrependInt32Slot,
                 "uint32": self.builder.PrependUint32Slot, "bool": self.builder.PrependBoolSlot}
        self.builder.StartObject(max(fields, default=0) + 1)
        for number, (kind, value) in fields.items():
            slots[kind](number, value, 0)
        return self.builder.EndObject()

    def tensor(self, name, shape, dtype, buffer):
        text, extents, fields = self.builder.CreateString(name), self.integers(shape), {}
        if dtype in QUANTIZED and name != "size":
            scale = self.vector([0.5], self.builder.PrependFloat32, 4)
            zero = self.vector([0], self.builder.PrependInt64, 8)
            fields[4] = ("offset", self.table({2: ("offset", scale), 3: ("offset", zero)}))
        return self.table({0: ("offset", extents), 1: ("int8", TYPES[dtype]), 2: ("uint32", buffer), 3: ("offset", text), **fields})


def model(bilinear, shape, dtype, size, align_corners, half_pixel_centers):
    m = Model()
    data = m.builder.CreateByteVector(np.array(size, "<i4").tobytes())
    buffers = m.offsets([m.table({}), m.table({0: ("offset", data)}), m.table({}), m.table({})])
    tensors = m.offsets([m.tensor("x", shape, dtype, 2), m.tensor("size", [2], "int32", 1),
                         m.tensor("y", [shape[0], *size, shape[3]], dtype, 3)])
    flags, code = (2, 23) if bilinear else (0, 97)  # where the flags stand; the operator
    options = m.table({flags: ("bool", align_corners), flags + 1: ("bool", half_pixel_centers)})
    inputs, outputs = m.integers([0, 1]), m.integers([2])
    operator = m.table({1: ("offset", inputs), 2: ("offset", outputs), 3: ("uint8", 15 if bilinear else 74), 4: ("offset", options)})
    inputs, outputs, operators = m.integers([0]), m.integers([2]), m.offsets([operator])
    graphs = m.offsets([m.table({0: ("offset", tensors), 1: ("offset", inputs), 2: ("offset", outputs), 3: ("offset", operators)})])
    codes = m.offsets([m.table({0: ("int8", code), 2: ("int32", 3), 3: ("int32", code)})])
    m.builder.Finish(m.table({0: ("uint32", 3), 1: ("offset", codes), 2: ("offset", graphs), 4: ("offset", buffers)}), b"TFL3")
    return bytes(m.builder.Output())


def run(bilinear, x, size, align_corners, half_pixel_centers, kernels):
    content = model(bilinear, list(x.shape), x.dtype.name, list(size), align_corners, half_pixel_centers)
    interpreter = Interpreter(model_content=content, num_threads=1, experimental_op_resolver_type=RESOLVERS[kernels])
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def reads_beyond(side, out, align_corners, half_pixel_centers):
    """Fixed point steps of many outputs lead past the image, where LiteRT reads what follows in memory."""
    less = 1 if align_corners and out > 1 else 0
    step = (1024 * (side - less) + (out - less) // 2) // (out - less)
    last = (out - 1) * step + (step // 2 - 512 if half_pixel_centers else 0)
    return last // 1024 > side - 1


def values(rng, shape, dtype):
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.startswith("float"):
        x = rng.standard_normal(shape)
        if rng.integers(5) == 0:
            x = x * 2.0 ** rng.integers(-140, 120, shape)
        with np.errstate(over="ignore"):
            return x.astype(dtype)
    limits = np.iinfo(dtype)
    if rng.integers(5) == 0:
        return rng.choice(np.array([limits.min, limits.max], dtype), shape)
    return rng.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)


def cases(rng, most=40):
    while True:
        bilinear = bool(rng.integers(3))
        dtype = str(rng.choice(["float32", "uint8", "int8", "int16"] if bilinear else list(TYPES)))
        kernels = str(rng.choice(list(RESOLVERS)))
        align_corners, half_pixel_centers = bool(rng.integers(2)), bool(rng.integers(2))
        if bilinear and align_corners and half_pixel_centers and (kernels != "xnnpack" or dtype == "int16"):
            continue  # refused
        n, h, w, height, width = int(rng.integers(1, 3)), *(int(v) for v in rng.integers(1, most, 4))
        if rng.integers(5) == 0:
            height, width = 2 * h, 2 * w
        fixed_point = bilinear and (dtype == "int16" or (dtype == "int8" and kernels != "xnnpack"))
        flags = (align_corners, half_pixel_centers)
        if fixed_point and (reads_beyond(h, height, *flags) or reads_beyond(w, width, *flags)):
            continue
        x = values(rng, (n, h, w, int(rng.choice([1, 2, 3, 4, 5, 8, 17]))), dtype)
        y = run(bilinear, x, (height, width), *flags, kernels)
        name = "resize_bilinear" if bilinear else "resize_nearest_neighbor"
        yield "litert." + name, {"size": (height, width), "align_corners": align_corners,
                                 "half_pixel_centers": half_pixel_centers, "kernels": kernels}, x, y
