#!/usr/bin/env bash
# Makes the packages halfpixel, libhalfpixel0 and libhalfpixel-dev in build/deb, for the Debian that this is.
# DEBFULLNAME and DEBEMAIL name who is responsible for them; ARGUMENTS are further CMake options.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/building.sh
build=$PWD/build/deb
grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$build/CMakeCache.txt" || rm -rf "$build"

# Debian's own hardening; optimisation and debug information are CMake's business.
compile=$(echo "$(dpkg-buildflags --get CPPFLAGS) $(dpkg-buildflags --get CXXFLAGS)" |
  tr ' ' '\n' | grep -vE '^-(g|O[0-9s]|f.*-prefix-map=.*)$' | tr '\n' ' ')
link=$(dpkg-buildflags --get LDFLAGS)
make_packages() {
  # shellcheck disable=SC2086  # words, as they were typed
  cmake --log-level=WARNING -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr \
    -DHALFPIXEL_DEVELOPER=OFF -DHALFPIXEL_DEBIAN=ON -DCMAKE_SKIP_INSTALL_RPATH=ON \
    -DCMAKE_CXX_FLAGS="$compile" -DCMAKE_EXE_LINKER_FLAGS="$link" -DCMAKE_SHARED_LINKER_FLAGS="$link" ${ARGUMENTS:-} &&
    cmake --build "$build" && rm -f "$build"/*.deb && (cd "$build" && cpack -G DEB)
}
say "building (log: build/deb.log)"
quietly build/deb.log make_packages
if command -v lintian >/dev/null; then
  lintian --allow-root --fail-on error "$build"/*.deb
fi
(cd build/deb && ls -1 -- *.deb) | sed 's|^|  build/deb/|'
say "to install them: ${SUDO:-$( ((EUID == 0)) || echo 'sudo ')}apt-get install ./build/deb/*.deb"
