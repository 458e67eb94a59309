#!/usr/bin/env bash
# Guess: resizeNearestNeighbor of TensorFlow.js only moves values, so that an int32 tensor (labels,
#   identifiers) keeps them, its dtype too, and its own size gives the same tensor.
# True: the CPU backend writes through a Float32Array: 16777217 becomes 16777216, and 2147483647
#   -2147483648. The WebAssembly backend has 2147483648 there, and a float32 tensor.
# Matters to: whoever resizes masks of identifiers in a browser, or compares backends.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --ignore-scripts @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 > npm 2>&1 || { cat npm; exit 1; }

node - 2>errors <<'JAVASCRIPT' | grep -e '->' -e tfjs | tee seen || { cat errors; exit 1; }
const tf = require("@tensorflow/tfjs");
require("@tensorflow/tfjs-backend-wasm");
(async () => {
  console.log("tfjs", tf.version.tfjs);
  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    const x = tf.tensor4d([16777217, 2147483647, -5], [1, 1, 3, 1], "int32");
    const y = tf.image.resizeNearestNeighbor(x, [1, 3]);
    console.log(backend, x.dtype, "->", y.dtype, Array.from(await y.data()).join(" "));
  }
})();
JAVASCRIPT
diff - seen <<'EXPECTED'
tfjs 4.22.0
cpu int32 -> int32 16777216 -2147483648 -5
wasm int32 -> float32 16777216 2147483648 -5
EXPECTED
