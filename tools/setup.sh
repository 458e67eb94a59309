#!/usr/bin/env bash
# Makes sure that what the build needs is there: tools/setup.sh [--users] [--print] [packages…]
# On Debian and Ubuntu it installs the packages that are missing, as root or by a sudo that asks nothing; otherwise, and
# on other systems, it prints the one line to type. Does nothing at all when everything is there.
#   --users   only what `make install` and `make deb` need: no test libraries
#   --print   prints the line, installs nothing
# HALFPIXEL_OS_RELEASE names the file that says which system this is, in place of /etc/os-release.
set -euo pipefail

users=false print=false
while [[ ${1:-} == --* ]]; do
  case $1 in
    --users) users=true ;;
    --print) print=true ;;
    *) echo "halfpixel: setup: unknown option $1" >&2; exit 2 ;;
  esac
  shift
done

fail() {
  echo "halfpixel: setup: $*" >&2
  exit 1
}

# The system's name and the names of those that it is like.
systems() {
  local file=${HALFPIXEL_OS_RELEASE:-/etc/os-release}
  if [[ -z ${HALFPIXEL_OS_RELEASE:-} && $(uname -s) == Darwin ]]; then
    echo macos
  elif [[ -r $file ]]; then
    (. "$file" && echo "${ID:-unknown} ${ID_LIKE:-}")
  fi
}

sudo=""
((EUID == 0)) || sudo="sudo "

# Sets `line`, what to type here, and `note`, what there is to know; an empty line is a system that we do not know.
line="" note=""
other_system() {
  local name tests=""
  for name in $(systems); do
    case $name in
      fedora | rhel | centos)
        $users || tests=" gtest-devel gmock-devel rapidcheck-devel google-benchmark-devel tbb-devel unzip"
        line="${sudo}dnf install gcc-c++ cmake ninja-build pkgconf-pkg-config highway-devel vips-devel libtiff-devel libjpeg-turbo-devel libpng-devel libwebp-devel cli11-devel"
        line+=" fmt-devel onednn-devel hdf5-devel libzip-devel json-devel$tests" ;;
      arch | archlinux)
        $users || { tests=" gtest benchmark onetbb unzip" note="RapidCheck (AUR: rapidcheck) brings the property tests"; }
        line="${sudo}pacman -S --needed gcc cmake ninja pkgconf highway libvips libtiff libjpeg-turbo libpng libwebp cli11 fmt onednn hdf5 libzip"
        line+=" nlohmann-json$tests" ;;
      alpine)
        $users || tests=" gtest-dev rapidcheck-dev benchmark-dev onetbb-dev unzip"
        line="${sudo}apk add bash g++ cmake samurai pkgconf highway-dev vips-dev tiff-dev libjpeg-turbo-dev libpng-dev libwebp-dev fmt-dev$tests"
        note="Alpine has no oneDNN and no CLI11: -DHALFPIXEL_MODEL=OFF -DHALFPIXEL_CLI=OFF build the libraries without" ;;
      opensuse* | suse | sles)
        $users || tests=" gtest gmock rapidcheck-devel benchmark-devel tbb-devel unzip"
        line="${sudo}zypper install gcc-c++ cmake ninja pkgconf-pkg-config 'pkgconfig(libhwy)' 'pkgconfig(vips)'"
        line+=" libtiff-devel libjpeg8-devel libpng16-devel libwebp-devel"
        line+=" cli11-devel fmt-devel onednn-devel hdf5-devel libzip-devel nlohmann_json-devel$tests" ;;
      macos)
        $users || { tests=" googletest google-benchmark tbb" note="RapidCheck, where it is, brings the property tests"; }
        line="brew install bash cmake ninja pkgconf highway vips libtiff jpeg-turbo libpng webp cli11 fmt onednn hdf5 libzip nlohmann-json libomp$tests" ;;
      debian | ubuntu) return ;;  # before what they are like
      *) continue ;;
    esac
    return
  done
}

packages=(g++ cmake ninja-build pkg-config
  libhwy-dev zlib1g-dev libvips-dev libtiff-dev libjpeg-dev libpng-dev libwebp-dev libcli11-dev libfmt-dev
  libdnnl-dev libhdf5-dev libzip-dev nlohmann-json3-dev libbenchmark-dev)
$users || packages+=(libgtest-dev libgmock-dev librapidcheck-dev libtbb-dev unzip)
packages+=("$@")  # what one command needs beyond the build

other_system
if [[ -z $line ]] && command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  missing=()
  for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null || true)
    grep -qx installed <<<"$status" || missing+=("$package")
  done
  line="${sudo}apt-get install --no-install-recommends"
  if $print; then
    echo "$line ${packages[*]}"
    exit 0
  fi
  ((${#missing[@]} > 0)) || exit 0
else
  if $print; then
    [[ -n $line ]] || fail "this system is not known here; README.md says what the build needs"
    echo "$line"
    [[ -z $note ]] || echo "halfpixel: setup: $note" >&2
    exit 0
  fi
  missing=()
  for tool in c++ cmake ninja pkg-config; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  for module in libhwy vips libtiff-4 libjpeg libpng libwebp libwebpmux libzip nlohmann_json; do
    pkg-config --exists "$module" 2>/dev/null || missing+=("$module")
  done
  ((${#missing[@]} > 0)) || exit 0
  [[ -n $line ]] || fail "this system is not known here; please install what is missing: ${missing[*]}"
  [[ -z $note ]] || echo "halfpixel: setup: $note" >&2
  fail "missing: ${missing[*]}; please type
  $line"
fi

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null && sudo -n true 2>/dev/null || fail "root is needed; please type
  $line ${missing[*]}"
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
