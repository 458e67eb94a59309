#!/usr/bin/env bash
# Guess: Highway's hn::DemoteTo(bfloat16, v) gives the same numbers on every target: its targets
#   differ in speed.
# True: It does on all but AVX3_ZEN4 (and AVX3_SPR), where it is the processor's vcvtneps2bf16,
#   which takes subnormal inputs for zeros whatever the MXCSR register says. bfloat16 has the
#   exponents of float32, so these numbers are not too small for it: 9.2e-41 is its least
#   subnormal. Debian 13's Highway, 1.2.0, is the first in Debian that dispatches to AVX3_ZEN4 by
#   itself.
# Matters to: whoever promises the same bits on every machine, or compares files made on two.
# Needs a processor with AVX512-BF16; elsewhere it says so and fails.
set -euo pipefail
grep -qw avx512_bf16 /proc/cpuinfo || { echo "this processor has no AVX512-BF16"; exit 1; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
# Debian 13's header files, by a package list of their own; nothing is installed.
mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian //p' | head -n 1)
mkdir -p lists/partial cache/archives/partial
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >sources.list
touch status
apt=(apt-get -qq -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$dir/lists"
  -o Dir::State::status="$dir/status" -o Dir::Cache="$dir/cache" -o APT::Sandbox::User=root)
"${apt[@]}" update >/dev/null 2>&1
"${apt[@]}" download libhwy-dev=1.2.0-2+b2 >/dev/null 2>&1
dpkg -x libhwy-dev_*.deb root

cat > demote.cpp <<'EOF'
#define HWY_COMPILE_ONLY_STATIC
#include <hwy/highway.h>
#include <cstdint>
#include <cstdio>
namespace hn = hwy::HWY_NAMESPACE;
int main() {
  const hn::Full256<float> d;
  const hn::Rebind<hwy::bfloat16_t, decltype(d)> half;
  // 1, the least normal number, and three subnormals that bfloat16 has
  alignas(64) const float values[8] = {1.0f, 0x1p-126f, 0x1p-127f, 0x1.8p-130f, -0x1p-133f};
  alignas(64) hwy::bfloat16_t result[8];
  alignas(64) std::uint16_t bits[8];
  hn::Store(hn::DemoteTo(half, hn::Load(d, values)), half, result);
  hwy::CopyBytes<16>(result, bits);
  for (int i = 0; i < 5; ++i) std::printf(" %04x", bits[i]);
  std::printf("\n");
}
EOF
base=(-O1 -std=c++17 -I root/usr/include -maes -mpclmul -mbmi -mbmi2 -mfma -mf16c -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512cd)
newer=(-mavx512vnni -mvaes -mvpclmulqdq -mavx512vbmi -mavx512vbmi2 -mavx512vpopcntdq -mavx512bitalg -mgfni)
g++ "${base[@]}" demote.cpp -o avx3
g++ "${base[@]}" "${newer[@]}" demote.cpp -o avx3_dl
g++ "${base[@]}" "${newer[@]}" -mavx512bf16 -DHWY_WANT_AVX3_ZEN4 demote.cpp -o avx3_zen4
echo "libhwy-dev 1.2.0-2+b2; 1, 2^-126, 2^-127, 1.5*2^-130, -2^-133 as bfloat16:"
for target in avx3 avx3_dl avx3_zen4; do echo "$target:$(./"$target")"; done | tee got
cat > expected <<'EOF'
avx3: 3f80 0080 0040 000c 8001
avx3_dl: 3f80 0080 0040 000c 8001
avx3_zen4: 3f80 0080 0000 0000 8000
EOF
cmp -s got expected || { echo "changed"; exit 1; }
