#!/usr/bin/env bash
# Writes the Python package's API pages, from its docstrings and types, to build/api/python: tools/python_api.sh [BUILD].
# The package is installed from a build tree into build/python/venv, which gets pdoc from PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build/release}
venv=build/python/venv
tools/python.sh --install "$build"
"$venv/bin/python" -c 'import pdoc' 2>/dev/null || "$venv/bin/pip" install -q --disable-pip-version-check 'pdoc>=15'
rm -rf build/api/python
mkdir -p build/api
"$venv/bin/pdoc" --docformat markdown -o build/api/python halfpixel '!halfpixel._core' '!halfpixel._model' '!halfpixel._image'
# A page for each public module.
missing=$(cd build/api/python && "../../../$venv/bin/python" -c '
import os, pkgutil, halfpixel
names = [m.name for m in pkgutil.walk_packages(halfpixel.__path__, "halfpixel.") if "._" not in m.name]
print(*[name for name in names if not os.path.exists(name.replace(".", "/") + ".html")])')
[[ -z $missing ]] || { echo "halfpixel: python_api: no page for $missing" >&2; exit 1; }
echo "build/api/python/index.html"
