#!/usr/bin/env bash
# The README's two commands in an empty Debian: tools/test_debian.sh bookworm|trixie|… [COMMAND…]
# Makes a chroot of the release with git, make and ca-certificates alone, clones this repository's last
# commit into it, runs `make demo` and `make test` (or the commands given) and removes the chroot.
# Needs root and debootstrap. Where packages come from is what this machine's apt and pip say.
set -euo pipefail
suite=${1:-}
[[ $suite =~ ^[a-z]+$ ]] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
shift
(($# > 0)) || set -- "make demo" "make test"

fail() {
  echo "halfpixel: debian: $*" >&2
  exit 1
}
((EUID == 0)) || fail "root is needed, to make a chroot"
command -v debootstrap >/dev/null || fail "debootstrap is missing (Debian: debootstrap)"

# What is mounted below is seen by this process alone and gone when it ends, however that happens.
if [[ ${HALFPIXEL_OWN_MOUNTS:-} != yes ]]; then
  HALFPIXEL_OWN_MOUNTS=yes exec unshare --mount --propagation private -- "$0" "$suite" "$@"
fi

cd "$(dirname "$0")/.."
root=$PWD/build/debian/$suite
logs=$PWD/build
[[ ! -e $root ]] || rm -rf --one-file-system "$root"
mkdir -p "$root"
remove() {
  umount --recursive --lazy "$root"/{proc,sys,dev} 2>/dev/null || true
  rm -rf --one-file-system "$root"
}
trap remove EXIT

# The first source that calls itself Debian; where there is none, debootstrap knows one.
mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
  sed -n 's/^Debian //p' | head -n 1) || true
eval "$(apt-config shell proxy Acquire::http::Proxy 2>/dev/null || true)"
[[ -z ${proxy:-} || -n ${http_proxy:-} ]] || export http_proxy=$proxy

echo "halfpixel: debian: an empty $suite (log: build/debian-$suite-root.log)"
debootstrap --variant=minbase --include=git,make,ca-certificates "$suite" "$root" ${mirror:+"$mirror"} \
  >"$logs/debian-$suite-root.log" 2>&1 || { tail -n 20 "$logs/debian-$suite-root.log" >&2; exit 1; }
# Proxies, time limits and passwords as here; the rest of apt's settings may name programs that are
# missing there.
apt-config dump 2>/dev/null | grep '^Acquire::' | grep -vi 'proxy-auto-detect' \
  >"$root/etc/apt/apt.conf.d/90host" || true
for file in /etc/apt/auth.conf /etc/apt/auth.conf.d/*; do
  [[ ! -f $file ]] || install -D -m 600 "$file" "$root$file"
done
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
# pip as here, for the tests of the Python package: its index, its proxies, and whose certificates are believed.
settings=()
while IFS= read -r name; do
  settings+=("$name=${!name}")
done < <(compgen -e | grep -xE 'PIP_[A-Z_]+|(https?|no|all)_proxy|(HTTPS?|NO|ALL)_PROXY' | grep -vxE 'PIP_(CERT|CONFIG_FILE|CACHE_DIR)')
for file in "${PIP_CONFIG_FILE:-/dev/null}" "${XDG_CONFIG_HOME:-$HOME/.config}/pip/pip.conf" "$HOME/.pip/pip.conf" /etc/pip.conf; do
  [[ -f $file ]] || continue
  grep -v '^ *cert *=' "$file" >"$root/etc/pip.conf" || true
  break
done
certificates=${PIP_CERT:-${REQUESTS_CA_BUNDLE:-${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}}}
if [[ -f $certificates ]]; then
  cp -L "$certificates" "$root/etc/ssl/certs/host.crt"
  settings+=("PIP_CERT=/etc/ssl/certs/host.crt")
fi
mount -t proc proc "$root/proc"
mount --rbind --make-rslave /sys "$root/sys"
mount --rbind --make-rslave /dev "$root/dev"

git -c safe.directory='*' clone --quiet --no-local . "$root/root/halfpixel"
echo "halfpixel: debian: $(git -C "$root/root/halfpixel" log -1 --format='%h %s')"
inside() {
  chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LANG=C.UTF-8 \
    ${settings[@]+"${settings[@]}"} bash -c "cd /root/halfpixel && $1"
}

number=0
for command in "$@"; do
  number=$((number + 1))
  log=$logs/debian-$suite-$number.log
  echo "halfpixel: debian: $command (log: ${log#"$PWD"/})"
  begin=$SECONDS
  inside "$command" >"$log" 2>&1 || { tail -n 60 "$log" >&2; fail "$suite: $command failed"; }
  grep -E '^[0-9]+% tests passed|^Total Test time|^No tests were found' "$log" || true
  echo "halfpixel: debian: $suite: $command passed in $((SECONDS - begin)) s"
done
