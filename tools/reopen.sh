#!/usr/bin/env bash
# Every committed model that loads is saved and opened again in real Keras: tools/reopen.sh [VENV]
# The answers must be those of the model's writer; what Keras cannot open is explained in tools/oracles/reopen_saved.py.
# VENV: an environment with tools/oracles/keras_models/requirements.txt; made in build/reopen when there is none.
set -euo pipefail
cd "$(dirname "$0")/.."
(($# <= 1)) || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
dir=$PWD/build/reopen
venv=${1:-$dir/venv}
mkdir -p "$dir"
if [[ ! -x $venv/bin/python ]]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet -r tools/oracles/keras_models/requirements.txt
fi

cmake --preset release --log-level=WARNING
cmake --build --preset release --target halfpixel_save_models
rm -rf "$dir/cases" "$dir/saved"
mkdir -p "$dir/cases"
for folder in tests/data/models/*/; do cp -r "$folder" "$dir/cases"; done
tar -xJf tests/data/models/more.tar.xz -C "$dir/cases"
build/release/tools/oracles/halfpixel_save_models "$dir/cases" "$dir/saved" >"$dir/refused.txt"
tail -n 1 "$dir/refused.txt"
"$venv/bin/python" tools/oracles/reopen_saved.py "$dir/cases" "$dir/saved"
