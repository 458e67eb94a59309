#!/usr/bin/env bash
# Guess: Objects of g++ and clang mix on x86-64, one ABI: a small argument arrives as it was sent.
# True: An `enum class` of one byte that g++ hands on from a function's result to the next call has whatever the
#   result's register held above its low 8 bits, and clang's callee indexes with 32 of them. g++ clears them for
#   integers, not for scoped enumerations; a callee of g++ does not rely on it.
# Matters to: libraries whose functions take `enum class … : std::uint8_t`: built with clang they read far outside
#   of their tables when an application, or a Python extension, of g++ calls. An int inside costs nothing.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ziglang==0.13.0 # clang 18
clang() { ZIG_GLOBAL_CACHE_DIR=$dir/cache venv/bin/python -m ziglang c++ -target x86_64-linux-gnu -fno-sanitize=undefined "$@"; }

cat >callee.cpp <<'EOF'
enum class Kind : unsigned char { first, second, third };
long index_of(Kind kind) { return static_cast<long>(kind); }
EOF
cat >caller.cpp <<'EOF'
extern "C" int printf(const char*, ...);
enum class Kind : unsigned char { first, second, third };
long index_of(Kind kind);
__attribute__((noinline)) Kind low_byte(unsigned word) { return static_cast<Kind>(word); }
int main(int argc, char**) { printf("%ld\n", index_of(low_byte(0x7f00u + argc))); }
EOF
for half in callee caller; do
  g++ -O2 -fPIE -c $half.cpp -o $half-g++.o
  clang -O2 -fPIE -c $half.cpp -o $half-clang.o
done
echo "index of Kind::second; g++ $(g++ -dumpversion), $(clang --version | head -n 1 | grep -o 'clang version [0-9.]*'):"
for caller in g++ clang; do
  for callee in g++ clang; do
    g++ "caller-$caller.o" "callee-$callee.o" -o program
    echo "$caller calls $callee: $(./program)"
  done
done | tee got
cat >expected <<'EOF'
g++ calls g++: 1
g++ calls clang: 32513
clang calls g++: 1
clang calls clang: 1
EOF
cmp -s got expected || { echo "changed"; exit 1; }
