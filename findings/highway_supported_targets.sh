#!/usr/bin/env bash
# Guess: hwy::SupportedTargets(), which tells what instruction sets this machine runs, changes
#   nothing.
# True: It makes the answer the process's chosen target (hwy::GetChosenTarget(), by which every
#   HWY_DYNAMIC_DISPATCH of the process goes, libjxl's and libvips' too), and it makes it of all
#   targets that the processor has: those that hwy::DisableTargets() took out, and are missing in
#   the value returned, are dispatched to again. Highway 1.2.0 does the same.
# Matters to: libraries that list the targets (to show them, or to fill tables of their own): they
#   have to put the choice back.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq libhwy-dev=1.0.3-3+deb12u1 libhwy1=1.0.3-3+deb12u1 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done
lib=$(dirname "$(find root -name 'libhwy.so.1' | head -n 1)")

cat > ask.cpp <<'EOF'
#define HWY_COMPILE_ALL_ATTAINABLE
#include <hwy/highway.h>
#include <cstdio>
int main() {
  auto& chosen = hwy::GetChosenTarget();
  hwy::DisableTargets(~(HWY_SSE4 | HWY_SSSE3));
  chosen.Update(hwy::SupportedTargets());
  const auto before = chosen.GetIndex();
  const auto answer = hwy::SupportedTargets();  // only asked
  const auto after = chosen.GetIndex();
  std::printf("best target in the answer: %s\n", hwy::TargetName(answer & -answer));
  std::printf("index that is dispatched to: %zu, and after the question %zu (lower is newer)\n", before, after);
  return before != after ? 0 : 1;
}
EOF
g++ -std=c++17 -O1 -I root/usr/include ask.cpp -o ask "$lib/libhwy.so.1"
echo "libhwy 1.0.3-3+deb12u1"
LD_LIBRARY_PATH=$lib ./ask || { echo "changed, or this processor has nothing newer than SSE4"; exit 1; }
