#!/usr/bin/env bash
# Guess: Highway's hn::DemoteTo(float, v) of doubles rounds as the cast does, on every target:
#   infinity stays infinity.
# True: On the targets SCALAR and EMU128, which have no vectors, infinities and doubles beyond the
#   floats become the largest float; with vectors they are infinite.
# Matters to: whoever promises the same bits on every machine, or debugs the vectors by the target
#   that needs none.
set -euo pipefail
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
#include <hwy/highway.h>
#include <cstdio>
#include <limits>
namespace hn = hwy::HWY_NAMESPACE;
int main() {
  const hn::CappedTag<double, 1> d;
  const hn::Rebind<float, decltype(d)> narrow;
  for (const double value : {0.1, 1e39, -std::numeric_limits<double>::infinity()}) {
    std::printf(" %.9g", hn::GetLane(hn::DemoteTo(narrow, hn::Set(d, value))));
  }
  std::printf("\n");
}
EOF
g++ -O1 -std=c++17 -I root/usr/include -DHWY_COMPILE_ONLY_STATIC demote.cpp -o SSE2
g++ -O1 -std=c++17 -I root/usr/include -DHWY_COMPILE_ONLY_EMU128 demote.cpp -o EMU128
g++ -O1 -std=c++17 -I root/usr/include -DHWY_COMPILE_ONLY_SCALAR demote.cpp -o SCALAR
echo "libhwy-dev 1.2.0-2+b2; 0.1, 1e39, -infinity as float:"
for target in SSE2 EMU128 SCALAR; do echo "$target:$(./"$target")"; done | tee got
cat > expected <<'EOF'
SSE2: 0.100000001 inf -inf
EMU128: 0.100000001 3.40282347e+38 -3.40282347e+38
SCALAR: 0.100000001 3.40282347e+38 -3.40282347e+38
EOF
cmp -s got expected || { echo "changed"; exit 1; }
