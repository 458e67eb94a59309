// Axes of libvips: how far they shrink, where their samples lie and what these weigh.
#pragma once

#include <cstdint>
#include <vector>

#include <halfpixel/vips.hpp>

#include "frontends/dialect.hpp"

namespace halfpixel::vips_dialect {

using dialect::AxisTable;

// What vips_reducev or vips_reduceh does with a side.
struct Reduction {
  std::int64_t in, out;
  std::int64_t box;  // so many pixels are averaged first; 1: none are
  double shrink;     // what the kernel shrinks by then; 1: nothing
  double offset;
  std::int64_t averaged() const { return (in + box - 1) / box; }
};
// factor: at least 1.
Reduction reduction_of(std::int64_t in, double factor, vips::Kernel kernel, double gap);
// Terms of an output; throws Error(unsupported) where there are too many.
std::int64_t terms_of(const Reduction& reduction, vips::Kernel kernel);

// What vips_affine does with a side.
struct Enlargement {
  std::int64_t in, out;
  double step, displacement;  // output i lies at i * step - displacement, in a frame…
  std::int64_t window;        // …whose pixel `window` + 1 is the image's first
};
// other: the other side's scale, which has a part in the rounding of the step.
Enlargement enlargement_of(std::int64_t in, double scale, double other, vips::Kernel kernel);

// libvips computes a picture in pieces, adds positions up inside of them, and multiplies anew where
// one begins. Rows that one piece asks for; what lies outside are copies of the edge.
struct Piece {
  std::int64_t begin, end;
};
using Pieces = std::vector<Piece>;
Pieces pieces_of(std::int64_t out, std::int64_t length);

// Means of `box` pixels.
AxisTable box_axis(const Reduction& reduction, DType dtype);
// All rows of all pieces; integers weigh in 4096ths, floats as they are.
AxisTable kernel_axis(const Reduction& reduction, const Pieces& pieces, vips::Kernel kernel,
                      DType dtype);
AxisTable nearest_axis(const Reduction& reduction, const Pieces& pieces);

// Where an output lies: at `pixel`, and as much beyond it as `at` is beyond a whole number.
struct Position {
  std::int64_t pixel;
  double at;
};
// Added up in pieces of `length`; 0: multiplied.
std::vector<Position> positions_of(const Enlargement& enlargement, std::int64_t length);
AxisTable nearest_axis(std::int64_t in, const std::vector<Position>& positions);
AxisTable bilinear_axis(std::int64_t in, const std::vector<Position>& positions, DType dtype);
AxisTable bicubic_axis(std::int64_t in, const std::vector<Position>& positions, DType dtype);

}  // namespace halfpixel::vips_dialect
