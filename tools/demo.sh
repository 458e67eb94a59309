#!/usr/bin/env bash
# Enlarges a photo by four methods and leaves a contact sheet; then a network trained in Keras, on the photo that it
# has never seen. The environment says which and how:
# PHOTO (default: the cat in examples/photos), SIZE (default 4x4), DETAIL (y,x; default: found).
set -euo pipefail
photo=${PHOTO:-}
if [[ -n $photo ]]; then
  [[ -f $photo && -r $photo ]] || { echo "halfpixel: demo: cannot read PHOTO=$photo" >&2; exit 1; }
  photo=$(realpath -- "$photo")
fi
cd "$(dirname "$0")/.."

log=build/demo-build.log
mkdir -p build
echo "halfpixel: building (log: $log)"
tools/build.sh release contact_sheet super_resolution >"$log" 2>&1 || { tail -n 40 "$log" >&2; exit 1; }
build/release/examples/contact_sheet "${photo:-examples/photos/chelsea.png}" build/demo \
  --size "${SIZE:-4x4}" ${DETAIL:+--detail "$DETAIL"}
build/release/examples/super_resolution examples/super_resolution/espcn_x2.keras examples/photos/coffee.png build/demo
