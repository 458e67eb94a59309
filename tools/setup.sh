#!/usr/bin/env bash
# Installs the Debian packages that the build needs and that are missing. Asks nothing; when it cannot go
# on it says in one line what is missing. Does nothing at all when everything is there.
set -euo pipefail

packages=(g++ cmake ninja-build pkg-config
  libhwy-dev libvips-dev libcli11-dev libfmt-dev
  libdnnl-dev libhdf5-dev libzip-dev nlohmann-json3-dev
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev libtbb-dev unzip)

packages+=("$@")  # what one command needs beyond the build

fail() {
  echo "halfpixel: setup: $*" >&2
  exit 1
}

# Other systems: no packages to install, but the same things to look for.
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  missing=()
  for tool in c++ cmake ninja pkg-config; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  for module in libhwy vips hdf5 libzip nlohmann_json; do
    pkg-config --exists "$module" 2>/dev/null || missing+=("$module")
  done
  ((${#missing[@]} == 0)) || fail "this is not Debian; please install what is missing: ${missing[*]}"
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null || true)
  grep -qx installed <<<"$status" || missing+=("$package")
done
((${#missing[@]} == 0)) && exit 0

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null && sudo -n true 2>/dev/null ||
    fail "root is needed to install what is missing: ${missing[*]}"
  as_root=(sudo -n)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
    -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o DPkg::Lock::Timeout=300 "$@" \
    >>"$log" 2>&1 </dev/null
}
install() { apt --no-install-recommends install "${missing[@]}"; }

echo "halfpixel: installing ${missing[*]}"
# The lists of a fresh or an old machine may not know the packages' current versions: then update first.
if ! install; then
  apt --error-on=any update || true  # a broken extra source must not stop us if the packages come anyway
  install || {
    reason="apt refused: $(grep '^E: ' "$log" | tail -n1 | cut -c1-300)"
    if grep -qE 'Temporary failure resolving|Could not (resolve|connect)|unreachable|timed out' "$log"; then
      reason="no network"
    fi
    fail "$reason; missing: ${missing[*]}"
  }
fi
