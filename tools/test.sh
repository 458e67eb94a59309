#!/usr/bin/env bash
# Builds a preset and runs its tests: tools/test.sh [PRESET [ctest arguments…]]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true
tools/build.sh "$preset"
ctest --preset "$preset" --parallel "$(nproc)" --progress "$@"
