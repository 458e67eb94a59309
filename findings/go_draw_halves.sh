#!/usr/bin/env bash
# Guess: BiLinear of Go's x/image/draw rounds bytes to the nearest one, halves up or down, the same for dark and bright pixels.
# True:  colours are rounded to 16 bits, of which a byte is the upper half: what lies between n and n + 1 becomes n + 1 from
#        a fraction of 1 - n / 256 on. The mean of 10 and 11 is 10, and so is 10.9; the mean of 200 and 201 is 201, and so is
#        200.3. Dark pictures get darker, bright ones brighter.
# Matters to: who compares pictures that Go has made with others, or resizes one again and again.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=0.48.0
export GOPATH=$folder/go GOFLAGS="-mod=mod -modcacherw"
cat >go.mod <<END
module finding

go 1.25

require golang.org/x/image v$version
END
cat >main.go <<'END'
package main

import (
	"fmt"
	"image"

	"golang.org/x/image/draw"
)

// A row of two pixels, enlarged to ten: these are 0.2, 0.4, 0.6, 0.8 and 1 behind the first.
func between(low uint8) []uint8 {
	src, dst := image.NewGray(image.Rect(0, 0, 2, 1)), image.NewGray(image.Rect(0, 0, 10, 1))
	src.Pix[0], src.Pix[1] = low, low+1
	draw.BiLinear.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
	return dst.Pix[3:8]
}

func main() {
	fmt.Println("x/image 0.48.0, 0.2 0.4 0.6 0.8 and all of the way")
	for _, low := range []uint8{10, 100, 127, 200, 250} {
		fmt.Println(low, "to", low+1, between(low))
	}
}
END
go run . 2>errors | tee seen || { cat errors; exit 1; }
diff - seen <<'EXPECTED'
x/image 0.48.0, 0.2 0.4 0.6 0.8 and all of the way
10 to 11 [10 10 10 10 11]
100 to 101 [100 100 100 101 101]
127 to 128 [127 127 128 128 128]
200 to 201 [200 201 201 201 201]
250 to 251 [251 251 251 251 251]
EXPECTED
