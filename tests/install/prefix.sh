#!/usr/bin/env bash
# make install and make uninstall, as their scripts do it with a build that is there: tests/install/prefix.sh BUILD WORK
set -euo pipefail
build=$1 work=$2
cd "$(dirname "$0")/../.."
bad() { echo "FAILED: $*" >&2; exit 1; }

rm -rf "$work"
export HOME=$work/home
mkdir -p "$HOME/.local/share/man" "$HOME/.local/lib" "$work/try"
echo mine >"$HOME/.local/lib/mine"
before=$(cd "$HOME" && find . | sort)

said=$(tools/install.sh '~/.local' "$build")
[[ -x $HOME/.local/bin/halfpixel ]] || bad "~ in PREFIX is not the home folder"
again=$(tools/install.sh "$HOME/.local" "$build")  # over itself
[[ $said == "$again" ]] || bad "installed again, it says $again"
run=$(tail -n1 <<<"$said")
(cd "$work/try" && eval "$run" && [[ -s cat.png ]]) || bad "its last line does not run: $run"
on_path=$(PATH=$HOME/.local/bin:$PATH tools/install.sh '' "$build" | tail -n1)
[[ $on_path == "  halfpixel upsample "* ]] || bad "on PATH it says $on_path"

echo mine >"$HOME/.local/share/halfpixel/mine"
tools/uninstall.sh >/dev/null
[[ -f $HOME/.local/share/halfpixel/mine ]] || bad "a file that was not installed is gone"
rm -r "$HOME/.local/share/halfpixel"
after=$(cd "$HOME" && find . | sort)
[[ $after == "$before" ]] || bad "what is left differs: $(diff <(echo "$before") <(echo "$after"))"
! tools/uninstall.sh '~/.local' 2>/dev/null || bad "uninstalled twice"

# A prefix that is not there, with a blank in its name.
said=$(tools/install.sh "$work/a b/c" "$build")
(cd "$work/try" && rm cat.png && eval "$(tail -n1 <<<"$said")" && [[ -s cat.png ]]) || bad "$said"
tools/uninstall.sh "$work/a b/c" >/dev/null
[[ ! -e $work/a\ b/c ]] || bad "$(find "$work/a b") is left"
echo "installed and removed"
