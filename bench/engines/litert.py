"""LiteRT (TensorFlow Lite) with XNNPACK: a model of one operator."""
import importlib.metadata

import numpy as np

from engines.base import Call, need

DTYPES = {"float32": "FLOAT32", "uint8": "UINT8"}


def model(w):
    """The flatbuffer of one RESIZE_…, written directly: no converter, and no TensorFlow in this process."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    nearest = w.method == "nearest"
    name = "RESIZE_NEAREST_NEIGHBOR" if nearest else "RESIZE_BILINEAR"
    options = schema.ResizeNearestNeighborOptionsT() if nearest else schema.ResizeBilinearOptionsT()
    options.alignCorners, options.halfPixelCenters = w.align_corners, not w.align_corners
    size = np.array(w.size, np.int32)

    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = getattr(schema.BuiltinOperator, name)
    code.version = 3
    operator = schema.OperatorT()
    operator.inputs, operator.outputs = [0, 1], [2]
    kind = "ResizeNearestNeighborOptions" if nearest else "ResizeBilinearOptions"
    operator.builtinOptionsType, operator.builtinOptions = getattr(schema.BuiltinOptions, kind), options
    graph = schema.SubGraphT()
    graph.tensors = [
        tensor(schema, "x", w.input_shape, DTYPES[w.input_dtype.name], 0),
        tensor(schema, "size", (2,), "INT32", 1),
        tensor(schema, "y", w.output_shape, DTYPES[w.output_dtype.name], 0),
    ]
    graph.inputs, graph.outputs, graph.operators = [0], [2], [operator]
    whole = schema.ModelT()
    whole.version, whole.operatorCodes, whole.subgraphs = 3, [code], [graph]
    whole.buffers = [schema.BufferT(), schema.BufferT()]
    whole.buffers[1].data = np.frombuffer(size.tobytes(), np.uint8)
    builder = flatbuffers.Builder(1024)
    builder.Finish(whole.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def tensor(schema, name, shape, dtype, buffer):
    described = schema.TensorT()
    described.name, described.shape, described.buffer = name.encode(), list(shape), buffer
    described.type = getattr(schema.TensorType, dtype)
    if dtype == "UINT8":  # XNNPACK wants to know what the integers mean
        described.quantization = schema.QuantizationParametersT()
        described.quantization.scale, described.quantization.zeroPoint = [1.0], [0]
    return described


class Engine:
    def __init__(self, threads):
        from ai_edge_litert.interpreter import Interpreter

        self.interpreter, self.threads = Interpreter, threads
        self.version = importlib.metadata.version("ai-edge-litert")

    def calls(self, w, x):
        need(w.operation in ("resize", "resize_v1", "resizing") and not w.antialias, "no such operator")
        need(w.method in ("nearest", "bilinear") and not w.channels_first, "no such operator")
        need(w.keeps_dtype and w.input_dtype.name in DTYPES, "no such operator for the dtype")
        interpreter = self.interpreter(model_content=model(w), num_threads=self.threads)
        interpreter.allocate_tensors()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
        output = interpreter.get_output_details()[0]["index"]
        note = "XNNPACK" if w.method == "bilinear" else "built-in kernel"
        differs = "fixed-point weights" if w.input_dtype == np.uint8 else "fused products and sums"
        yield Call(interpreter.invoke, lambda: interpreter.get_tensor(output), "", note, differs)
