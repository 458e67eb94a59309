#!/bin/sh
# Seeds for the fuzzers: make_seeds.sh HALFPIXEL FOLDER writes FOLDER/npy and FOLDER/image.
set -eu
halfpixel=$1
out=$2
photos=$(cd "$(dirname "$0")/../examples/photos" && pwd)
mkdir -p "$out/npy" "$out/image"

# An .npy file: name, version, dict (at most 200 bytes), elements in printf's spelling.
npy() {
  length=${#3}
  {
    printf '\223NUMPY'
    case $2 in
      1) printf "\\001\\000\\$(printf %03o "$length")\\000" ;;
      *) printf "\\00$2\\000\\$(printf %03o "$length")\\000\\000\\000" ;;
    esac
    printf '%s' "$3"
    printf "$4"
  } > "$out/npy/$1.npy"
}
npy f4 1 "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }" '\000\000\200\077\000\000\000\100'
npy f8_big 1 "{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }" '\077\360\000\000\000\000\000\000'
npy u1 2 "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }" 'abcdef'
npy i2_fortran 3 "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 2, 1), }" 'abcdefgh'
npy bool 1 "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }" '\000\001\377'
npy scalar 1 "{'descr': '<i8', 'fortran_order': False, 'shape': (), }" 'abcdefgh'
npy empty 1 "{'descr': '<f2', 'fortran_order': True, 'shape': (2, 0, 3), }" ''
npy object 1 "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }" 'abcdefgh'
npy structured 1 "{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (1,), }" 'abcdefgh'
npy complex 1 "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }" 'abcdefgh'

"$halfpixel" info | grep -q image || exit 0
for ending in jpg png webp tif; do
  "$halfpixel" resize "$photos/chelsea.png" "$out/image/rgb.$ending" --size 12x16
done
"$halfpixel" resize "$photos/rocket.jpg" "$out/image/photo.jpg" --size 9x8
# Bands, planes, pages, metadata of all kinds.
cp "$photos"/../../tests/data/pictures/*.tif "$photos"/../../tests/data/pictures/*.png \
  "$photos"/../../tests/data/pictures/*.jpg "$photos"/../../tests/data/pictures/*.webp \
  "$photos"/../../tests/data/pictures/*.gif "$out/image"
# Grey with alpha, and 16 bits, by way of arrays.
dict="{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 2)}"
npy picture 1 "$dict" 'abcdefghijkl'
"$halfpixel" resize "$out/npy/picture.npy" "$out/image/grey_alpha.png" --size 5x5
dict="{'descr': '<u2', 'fortran_order': False, 'shape': (1, 2, 3)}"
npy picture 1 "$dict" 'abcdefghijkl'
"$halfpixel" resize "$out/npy/picture.npy" "$out/image/wide.png" --size 5x5
"$halfpixel" resize "$out/npy/picture.npy" "$out/image/wide.tif" --size 5x5
