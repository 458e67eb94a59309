#!/usr/bin/env bash
# Guess: tf.nn.conv3d with padding="SAME" looks where conv2d looks along each axis; oneDNN changes last bits only.
# True: where the stride is longer than the window and the last window ends two or more positions early, TensorFlow's own
#   code for the CPU begins at half of what is left over; with oneDNN, with XLA and in conv2d windows begin at 0. TensorFlow
#   turns oneDNN on by itself on newer processors: the same model gives other numbers on another machine.
# Matters to: 3-D networks (volumes, video) whose shortcuts are 1x1x1 convolutions with strides of 3 and more, and patches.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 tensorflow-cpu==2.21.0

cat >positions.py <<'PYTHON'
import os, numpy, tensorflow as tf

print("TensorFlow", tf.__version__, "oneDNN", os.environ["TF_ENABLE_ONEDNN_OPTS"])
for extent, window, stride in ((6, 1, 3), (7, 1, 3), (12, 2, 4), (4, 1, 4), (10, 1, 5)):
    seen = []
    for convolve, axes in ((tf.nn.conv2d, 2), (tf.nn.conv3d, 3)):
        run = lambda x: convolve(x, numpy.ones([1] * (axes - 1) + [window, 1, 1], "f"), [1] * axes + [stride, 1], "SAME")
        x = numpy.arange(extent, dtype="f").reshape([1] * axes + [extent, 1])
        seen += [run(x).numpy().ravel().tolist(), tf.function(run, jit_compile=True)(x).numpy().ravel().tolist()]
    print(f"0 to {extent - 1}, window {window}, stride {stride}: conv2d {seen[0]} {seen[1]} conv3d {seen[2]} {seen[3]}")
PYTHON
for onednn in 0 1; do
  TF_ENABLE_ONEDNN_OPTS=$onednn TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python positions.py 2>errors || { cat errors; exit 1; }
done | tee seen
diff - seen <<'EXPECTED'
TensorFlow 2.21.0 oneDNN 0
0 to 5, window 1, stride 3: conv2d [0.0, 3.0] [0.0, 3.0] conv3d [1.0, 4.0] [0.0, 3.0]
0 to 6, window 1, stride 3: conv2d [0.0, 3.0, 6.0] [0.0, 3.0, 6.0] conv3d [0.0, 3.0, 6.0] [0.0, 3.0, 6.0]
0 to 11, window 2, stride 4: conv2d [1.0, 9.0, 17.0] [1.0, 9.0, 17.0] conv3d [3.0, 11.0, 19.0] [1.0, 9.0, 17.0]
0 to 3, window 1, stride 4: conv2d [0.0] [0.0] conv3d [1.0] [0.0]
0 to 9, window 1, stride 5: conv2d [0.0, 5.0] [0.0, 5.0] conv3d [2.0, 7.0] [0.0, 5.0]
TensorFlow 2.21.0 oneDNN 1
0 to 5, window 1, stride 3: conv2d [0.0, 3.0] [0.0, 3.0] conv3d [0.0, 3.0] [0.0, 3.0]
0 to 6, window 1, stride 3: conv2d [0.0, 3.0, 6.0] [0.0, 3.0, 6.0] conv3d [0.0, 3.0, 6.0] [0.0, 3.0, 6.0]
0 to 11, window 2, stride 4: conv2d [1.0, 9.0, 17.0] [1.0, 9.0, 17.0] conv3d [1.0, 9.0, 17.0] [1.0, 9.0, 17.0]
0 to 3, window 1, stride 4: conv2d [0.0] [0.0] conv3d [0.0] [0.0]
0 to 9, window 1, stride 5: conv2d [0.0, 5.0] [0.0, 5.0] conv3d [0.0, 5.0] [0.0, 5.0]
EXPECTED
