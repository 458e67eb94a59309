// Copying a box of elements between two arrangements of memory. Transposing, slicing, flipping,
// repeating, broadcasting, splitting and moving between depth and space are all this, with other
// strides.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "graph/op.hpp"

namespace halfpixel::graph {

inline constexpr int kMaxCopyRank = 2 * kMaxRank;

// Element (i0, i1, …) goes from src_offset + Σ i·src_stride to dst_offset + Σ i·dst_stride, in
// elements. Strides of the source may be negative (flipped) or zero (repeated).
struct StridedCopy {
  struct Axis {
    std::int64_t extent = 1;
    std::int64_t src_stride = 0;
    std::int64_t dst_stride = 0;
  };
  int rank = 0;
  std::array<Axis, kMaxCopyRank> axis{};
  std::int64_t src_offset = 0;
  std::int64_t dst_offset = 0;
  std::size_t element_bytes = 4;

  void add(std::int64_t extent, std::int64_t src_stride, std::int64_t dst_stride) {
    axis[static_cast<std::size_t>(rank++)] = {extent, src_stride, dst_stride};
  }
  // Drops axes of extent 1 and joins neighbours that are one run in both memories. Call once, when
  // all axes are there (outermost first).
  void simplify();
  std::int64_t elements() const noexcept;
  void run(const void* src, void* dst) const noexcept;
};

// Row-major strides.
std::array<std::int64_t, kMaxRank> row_major(const Shape& shape) noexcept;
// The same with this distance between rows, a row being the last axis.
std::array<std::int64_t, kMaxRank> row_major(const Shape& shape, std::int64_t row_stride) noexcept;

// An op's kernel that is one such copy, from input 0 to output 0.
std::unique_ptr<Kernel> make_copy_kernel(StridedCopy copy);

}  // namespace halfpixel::graph
