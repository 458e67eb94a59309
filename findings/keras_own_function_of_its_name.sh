#!/usr/bin/env bash
# Guess: a file of a model with an activation function of one's own opens with that function, handed over as custom_objects, or not at all.
# True: a function whose name is one of Keras' (gelu, mish, hard_sigmoid …) is written as that name alone. The file opens without a word, with
#   Keras' function, and custom_objects changes nothing in Keras 3.
# Matters to: those who open files of code with its own gelu (by tanh, as in BERT, GPT-2 and tensorflow_addons): results differ by up to 0.0005 at each call.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 tensorflow-cpu==2.21.0 keras==3.15.0 tf_keras==2.21.0

TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import json

import keras, numpy, tensorflow as tf, tf_keras

x = numpy.float32([[-1, 2]])


def gelu(x):
    return 0.5 * x * (1 + tf.tanh(0.7978845608 * (x + 0.044715 * x**3)))


def another(x):
    return gelu(x)


def show(y):
    return numpy.asarray(y).round(5).astype(float).ravel().round(5).tolist()


for k in (keras, tf_keras):
    print(k.__name__, k.__version__)
    for own in (gelu, another):
        model = k.Sequential([k.Input((2,)), k.layers.Activation(own)])
        model.save("model.keras")
        written = json.loads(model.to_json())["config"]["layers"][1]["config"]["activation"]
        print(" ", own.__name__, "is written as", json.dumps(written), show(model(x)))
        for objects in (None, {own.__name__: own}):
            try:
                print("    opened with", "custom_objects" if objects else "nothing", show(k.models.load_model("model.keras", custom_objects=objects)(x)))
            except Exception as error:
                print("    refused,", type(error).__name__)
PYTHON
diff - seen <<'EXPECTED'
keras 3.15.0
  gelu is written as "gelu" [-0.15881, 1.9546]
    opened with nothing [-0.15866, 1.9545]
    opened with custom_objects [-0.15866, 1.9545]
  another is written as {"module": "builtins", "class_name": "function", "config": "another", "registered_name": "function"} [-0.15881, 1.9546]
    refused, TypeError
    opened with custom_objects [-0.15881, 1.9546]
tf_keras 2.21.0
  gelu is written as "gelu" [-0.15881, 1.9546]
    opened with nothing [-0.15866, 1.9545]
    opened with custom_objects [-0.15881, 1.9546]
  another is written as {"module": "builtins", "class_name": "function", "config": "another", "registered_name": "function"} [-0.15881, 1.9546]
    refused, TypeError
    opened with custom_objects [-0.15881, 1.9546]
EXPECTED
