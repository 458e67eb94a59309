#!/usr/bin/env bash
# Guess: jax.image.resize with "nearest" takes floor((i + 0.5) * m / n) in float32, as its source
#   says.
# True: XLA multiplies the two constants first, m * (1 / n), and that rounds otherwise: 24 pixels to
#   61 take pixel 11 at position 30, where the source's formula gives 12 exactly. 4 % of sizes.
# Matters to: whoever compares masks or labels that JAX resized with another program's.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 jax==0.10.2 jaxlib==0.10.2

venv/bin/python - 2>errors <<'PYTHON' | tee seen || { cat errors; exit 1; }
import jax, numpy as np

print("jax", jax.__version__)
F = np.float32
for m, n, at in (24, 61, 30), (24, 48, 30), (5, 3, 1):
    got = np.asarray(jax.image.resize(np.arange(m, dtype=np.int32), (n,), "nearest"))
    i = np.arange(n, dtype=F) + F(0.5)
    source = np.floor(i * F(m) / F(n)).astype(int)
    folded = np.minimum(np.floor(i * (F(m) * (F(1) / F(n)))).astype(int), m - 1)
    print(m, "to", n, "at", at, "takes", got[at], "by the source", source[at],
          "differ", (got != source).sum(), "from the folded", (got != folded).sum())
PYTHON
diff - seen <<'EXPECTED'
jax 0.10.2
24 to 61 at 30 takes 11 by the source 12 differ 1 from the folded 0
24 to 48 at 30 takes 15 by the source 15 differ 0 from the folded 0
5 to 3 at 1 takes 2 by the source 2 differ 0 from the folded 0
EXPECTED
