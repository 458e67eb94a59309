#!/usr/bin/env bash
# Removes what tools/install.sh installed in PREFIX (default ~/.local), and nothing else.
set -euo pipefail
source "$(dirname "$0")/building.sh"
prefix=$(folder_of "${1:-"~/.local"}")
root=${DESTDIR:-}$prefix
list=$root/share/halfpixel/installed
[[ -f $list ]] || fail "nothing of halfpixel was installed in $prefix by make install"
[[ -w $(dirname "$list") ]] || fail "cannot write to $prefix; sudo make uninstall PREFIX=$prefix"

mapfile -t paths <"$list"
files=0
for path in "${paths[@]}"; do
  case /$path/ in */../*) fail "$list is not what make install wrote: $path" ;; esac
  [[ $path != */ ]] || continue
  rm -f -- "$root/$path"
  files=$((files + 1))
done
# Deepest first; a folder in which somebody else has put something stays.
printf '%s\n' "${paths[@]}" | grep '/$' | LC_ALL=C sort -r | while read -r folder; do
  rmdir -- "$root/$folder" 2>/dev/null || true
done
((EUID != 0)) || [[ -n ${DESTDIR:-} ]] || ldconfig 2>/dev/null || true
say "removed $files files from $prefix"
