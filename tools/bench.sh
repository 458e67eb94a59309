#!/usr/bin/env bash
# Compares halfpixel with the libraries that C++ and Python users have, and writes docs/benchmarks.md, its picture and,
# without options, docs/decoders.md and docs/dialect_speed.md:
# tools/bench.sh [--quick] [--engines tensorflow,pytorch,…] [--workloads A,B1,…] [--threads 1,2] [--out FILE.md]
# Takes about half an hour on a machine that does nothing else. Python is for the others; halfpixel needs none.
# BENCH_VENV names a virtual environment to keep (default: build/bench-venv).
set -euo pipefail
cd "$(dirname "$0")/.."

out=docs/benchmarks.md
python_options=()
native_options=()
workloads=()
while (($#)); do
  case $1 in
    --quick) python_options+=(--quick) native_options+=(--repetitions 3) ;;
    --engines) python_options+=("$1" "${2:?}") && shift ;;
    --workloads) python_options+=("$1" "${2:?}") && IFS=, read -ra workloads <<<"$2" && shift ;;
    --threads) python_options+=("$1" "${2:?}") native_options+=("$1" "$2") && shift ;;
    --out) out=${2:?} && shift ;;
    *) sed -n '2,6s/^# //p' "$0" >&2 && exit 2 ;;
  esac
  shift
done

# Shows the end of its log when a step fails.
logged() {
  local log=$1
  shift
  "$@" >>"$log" 2>&1 || { tail -n 40 "$log" >&2; exit 1; }
}

venv=${BENCH_VENV:-build/bench-venv}
results=build/bench-results
rm -rf "$results" build/bench-build.log build/bench-pip.log
mkdir -p "$results"

echo "halfpixel: building (log: build/bench-build.log)"
build() {
  # The program that calls C and C++ libraries takes those that are installed; only a comparison wants it built.
  cmake --preset release -DHALFPIXEL_BENCH_PEERS=ON
  local status=0
  tools/build.sh release halfpixel_cli halfpixel_bench_bridge halfpixel_bench_peers || status=$?
  cmake --preset release -DHALFPIXEL_BENCH_PEERS=OFF
  return $status
}
logged build/bench-build.log build

if ! cmp -s bench/requirements.txt "$venv/requirements.txt"; then
  echo "halfpixel: installing the other libraries into $venv (log: build/bench-pip.log)"
  logged build/bench-pip.log python3 -m venv --clear "$venv"
  logged build/bench-pip.log "$venv/bin/pip" install --disable-pip-version-check --requirement bench/requirements.txt
  cp bench/requirements.txt "$venv/requirements.txt"
fi

"$venv/bin/python" bench/peers.py --bridge build/release/bench/libhalfpixel_bench_bridge.so \
  --out "$results/python.json" "${python_options[@]}"
# OpenMP's idle threads would take a core from whoever is timed next.
OMP_WAIT_POLICY=PASSIVE build/release/bench/peers/halfpixel_bench_peers "${workloads[@]}" \
  --json "$results/native.json" "${native_options[@]}"
build/release/cli/halfpixel bench --growth --quiet --json "$results/growth.json" "${native_options[@]}"
"$venv/bin/python" bench/report.py --out "$out" "$results"/{python,native,growth}.json
if ((${#workloads[@]} == 0 && ${#python_options[@]} == 0)); then
  for threads in 1 2; do
    "$venv/bin/python" bench/decoders.py build/release/cli/halfpixel --threads "$threads" --page docs/decoders.md
  done
  # The Python package, for calls in one process.
  logged build/bench-pip.log "$venv/bin/pip" install --disable-pip-version-check .
  for threads in 1 2; do
    "$venv/bin/python" bench/dialects.py --threads "$threads" --page docs/dialect_speed.md
  done
fi
