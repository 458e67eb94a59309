#!/usr/bin/env bash
# Guess: ONNX Runtime's Resize takes the types that ONNX lists for it, all numbers, and cuts
#   integers off downwards or rounds them.
# True: On the CPU there are kernels for float32, float16, int8, uint8 and int32, cubic for the
#   floats alone (the others fail in run()); float64, int16, uint16, int64 and bool are refused
#   when the session is made. Integers are cut off towards zero, so what is negative moves up and
#   what is positive moves down.
# Matters to: whoever exports models with integer or double up-sampling, or compares integer
#   results across zero.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import numpy, onnx, onnxruntime
from onnx import helper

print("ONNX Runtime", onnxruntime.__version__, "ONNX", onnx.__version__)


def resize(row, mode):
    kind = helper.np_dtype_to_tensor_dtype(row.dtype)
    node = helper.make_node("Resize", ["x", "", "scales"], ["y"], mode=mode)
    graph = helper.make_graph([node], "g", [helper.make_tensor_value_info("x", kind, [1, 1, 1, row.size])],
                              [helper.make_tensor_value_info("y", kind, ["a", "b", "c", "d"])],
                              [helper.make_tensor("scales", onnx.TensorProto.FLOAT, [4], [1, 1, 1, 2])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": row.reshape(1, 1, 1, -1)})[0].ravel()


for name in "float32", "float16", "float64", "int8", "uint8", "int16", "uint16", "int32", "int64", "bool":
    row = numpy.array([-3, 3] if name[0] in "if" else [0, 1]).astype(name)
    for mode in "nearest", "linear", "cubic":
        try:
            print(f"{name:8} {mode:8}", *resize(row, mode))
        except Exception as error:
            print(f"{name:8} {mode:8}", type(error).__name__)
PYTHON
diff - seen <<'EXPECTED'
ONNX Runtime 1.32.0 ONNX 1.23.2
float32  nearest  -3.0 -3.0 3.0 3.0
float32  linear   -3.0 -1.5 1.5 3.0
float32  cubic    -3.6328125 -1.640625 1.640625 3.6328125
float16  nearest  -3.0 -3.0 3.0 3.0
float16  linear   -3.0 -1.5 1.5 3.0
float16  cubic    -3.633 -1.641 1.641 3.633
float64  nearest  NotImplemented
float64  linear   NotImplemented
float64  cubic    NotImplemented
int8     nearest  -3 -3 3 3
int8     linear   -3 -1 1 3
int8     cubic    Fail
uint8    nearest  0 0 1 1
uint8    linear   0 0 0 1
uint8    cubic    Fail
int16    nearest  NotImplemented
int16    linear   NotImplemented
int16    cubic    NotImplemented
uint16   nearest  NotImplemented
uint16   linear   NotImplemented
uint16   cubic    NotImplemented
int32    nearest  -3 -3 3 3
int32    linear   -3 -1 1 3
int32    cubic    Fail
int64    nearest  NotImplemented
int64    linear   NotImplemented
int64    cubic    NotImplemented
bool     nearest  NotImplemented
bool     linear   NotImplemented
bool     cubic    NotImplemented
EXPECTED
