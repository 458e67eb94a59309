#!/usr/bin/env bash
# Builds what users get and installs it: tools/install.sh [PREFIX [BUILD]], by default into ~/.local.
# BUILD is a build that is there already; without it, one without tests is made in build/install, with the CMake
# options in ARGUMENTS. What was installed is listed in PREFIX/share/halfpixel/installed, for tools/uninstall.sh.
set -euo pipefail
source "$(dirname "$0")/building.sh"
prefix=$(folder_of "${1:-"~/.local"}")
build=${2:+$(folder_of "$2")}
cd "$(dirname "$0")/.."

# The nearest folder that exists must let us write.
there=${DESTDIR:-}$prefix
while [[ ! -e $there ]]; do there=$(dirname "$there"); done
[[ -d $there && -w $there ]] || fail "cannot write to $there; sudo make install PREFIX=$prefix, or another PREFIX"

if [[ -z $build ]]; then
  build=$PWD/build/install
  say "building (log: build/install.log)"
  make_users_build() {
    local generator=()
    command -v ninja >/dev/null && generator=(-G Ninja)
    # A tree that was copied or moved keeps the cache of its old place.
    grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$build/CMakeCache.txt" || rm -rf "$build"
    # shellcheck disable=SC2086  # words, as they were typed
    cmake --log-level=WARNING -S . -B "$build" "${generator[@]}" -DCMAKE_BUILD_TYPE=Release -DHALFPIXEL_DEVELOPER=OFF \
      -DCMAKE_INSTALL_PREFIX="$prefix" ${ARGUMENTS:-} &&
      cmake --build "$build" --parallel "$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)"
  }
  quietly build/install.log make_users_build
fi

# Once into an empty folder, to know what there is; folders that are not there yet are ours to remove again.
stage=$build/stage
rm -rf "$stage"
DESTDIR=$stage cmake --install "$build" --prefix "$prefix" >/dev/null
list=share/halfpixel/installed
mkdir -p "$stage$prefix/$(dirname $list)"
: >"$stage$prefix/$list"
root=${DESTDIR:-}$prefix
before=$(cat "$root/$list" 2>/dev/null || true)
{
  (cd "$stage$prefix" && find . ! -type d -printf '%P\n')
  (cd "$stage$prefix" && find . -type d -printf '%P/\n') | while read -r folder; do
    [[ -d $root/$folder ]] && ! grep -qxF -- "$folder" <<<"$before" || echo "$folder"
  done
} | LC_ALL=C sort >"$stage/installed"

cmake --install "$build" --prefix "$prefix" >/dev/null
# What an older version left behind.
while read -r path; do
  [[ -z $path || $path == */ ]] || grep -qxF -- "$path" "$stage/installed" || rm -f -- "${root:?}/$path"
done <<<"$before"
mkdir -p "$root/$(dirname $list)"
cp "$stage/installed" "$root/$list"
rm -rf "$stage"
((EUID != 0)) || [[ -n ${DESTDIR:-} ]] || ldconfig 2>/dev/null || true

say "installed in $prefix; make uninstall PREFIX=$(printf '%q' "$prefix") removes it"
if [[ -z ${DESTDIR:-} && -x $prefix/bin/halfpixel ]]; then
  "$prefix/bin/halfpixel" info >/dev/null || fail "$prefix/bin/halfpixel does not run"
  run=$(printf '%q' "$prefix/bin/halfpixel")
  if [[ $(command -v halfpixel || true) -ef $prefix/bin/halfpixel ]]; then
    run=halfpixel
  else
    say "$prefix/bin is not on PATH of this shell"
  fi
  echo "  $run upsample $(printf '%q' "$PWD/examples/photos/chelsea.png") cat.png --size 2 --interpolation bicubic"
fi
