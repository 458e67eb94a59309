#!/usr/bin/env bash
# Builds the fuzzers with clang and runs each for a while on its seeds: tools/fuzz.sh [SECONDS [FUZZER…]]
# By default 60 seconds and all of them. What they find stays in build/fuzz/findings.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
[[ $seconds =~ ^[0-9]+$ ]] || { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }
dir=$PWD/build/fuzz

CXX=${CXX:-clang++} cmake -S . -B "$dir" -G Ninja --log-level=WARNING -DHALFPIXEL_FUZZ=ON
fuzzers=("$@")
if ((${#fuzzers[@]} == 0)); then
  for source in fuzz/*_fuzzer.cpp; do fuzzers+=("$(basename "$source" .cpp)"); done
fi
cmake --build "$dir" --target halfpixel_cli "${fuzzers[@]}"
fuzz/make_seeds.sh "$dir/cli/halfpixel" "$dir/seeds"
fuzz/make_model_seeds.sh tests/data/models "$dir/seeds/model"

mkdir -p "$dir/findings"
for fuzzer in "${fuzzers[@]}"; do
  # New inputs go to a folder of their own; the seeds stay what they are.
  seeds=$dir/seeds/${fuzzer%_fuzzer}
  mkdir -p "$dir/corpus/$fuzzer" "$seeds"
  log=$dir/$fuzzer.log
  "$dir/fuzz/$fuzzer" -max_total_time="$seconds" -timeout=30 -print_final_stats=1 \
    -artifact_prefix="$dir/findings/$fuzzer-" "$dir/corpus/$fuzzer" "$seeds" >"$log" 2>&1 ||
    { tail -n 60 "$log" >&2; echo "halfpixel: fuzz: $fuzzer found something: $dir/findings" >&2; exit 1; }
  echo "halfpixel: fuzz: $fuzzer: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, nothing found"
done
