#!/usr/bin/env bash
# Configures and builds a preset: tools/build.sh [PRESET [TARGET…]], by default everything of "release".
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true

# A tree that was copied or moved keeps the cache of its old place: begin anew rather than stop.
cache=build/$preset/CMakeCache.txt
if [[ -f $cache ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$cache"; then
  rm -rf "build/$preset"
fi
[[ -f build/$preset/build.ninja ]] || cmake --preset "$preset" --log-level=WARNING
cmake --build --preset "$preset" ${1:+--target "$@"}
