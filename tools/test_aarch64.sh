#!/usr/bin/env bash
# Cross-builds the core for 64-bit Arm (NEON) and runs its tests under qemu: the same bits as on x86-64.
# Needs Debian's g++-12-aarch64-linux-gnu, qemu-user and googletest; changes nothing outside of build/.
# Arguments go to ctest.
set -euo pipefail
cd "$(dirname "$0")/.."
dir=${BUILD_DIR:-$PWD/build/aarch64}
sysroot=$dir/sysroot

missing=()
command -v aarch64-linux-gnu-g++-12 >/dev/null || missing+=(g++-12-aarch64-linux-gnu)
command -v qemu-aarch64 >/dev/null || missing+=(qemu-user)
[[ -d /usr/src/googletest ]] || missing+=(googletest)
((${#missing[@]} == 0)) || { echo "halfpixel: aarch64: missing packages: ${missing[*]}" >&2; exit 1; }

# Arm packages, fetched with a package list of our own: no foreign architecture is added to this system.
if [[ ! -d $sysroot/usr/include/hwy ]]; then
  mkdir -p "$dir"/apt/{lists/partial,cache/archives/partial,debs} "$sysroot"
  touch "$dir/apt/status"
  apt=(apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64
    -o Dir::State::lists="$dir/apt/lists" -o Dir::State::status="$dir/apt/status" -o Dir::Cache="$dir/apt/cache"
    -o APT::Sandbox::User=root)
  "${apt[@]}" update
  (cd "$dir/apt/debs" && "${apt[@]}" download libhwy1 libhwy-dev librapidcheck-dev zlib1g zlib1g-dev)
  for deb in "$dir"/apt/debs/*.deb; do dpkg-deb --extract "$deb" "$sysroot"; done
fi

toolchain=(-G Ninja -DCMAKE_TOOLCHAIN_FILE="$PWD/cmake/toolchain-aarch64.cmake" -DAARCH64_SYSROOT="$sysroot"
  -DCMAKE_BUILD_TYPE=Release)
if [[ ! -d $sysroot/usr/include/gtest ]]; then
  cmake --log-level=WARNING -S /usr/src/googletest -B "$dir/googletest" "${toolchain[@]}" -DCMAKE_INSTALL_PREFIX=/usr
  cmake --build "$dir/googletest"
  DESTDIR=$sysroot cmake --install "$dir/googletest" >/dev/null
fi
cmake --log-level=WARNING -S . -B "$dir/halfpixel" "${toolchain[@]}" \
  -DHALFPIXEL_DEVELOPER=ON -DHALFPIXEL_IMAGE=OFF -DHALFPIXEL_MODEL=OFF -DHALFPIXEL_CLI=OFF -DHALFPIXEL_INSTALL=OFF
cmake --build "$dir/halfpixel"
# qemu-user 7.2 cannot go on in a process that was forked off several threads.
ctest --test-dir "$dir/halfpixel" --output-on-failure --parallel "$(nproc)" --exclude-regex SharedPoolSurvivesAFork "$@"
