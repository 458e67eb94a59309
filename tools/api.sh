#!/usr/bin/env bash
# Writes the API reference to build/api/html; fails on the first warning of Doxygen.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v doxygen >/dev/null || { echo "halfpixel: api: doxygen is missing (Debian: doxygen)" >&2; exit 1; }
mkdir -p build/api
doxygen docs/Doxyfile
echo "build/api/html/index.html"
