#!/usr/bin/env bash
# Guess: keras.ops.argmax on the TensorFlow backend is tf.argmax, so a segmentation net that ends in it converts like any other.
# True: for floats Keras first tells -0 from +0 by their bits, with tf.bitcast. OpenVINO's converter has no rule
#   for Bitcast and refuses the whole model; ONNX has the operation from opset 26 only.
# Matters to: those who deploy Keras segmentation nets by OpenVINO or ONNX Runtime; tf.argmax in its place converts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 tensorflow-cpu==2.21.0 keras==3.15.0 openvino==2026.4.1

TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import keras, numpy, openvino, tensorflow as tf

print("Keras", keras.__version__, "OpenVINO", openvino.__version__.split("-")[0])
for name, argmax in (("keras.ops.argmax", keras.ops.argmax), ("tf.argmax", tf.argmax)):
    graph = tf.function(lambda x: argmax(x, -1), input_signature=[tf.TensorSpec((1, 3), tf.float32)])
    operations = sorted({operation.type for operation in graph.get_concrete_function().graph.get_operations()})
    try:
        model = openvino.convert_model(graph, example_input=tf.constant([[1.0, 3.0, 2.0]]))
        outcome = int(openvino.compile_model(model, "CPU")([numpy.float32([[1, 3, 2]])])[0][0])
    except Exception as error:
        outcome = "no rule for Bitcast" if "operations: Bitcast" in str(error) else str(error)
    print(f"{name}: {'Bitcast' if 'Bitcast' in operations else 'no Bitcast'}; OpenVINO: {outcome}")
PYTHON
diff - seen <<'EXPECTED'
Keras 3.15.0 OpenVINO 2026.4.1
keras.ops.argmax: Bitcast; OpenVINO: no rule for Bitcast
tf.argmax: no Bitcast; OpenVINO: 1
EXPECTED
