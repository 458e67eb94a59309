# For the scripts beside it, which source it.

say() { echo "halfpixel: $*"; }
fail() {
  echo "halfpixel: $(basename "$0" .sh): $*" >&2
  exit 1
}

# What a folder named by a person means: ~ and ~NAME as shells read them, relative ones from here.
folder_of() {
  local path=$1 home
  if [[ $path == '~'* ]]; then
    home=${path%%/*}
    if [[ $home == '~' ]]; then home=${HOME:?}; else home=$(getent passwd "${home#'~'}" | cut -d: -f6); fi
    [[ -n $home ]] || fail "there is no home folder ${path%%/*}"
    path=$home${path#"${path%%/*}"}
  fi
  realpath -m -- "$path"
}

# The newest "[12/40]" or "[ 30%]" in LOG, every few seconds: on one line of a terminal, else line by line.
watch_build() {
  local log=$1 pace=10 now shown="" nap
  [[ -t 1 ]] && pace=1
  exec {nap}<> <(:)
  while kill -0 "$2" 2>/dev/null; do
    read -rt "$pace" -u "$nap" _ || true
    now=$(grep -oE '^\[ *[0-9]+(/[0-9]+|%)\]' "$log" 2>/dev/null | tail -n1 | tr -d '[] ' || true)
    [[ -n $now && $now != "$shown" ]] || continue
    shown=$now
    if [[ -t 1 ]]; then printf '\r\033[Khalfpixel: %s' "$now"; else say "$now"; fi
  done
}

# quietly LOG command…: its output goes to LOG, with a word on how far it is; of a failure, the end of LOG is shown.
quietly() {
  local log=$1 status=0 watcher
  shift
  mkdir -p "$(dirname "$log")"
  : >"$log"
  watch_build "$log" $$ &
  watcher=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  [[ ! -t 1 ]] || printf '\r\033[K'
  ((status == 0)) || tail -n 40 "$log" >&2
  return "$status"
}
