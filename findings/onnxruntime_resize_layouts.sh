#!/usr/bin/env bash
# Guess: ONNX Runtime's Resize gives the same numbers for (N, H, W, C) as for (N, C, H, W).
# True: Linear of uint8 and int8 has 10-bit weights when the second axis changes, else float32: up
#   to 1 apart. With antialias, or cubic, positions outside of a roi are filled as if channels came
#   first, so that other pixels than those outside get extrapolation_value. And with a
#   keep_aspect_ratio_policy axes that are counted from the back are not resized at all.
# Matters to: whoever exports models with channels last, or writes axes = [-2, -1].
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import numpy as np, onnxruntime
from onnx import TensorProto, helper, numpy_helper

print("ONNX Runtime", onnxruntime.__version__)


def resize(x, roi=None, **attributes):
    sizes, kind = attributes.pop("sizes"), TensorProto.UINT8 if x.dtype == np.uint8 else TensorProto.FLOAT
    given = [numpy_helper.from_array(np.array(sizes, np.int64), "sizes")]
    if roi:
        given.append(numpy_helper.from_array(np.array(roi, np.float32), "roi"))
    node = helper.make_node("Resize", ["x", "roi" if roi else "", "", "sizes"], ["y"], **attributes)
    graph = helper.make_graph([node], "g", [helper.make_tensor_value_info("x", kind, x.shape)],
                              [helper.make_tensor_value_info("y", kind, [None] * x.ndim)], given)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)
    return onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})[0]


x = np.arange(2 * 7 * 5, dtype=np.uint8).reshape(1, 7, 5, 2) * 7
last = resize(x, sizes=[1, 16, 12, 2], mode="linear")
first = resize(np.ascontiguousarray(x.transpose(0, 3, 1, 2)), sizes=[1, 2, 16, 12], mode="linear").transpose(0, 2, 3, 1)
apart = np.abs(last.astype(int) - first)
print("uint8 linear:", (apart > 0).sum(), "of", apart.size, "differ, by", apart.max())

x = np.ones((1, 2, 3, 2), np.float32)
crop = dict(mode="linear", antialias=1, coordinate_transformation_mode="tf_crop_and_resize", extrapolation_value=9.0)
last = resize(x, [0, 0, 0.5, 0, 1, 1, 1.5, 1], sizes=[1, 3, 4, 2], **crop)
first = resize(x.transpose(0, 3, 1, 2).copy(), [0, 0, 0, 0.5, 1, 1, 1, 1.5], sizes=[1, 2, 3, 4], **crop)
print("channels first:", first[0, 0, 0], "channels last:", last[0, 0, :, 0])

policy = dict(sizes=[8, 12], keep_aspect_ratio_policy="not_larger")
print("axes 2, 3:", resize(np.ones((1, 1, 4, 4), np.float32), axes=[2, 3], **policy).shape,
      "axes -2, -1:", resize(np.ones((1, 1, 4, 4), np.float32), axes=[-2, -1], **policy).shape)
PYTHON
diff - seen <<'EXPECTED'
ONNX Runtime 1.32.0
uint8 linear: 23 of 384 differ, by 1
channels first: [1. 1. 9. 9.] channels last: [1. 9. 1. 9.]
axes 2, 3: (1, 1, 8, 8) axes -2, -1: (1, 1, 4, 4)
EXPECTED
