#!/usr/bin/env bash
# Tests the Python package on the libraries of a build tree: tools/python.sh [BUILD [pytest arguments…]], by default
# build/release. A virtual environment, build/python/venv, gets what the tests need from PyPI; where that is out of reach the
# system's own packages do (Debian 13 and newer have all that is needed). tools/python.sh --prepare makes the environment and
# installs those packages; tools/python.sh --install [BUILD] installs the package there and runs no test. Status 77 (skipped)
# where Python 3.11, its headers, venv or all of that are out of reach: the C++ product does not need them.
set -euo pipefail
cd "$(dirname "$0")/.."
prepare=false install=false
case ${1:-} in
  --prepare) prepare=true; shift ;;
  --install) install=true; shift ;;
esac
build=${1:-build/release}
shift || true
$prepare || build=$(cd "$build" && pwd)
work=$PWD/build/python
python=${PYTHON:-python3}

skip() {
  echo "skipped: $*"
  exit 77
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || skip "Python 3.11 or newer is not here"
"$python" -c 'import ensurepip, venv' 2>/dev/null || skip "python3 -m venv is not here (Debian: python3-venv)"
header=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h
[[ -f $header ]] || skip "Python's headers are not here (Debian: python3-dev)"

# Anew when the interpreter or the list has changed.
packages=(scikit-build-core nanobind numpy pytest 'dask[array,distributed]' zarr pillow ml_dtypes mypy)
wanted="$("$python" -c 'import sys; print(sys.executable, sys.version)') ${packages[*]}"
from_pypi() {
  rm -rf "$work/venv"
  "$python" -m venv "$work/venv" || return 1
  "$work/venv/bin/pip" install -q --disable-pip-version-check --retries 2 "${packages[@]}" >"$work/pip.log" 2>&1
}
# The least that the tests need; those of other packages skip themselves.
from_system() {
  "$python" -c 'import nanobind, numpy, pytest, scikit_build_core' 2>/dev/null || return 1
  rm -rf "$work/venv"
  "$python" -m venv --system-site-packages "$work/venv"
}
mkdir -p "$work"
if [[ ! -f $work/packages || $(cat "$work/packages") != "$wanted" ]]; then
  if ! from_pypi; then
    tail -n 3 "$work/pip.log"
    if $prepare; then
      tools/setup.sh python3-nanobind python3-scikit-build-core python3-numpy python3-pytest python3-pil mypy || true
    fi
    from_system || skip "pip could not install what the tests need, and the system has not got it"
  fi
  echo "$wanted" >"$work/packages"
fi
! $prepare || exit 0

# The package is built on the installed libraries: they need not be compiled twice.
cmake --install "$build" --prefix "$work/prefix" >"$work/install.log"
"$work/venv/bin/pip" install -q --disable-pip-version-check --no-build-isolation --no-deps --force-reinstall . \
  --config-settings=cmake.source-dir=python \
  --config-settings=build-dir="$work/wheel" --config-settings=cmake.define.CMAKE_PREFIX_PATH="$work/prefix" >"$work/pip.log" 2>&1 || {
  cat "$work/pip.log"
  exit 1
}
! $install || exit 0
cd python/tests  # not beside the package's sources
exec "$work/venv/bin/python" -m pytest -q -p no:cacheprovider "$@" .
