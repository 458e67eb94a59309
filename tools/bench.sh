#!/usr/bin/env bash
# Compares halfpixel with the libraries that C++ and Python users have, and writes docs/benchmarks.md and its picture:
# tools/bench.sh [--quick] [--engines tensorflow,pytorch,…] [--workloads A,B1,…] [--threads 1,2] [--out FILE.md]
# Takes up to 25 minutes on a machine that does nothing else. Python is for the others; halfpixel needs none.
set -euo pipefail
cd "$(dirname "$0")/.."

out=docs/benchmarks.md
python_options=()
native_options=()
while (($#)); do
  case $1 in
    --quick) python_options+=(--quick) native_options+=(--repetitions 3) ;;
    --engines | --workloads) python_options+=("$1" "${2:?}") && shift ;;
    --threads) python_options+=("$1" "${2:?}") native_options+=("$1" "$2") && shift ;;
    --out) out=${2:?} && shift ;;
    *) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
  esac
  shift
done

venv=build/bench-venv
results=build/bench-results
log=build/bench-build.log
mkdir -p "$results"
rm -f "$results"/*.json

echo "halfpixel: building (log: $log)"
built=build/release
{
  tools/build.sh release halfpixel_cli halfpixel_bench_bridge
  # The program that calls C and C++ libraries; without them there is none.
  ninja -C "$built" -t targets all | grep -q '^halfpixel_peers:' && tools/build.sh release halfpixel_peers
} >"$log" 2>&1 || [[ -f $built/bench/libhalfpixel_bench_bridge.so ]] || { tail -n 40 "$log" >&2; exit 1; }

if ! cmp -s bench/requirements.txt "$venv/requirements.txt"; then
  echo "halfpixel: installing the other libraries into $venv (log: build/bench-pip.log)"
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --disable-pip-version-check --requirement bench/requirements.txt >build/bench-pip.log 2>&1 ||
    { tail -n 20 build/bench-pip.log >&2; exit 1; }
  cp bench/requirements.txt "$venv/requirements.txt"
fi

"$venv/bin/python" bench/peers.py --bridge "$built/bench/libhalfpixel_bench_bridge.so" --out "$results/python.json" \
  "${python_options[@]}"
if [[ -x $built/bench/halfpixel_peers ]]; then
  "$built/bench/halfpixel_peers" --json "$results/native.json" "${native_options[@]}"
fi
"$built/cli/halfpixel" bench --growth --quiet --json "$results/growth.json" "${native_options[@]}"
"$venv/bin/python" bench/report.py --out "$out" "$results"/python.json "$results"/n*.json "$results"/growth.json
