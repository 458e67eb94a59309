// Jobs of weighted sums of four corners, whose weights are products of a row's and a column's.
#pragma once

#include <cstdint>

#include "kernels/sum_order.hpp"

namespace halfpixel::kernels {

// Corners are x00, x01 (its right neighbour), x10 (below), x11; w00 = v0 w0 and so on, rounded.
enum class CornerOrder : std::uint8_t {
  ascending,  // start + x00 w00 + x01 w01 + x10 w10 + x11 w11, each step rounded
  // Of eight the same chains, seven long, and weights (u0 v0) w0 and so on.
  left_fused,   // fma(x11, w11, fma(x10, w10, fma(x00, w00, x01 w01)))
  right_fused,  // fma(x00, w00, fma(x01, w01, fma(x11, w11, x10 w10)))
  all_fused,    // fma(x00, w00, fma(x01, w01, fma(x10, w10, x11 w11)))
  // x00 v0 w0 + x10 v1 w0 + x01 v0 w1 + x11 v1 w1, no products of weights; then + start. Of eight:
  // start + x00 u0 v0 w0 + x01 u0 v0 w1 + …, as they lie.
  factors,
  // Where v1 and w1 are 0: x00; else the mean of those two whose weights are not, or
  // ((x00 + x10) + (x01 + x11)) / 4.
  means,
  planes_first,  // of eight corners: `ascending`, but the weights are (u0 v0) w0 and so on
  // `ascending`, but w01 = v0 w1 and w11 = v1 w1, and what they leave of v0 and v1 are w00 and w10.
  // Of int32 numbers, whose weights are 4096ths, both products are shifted right by 12.
  remainders,
};
inline constexpr int kCornerOrderCount = 8;

// Of rows that lie between the same two.
struct CornersJob {
  static constexpr int kMostRows = 4;
  const void* corner[4];   // numbers of x00, x01, x10, x11, [count] each
  const void* columns[2];  // w0, w1, [count] each
  const void* weights;     // v0, v1 of each row
  // Of eight corners, of all orders but `means` and `remainders`, the other four and the weights of
  // the planes; w0 v0 u0 and so on, both products rounded. Null: four.
  const void* const* beyond;  // x in the plane of u1
  const void* planes;         // u0, u1
  double start;               // `ascending` and `factors` only
  Finish finish;
  std::int64_t count;
  std::int64_t rows;
  void* dst[kMostRows];
  bool stream;  // past the caches, where floats are not finished
};

// The same for pixels of many channels, from rows as they lie: channels [0, channels) of pixels
// that are `width` numbers apart on both sides. A row of the source holds pixel `origin` first.
struct CornerPixelsJob {
  const void* row[2];  // upper, lower
  std::int64_t origin, outputs;
  const std::int32_t* first;   // left, [outputs]
  const std::int32_t* second;  // right
  const void* columns;         // w0, w1 of each output
  const void* weights;         // v0, v1 of each row
  double start;
  Finish finish;
  std::int64_t channels, width;
  std::int64_t rows;
  void* dst[CornersJob::kMostRows];
  bool stream;  // as above; channels are whole vectors, and all pixels aligned to them
};

struct CornerKernels {
  void (*sum[kCornerOrderCount])(const CornersJob&);
  void (*pixels[kCornerOrderCount])(const CornerPixelsJob&);
};

}  // namespace halfpixel::kernels
