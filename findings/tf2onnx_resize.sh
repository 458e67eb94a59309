#!/usr/bin/env bash
# Guess: tf2onnx writes tf.image.resize as ONNX' Resize where that can say it, and raises where it cannot.
# True: area becomes nearest; bicubic of TensorFlow 1 (no half-pixel centres, a = -0.75) is written with a = -0.5;
#   lanczos3 and everything with antialias stays a node of TensorFlow in a model that is returned all the same, and a
#   line in the log is all there is. Bilinear, nearest and today's bicubic are right.
# Matters to: who deploys segmentation or super-resolution nets by ONNX and compares a few pixels of a smooth picture.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 tf2onnx==1.17.0 onnx==1.23.2 onnxruntime==1.32.0
cat >resize.py <<'EOF'
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, onnx, onnxruntime, tensorflow as tf, tf2onnx

x = np.arange(36, dtype=np.float32).reshape(1, 6, 6, 1) ** 2
for name, resize in (
    ("bilinear", lambda t: tf.image.resize(t, (3, 3), "bilinear")),
    ("bicubic", lambda t: tf.image.resize(t, (12, 12), "bicubic")),
    ("bicubic of TensorFlow 1", lambda t: tf.compat.v1.image.resize_bicubic(t, (12, 12))),
    ("area", lambda t: tf.image.resize(t, (3, 3), "area")),
    ("lanczos3", lambda t: tf.image.resize(t, (3, 3), "lanczos3")),
    ("bilinear, antialias", lambda t: tf.image.resize(t, (3, 3), "bilinear", antialias=True)),
):
    function = tf.function(resize, input_signature=[tf.TensorSpec(x.shape, tf.float32)])
    model, _ = tf2onnx.convert.from_function(function, input_signature=function.input_signature, opset=18)
    nodes = [n for n in model.graph.node if n.op_type in ("Resize", "ScaleAndTranslate")]
    said = {a.name: onnx.helper.get_attribute_value(a) for a in nodes[0].attribute}
    if nodes[0].op_type != "Resize":
        print(f"{name}: returned with a node of TensorFlow, {nodes[0].op_type}")
        continue
    y = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {model.graph.input[0].name: x})[0]
    want = function(x).numpy()
    far = np.abs(y - want).max() / np.abs(want).max()
    print(f"{name}: {said['mode'].decode()}, a = {said.get('cubic_coeff_a', 'none')}, {'right' if far < 1e-5 else f'{far:.2f} of the largest value away'}")
EOF
echo "tf2onnx 1.17.0 of TensorFlow 2.21.0, run by ONNX Runtime 1.32.0:"
venv/bin/python resize.py 2>log | tee got
cat >expected <<'EOF'
bilinear: linear, a = none, right
bicubic: cubic, a = -0.5, right
bicubic of TensorFlow 1: cubic, a = -0.5, 0.01 of the largest value away
area: nearest, a = none, 0.22 of the largest value away
lanczos3: returned with a node of TensorFlow, ScaleAndTranslate
bilinear, antialias: returned with a node of TensorFlow, ScaleAndTranslate
EOF
cmp -s got expected || { cat log; echo "changed"; exit 1; }
