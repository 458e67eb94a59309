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
source tools/building.sh

say "building (log: build/demo-build.log)"
quietly build/demo-build.log tools/build.sh release contact_sheet
build/release/examples/contact_sheet "${photo:-examples/photos/chelsea.png}" build/demo \
  --size "${SIZE:-4x4}" ${DETAIL:+--detail "$DETAIL"}

say "building models and the command (log: build/demo-models.log)"
quietly build/demo-models.log tools/build.sh release super_resolution halfpixel_cli
build/release/examples/super_resolution examples/super_resolution/espcn_x2.keras examples/photos/coffee.png build/demo

# "It is only a resize": one picture through seven programs.
build/release/cli/halfpixel compare "${photo:-examples/photos/chelsea.png}" build/demo/compare.html --size 150x225 --quiet \
  > build/demo/compare.txt
echo "one word, ten resizes: build/demo/compare.html"

# Whole paths: the lines work wherever they are pasted.
halfpixel=$(printf '%q' "$PWD/build/release/cli/halfpixel")
examples=$(printf '%q' "$PWD/examples")
echo "now try:
  $halfpixel upsample $examples/photos/chelsea.png cat.png --size 2 --interpolation bicubic
  $halfpixel resize $examples/photos/rocket.jpg rocket.jpg --size 128x192 --method lanczos3 --antialias
  $halfpixel run $examples/super_resolution/espcn_x2.keras $examples/photos/astronaut.png astronaut.png"
