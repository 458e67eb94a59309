#!/usr/bin/env bash
# A build that fails ends make install and make deb, with what the compiler says: tests/install/fails.sh WORK
set -euo pipefail
work=$1
cd "$(dirname "$0")/../.."
bad() { echo "FAILED: $*" >&2; exit 1; }

rm -rf "$work"
mkdir -p "$work"
cp -r tools CMakeLists.txt "$work"
cd "$work"
printf '#!/bin/sh\necho "this compiler is broken: 17" >&2\nexit 1\n' >broken
chmod +x broken
export ARGUMENTS=-DCMAKE_CXX_COMPILER=$work/broken
scripts=(install)
command -v dpkg-buildflags >/dev/null && scripts+=(deb)
for script in "${scripts[@]}"; do
  status=0
  said=$(tools/"$script".sh "$work/prefix" 2>&1) || status=$?
  ((status != 0)) || bad "$script: the build failed and nobody noticed"
  [[ $said == *"this compiler is broken: 17"* ]] || bad "$script does not say what the compiler says: $said"
  [[ $said != *"to install them"* && $said != *"installed in"* ]] || bad "$script goes on: $said"
done
[[ ! -e $work/prefix ]] || bad "$(find "$work/prefix") was made"
echo "both stop"
