"""ONNX Runtime's Resize and Upsample as one function."""
import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto as T, helper, numpy_helper

VERSIONS = f"onnxruntime {ort.__version__}, onnx {onnx.__version__}, numpy {np.__version__}"
TYPES = {"float32": T.FLOAT, "float16": T.FLOAT16, "uint8": T.UINT8, "int8": T.INT8, "int32": T.INT32}
INPUTS = ("sizes", "scales", "roi", "opset")  # of the options; the others are attributes


def model(x, options):
    opset, inputs, initializers = options.get("opset", 19), ["X"], []
    attributes = {k: (int(v) if isinstance(v, bool) else v) for k, v in options.items() if k not in INPUTS}

    def give(name, values, dtype):
        inputs.append(name)
        initializers.append(numpy_helper.from_array(np.array(values, dtype), name))

    if opset < 9:
        attributes["scales"] = [float(s) for s in options["scales"]]
    elif opset < 11:
        give("scales", options["scales"], np.float32)
    else:
        if options.get("roi") or opset < 13:
            give("roi", options.get("roi", []), np.float32)
        else:
            inputs.append("")
        if "scales" in options:
            give("scales", options["scales"], np.float32)
        else:
            give("none", [], np.float32) if opset < 13 else inputs.append("")
            give("sizes", options["sizes"], np.int64)
    element = TYPES[x.dtype.name]
    graph = helper.make_graph(
        [helper.make_node("Upsample" if opset < 10 else "Resize", inputs, ["Y"], **attributes)], "g",
        [helper.make_tensor_value_info("X", element, x.shape)],
        [helper.make_tensor_value_info("Y", element, [None] * x.ndim)], initializers)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    made.ir_version = 8
    return made


def session(made):
    options = ort.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, 1
    return ort.InferenceSession(made.SerializeToString(), options, providers=["CPUExecutionProvider"])


def resize(x, options):
    return session(model(x, options)).run(None, {"X": x})[0]
