// Jobs of weighted sums in a stated order (sum_order.hpp), of any kind of number.
#pragma once

#include <cstdint>

#include "kernels/sum_order.hpp"
#include "kernels/window_table.hpp"

namespace halfpixel::kernels {

// dst[i] = sum over k of rows[k][i] * weights[k], i in [0, count). All exact. A sum of many terms
// may be made in pieces, where its order ascends: dst goes on from what it holds.
struct OrderedRowsJob {
  const void* const* rows;
  const void* weights;         // of this piece
  std::int64_t terms;          // of this piece
  std::int64_t before, total;  // terms of earlier pieces, and of all
  std::int64_t count;
  double start;
  Finish finish;
  void* dst;
  bool stream = false;  // past the caches, where whole sums of two or four floats are not finished
};

// dst[x, i] = sum over k < count[x] of src[clamp(first[x] + k), i] * weights[x * taps + k], for
// pixels of `width` numbers; x in [0, outputs). With `second` sums have two terms, first[x] and
// second[x]. A single output may be made in pieces, [before, before + terms) of its sum.
struct OrderedColumnsJob {
  const void* src;
  std::int64_t origin,
      src_len;  // src holds pixel `origin` first; positions are clamped to [0, src_len)
  const std::int32_t* first;
  const std::int32_t* second;  // null: count
  const std::int32_t* count;
  const void* weights;
  std::int64_t taps;
  std::int64_t outputs, width;
  std::int64_t before, terms;  // of pieces; terms 0: whole sums
  double start;
  Finish finish;
  void* dst;
  bool edges_from_zero = false;  // sums whose positions are clamped start from +0
};

// The same sums of floats, two or four each, of several rows at once, for pixels of few channels:
// by windows.
struct OrderedWindowsJob {
  static constexpr int kMostRows = 8;
  const WindowTable* windows;  // of the terms, with their weights
  OrderedColumnsJob columns;   // whole sums; src and dst are those below
  std::int64_t src_numbers;    // of a row, that can be read
  std::int64_t column;         // of dst[r][0] in the whole row
  std::int64_t rows;
  const float* src[kMostRows];
  float* dst[kMostRows];  // exact
};

// packed[lanes * i + r] = rows[r][i], r < lanes, and back (null rows are left out).
struct NumbersJob {
  static constexpr int kRows = 8;
  void* rows[kRows];
  void* packed;
  std::int64_t count;  // numbers of one row
};

// The kernels of one kind of number.
struct OrderedKernels {
  void (*rows[kSumOrderCount])(const OrderedRowsJob&);
  void (*columns[kSumOrderCount])(const OrderedColumnsJob&);
  // null: not of these numbers, not in this order, or not on this target
  void (*windows[kSumOrderCount])(const OrderedWindowsJob&);
  void (*interleave)(const NumbersJob&);  // of 64 bits; others as InterleaveJob
  void (*deinterleave)(const NumbersJob&);
};

}  // namespace halfpixel::kernels
