#!/usr/bin/env bash
# Findings have the form that CONTRIBUTING.md states, and README.md lists them. They are not run.
set -euo pipefail
cd "$(dirname "$0")/../../findings"
status=0
complain() {
  echo "findings/$1: $2"
  status=1
}
count=0
for file in *.sh; do
  count=$((count + 1))
  [[ -x $file ]] || complain "$file" "is not executable"
  comment=$(sed -n '2,/^[^#]/{/^#/p}' "$file")
  [[ $(head -n 1 "$file") == '#!/usr/bin/env bash' ]] || complain "$file" "does not begin with #!/usr/bin/env bash"
  for part in Guess True 'Matters to'; do
    grep -q "^# $part: ." <<<"$comment" || complain "$file" "its comment has no '$part:'"
  done
  grep -qx 'set -euo pipefail' "$file" || complain "$file" "lacks set -euo pipefail"
  grep -q 'mktemp -d' "$file" && grep -q "^trap 'rm -rf" "$file" || complain "$file" "lacks a temporary folder that a trap removes"
  grep -qE '[a-z0-9-](==|@|=)[0-9]+(\.[0-9]+)+' "$file" || complain "$file" "pins no version"
  if grep -v '^#' "$file" | grep -qi 'halfpixel'; then complain "$file" "runs halfpixel"; fi
  grep -q "^- \[${file%.sh}\]($file): ." README.md || complain README.md "does not list $file"
done
((count > 0)) || complain "" "is empty"
listed=$(grep -c '^- \[' README.md)
((listed == count)) || complain README.md "lists $listed scripts; there are $count"
exit $status
