// Scales what comes in, one image after the other: a line "INTERPOLATOR DTYPE HEIGHT WIDTH CHANNELS NEW_HEIGHT NEW_WIDTH",
// then its elements, little-endian; back come the elements of the result.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"io"
	"os"

	"golang.org/x/image/draw"
)

var interpolators = map[string]draw.Interpolator{
	"NearestNeighbor": draw.NearestNeighbor,
	"ApproxBiLinear":  draw.ApproxBiLinear,
	"BiLinear":        draw.BiLinear,
	"CatmullRom":      draw.CatmullRom,
}

func made(wide bool, channels, width, height int) draw.Image {
	bounds := image.Rect(0, 0, width, height)
	switch {
	case channels == 1 && wide:
		return image.NewGray16(bounds)
	case channels == 1:
		return image.NewGray(bounds)
	case wide:
		return image.NewRGBA64(bounds)
	}
	return image.NewRGBA(bounds)
}

// Three channels are opaque.
func fill(dst draw.Image, channels int, next func() uint16) {
	for y := 0; y < dst.Bounds().Dy(); y++ {
		for x := 0; x < dst.Bounds().Dx(); x++ {
			v := [4]uint16{0, 0, 0, 0xffff}
			for c := 0; c < channels; c++ {
				v[c] = next()
			}
			switch dst := dst.(type) {
			case *image.Gray:
				dst.SetGray(x, y, color.Gray{uint8(v[0])})
			case *image.Gray16:
				dst.SetGray16(x, y, color.Gray16{v[0]})
			case *image.RGBA:
				dst.SetRGBA(x, y, color.RGBA{uint8(v[0]), uint8(v[1]), uint8(v[2]), uint8(v[3])})
			case *image.RGBA64:
				dst.SetRGBA64(x, y, color.RGBA64{v[0], v[1], v[2], v[3]})
			}
		}
	}
}

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	for {
		var name, dtype string
		var height, width, channels, newHeight, newWidth int
		line, err := in.ReadString('\n')
		if err == io.EOF {
			return
		}
		fmt.Sscan(line, &name, &dtype, &height, &width, &channels, &newHeight, &newWidth)
		wide := dtype == "uint16"
		src, dst := made(wide, channels, width, height), made(wide, channels, newWidth, newHeight)
		fill(src, channels, func() uint16 {
			if wide {
				var v uint16
				binary.Read(in, binary.LittleEndian, &v)
				return v
			}
			b, _ := in.ReadByte()
			return uint16(b)
		})
		interpolators[name].Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
		switch dst := dst.(type) {
		case *image.Gray:
			out.Write(dst.Pix)
		case *image.RGBA:
			for i, v := range dst.Pix {
				if i%4 < channels {
					out.WriteByte(v)
				}
			}
		case *image.Gray16:
			for i := 0; i < len(dst.Pix); i += 2 {
				out.Write([]byte{dst.Pix[i+1], dst.Pix[i]})
			}
		case *image.RGBA64:
			for i := 0; i < len(dst.Pix); i += 2 {
				if i%8/2 < channels {
					out.Write([]byte{dst.Pix[i+1], dst.Pix[i]})
				}
			}
		}
		out.Flush()
	}
}
