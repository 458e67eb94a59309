#!/usr/bin/env bash
# Every C++ file of the tree is as clang-format 19 leaves it, and no line, strings included, is
# longer than 100 columns. Other versions of clang-format lay code out differently, so it is this
# one or none: status 77 (skipped) where there is none. --fix lays out instead of complaining.
set -euo pipefail
cd "$(dirname "$0")/../.."

clang_format=
for name in "${CLANG_FORMAT:-}" clang-format-19 clang-format; do
  if [[ -n $name ]] && "$name" --version 2>/dev/null | grep -q ' version 19\.'; then
    clang_format=$name
    break
  fi
done
if [[ -z $clang_format ]]; then
  echo "skipped: no clang-format 19 here (Debian: clang-format-19; pip: clang-format==19.1.7)"
  exit 77
fi

# What git tracks; in a tree without git, what lies in the folders that hold code.
list() {
  if git ls-files --error-unmatch tests/format/format.sh >/dev/null 2>&1; then
    git ls-files -z -- '*.cpp' '*.hpp' '*.h' '*.inc'
  else
    find bench cli examples fuzz include python src tests -type f \
      '(' -name '*.cpp' -o -name '*.hpp' -o -name '*.h' -o -name '*.inc' ')' -print0
  fi
}
mapfile -d '' -t listed < <(list)
files=()
for file in "${listed[@]}"; do
  if [[ -f $file ]]; then files+=("$file"); fi  # deleted ones stay listed until they are committed
done
if ((${#files[@]} < 100)); then
  echo "only ${#files[@]} files found: the list cannot be right"
  exit 1
fi

if [[ ${1:-} == --fix ]]; then
  "$clang_format" -i "${files[@]}"
fi
status=0
"$clang_format" --dry-run -Werror "${files[@]}" || status=1
# The formatter cannot break a string.
if LC_ALL=C.UTF-8 grep -nHP '^.{101,}$' "${files[@]}"; then
  echo "longer than 100 columns: break these by hand"
  status=1
fi
if ((status == 0)); then
  echo "${#files[@]} files are as $("$clang_format" --version | grep -o '19\.[0-9.]*' | head -n 1) leaves them"
else
  echo "tests/format/format.sh --fix lays them out"
fi
exit $status
