#!/bin/sh
# Seeds for model_fuzzer: make_model_seeds.sh MODELS FOLDER, MODELS being tests/data/models.
set -eu
mkdir -p "$2"
for file in "$1"/*/model.keras "$1"/*/model.h5; do
  name=$(basename "$(dirname "$file")")
  case $file in
    *.h5)
      cp "$file" "$2/$name.h5"
      ;;
    *)
      [ "$(wc -c < "$file")" -lt 40000 ] || continue
      cp "$file" "$2/$name.keras"
      unzip -p "$file" config.json > "$2/$name.json"
      if unzip -p "$file" model.weights.h5 > "$2/weights" 2> /dev/null; then
        { printf W; cat "$2/weights"; } > "$2/$name.weights"
      fi
      ;;
  esac
done
rm -f "$2/weights"
