#!/usr/bin/env bash
# What `make setup` tells people to type, by their system's os-release.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad() { echo "FAILED: $*" >&2; exit 1; }

# line OS-RELEASE START WORDS…: the line begins with START, after sudo or without, and has the words.
line() {
  local got start=$2 word
  printf '%s\n' "$1" >"$work/os-release"
  got=$(HALFPIXEL_OS_RELEASE=$work/os-release tools/setup.sh --print 2>"$work/notes")
  [[ ${got#sudo } == "$start "* && $got != *$'\n'* ]] || bad "$1: $got"
  shift 2
  for word in "$@"; do [[ " $got " == *" $word "* ]] || bad "no $word in: $got"; done
}
line ID=fedora 'dnf install' gcc-c++ highway-devel onednn-devel json-devel
line $'ID="rocky"\nID_LIKE="rhel centos fedora"' 'dnf install' vips-devel
line ID=arch 'pacman -S' highway libvips onednn nlohmann-json
line $'ID=manjaro\nID_LIKE=arch' 'pacman -S' cli11
line ID=alpine 'apk add' bash g++ highway-dev vips-dev
grep -q 'HALFPIXEL_MODEL=OFF' "$work/notes" || bad "Alpine's missing oneDNN is not spoken of"
line $'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"' 'zypper install' "'pkgconfig(libhwy)'" nlohmann_json-devel
line ID=macos 'brew install' highway vips nlohmann-json
if command -v apt-get >/dev/null; then
  line ID=debian 'apt-get install --no-install-recommends' libhwy-dev libdnnl-dev libgtest-dev
  line $'ID=ubuntu\nID_LIKE=debian' 'apt-get install --no-install-recommends' libhwy-dev
  line $'ID=linuxmint\nID_LIKE="ubuntu debian"' 'apt-get install --no-install-recommends' libvips-dev
else
  echo ID=plan9 >"$work/os-release"
  ! HALFPIXEL_OS_RELEASE=$work/os-release tools/setup.sh --print 2>/dev/null || bad "a system that nobody knows"
fi

# Without root, where something is missing: one line, to be typed as it stands.
if command -v apt-get >/dev/null; then
  printf '#!/bin/sh\nexit 1\n' >"$work/sudo"  # a sudo that would ask
  chmod 755 "$work" "$work/sudo"
  echo ID=debian >"$work/os-release"
  plain=()
  ((EUID != 0)) || plain=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  if "${plain[@]}" test -r tools/setup.sh; then
    got=$(PATH=$work:$PATH HALFPIXEL_OS_RELEASE=$work/os-release "${plain[@]}" tools/setup.sh halfpixel-test-package 2>&1) &&
      bad "a missing package was found: $got"
    [[ $got == *$'\n  sudo apt-get install --no-install-recommends '*halfpixel-test-package ]] || bad "$got"
  fi
fi
echo "every line as it should be"
