// One run of a plan: the caller's memory in the order in which the engines walk it, and the
// engines. An engine computes rows [begin, end) of one image plane; it works on its thread's stack
// and cannot fail.
#pragma once

#include <cstdint>

#include <halfpixel/resample.hpp>
#include <halfpixel/tensor.hpp>

#include "core/signed_index.hpp"
#include "kernels/kernels.hpp"
#include "resample/plan_spec.hpp"

namespace halfpixel::resample {

// Floats in one scratch row: 32 KiB. An engine keeps two (gather, block sums), four (columns first)
// or six (rows first) of them on the stack of its thread, where they stay in its L1 or L2 cache.
inline constexpr std::int64_t kScratchFloats = 8192;
// No engine keeps more, so that threads with stacks of 256 KiB can run every plan.
inline constexpr std::int64_t kMostScratchBytes = 200 << 10;

// One side of a run. Steps are in bytes.
struct Side {
  char* base = nullptr;
  SignedArray<std::int64_t, 4> outer_step{};
  std::int64_t plane_step = 0;
  std::int64_t row_step = 0;
  std::int64_t pixel_step = 0;
  std::int64_t pixel_bytes = 0;  // of a dense pixel
  bool dense() const { return pixel_step == pixel_bytes; }
};

struct Run {
  const PlanSpec* spec = nullptr;
  const kernels::KernelTable* kernels = nullptr;
  const kernels::WindowTable* windows = nullptr;  // of the columns; null: none for these pixels
  Side src;
  Side dst;
  std::int64_t channels = 1;  // innermost, contiguous on both sides
  int outer_rank = 0;         // batch axes, and channels when they are not innermost
  SignedArray<std::int64_t, 4> outer{};
  Range plane{0, 1}, row{0, 1}, column{0, 1};  // of the output, in the whole's positions
  std::int64_t src_plane = 0, src_row = 0,
               src_column = 0;  // positions of src.base in the whole input
  // Where an engine is at work: image (counted over the outer axes) and plane of the whole.
  std::int64_t image = 0, z = 0;
  bool stream = false;

  const AxisTable& rows() const { return spec->axis[spec->spatial_rank - 2]; }
  const AxisTable& columns() const { return spec->axis[spec->spatial_rank - 1]; }

  // First pixel of a row of the whole, in this run's memory.
  const char* src_at(const char* plane_base, std::int64_t row_position,
                     std::int64_t column_position) const {
    return plane_base + (row_position - src_row) * src.row_step +
           (column_position - src_column) * src.pixel_step;
  }
  char* dst_at(char* plane_base, std::int64_t row_position, std::int64_t column_position) const {
    return plane_base + (row_position - row.begin) * dst.row_step +
           (column_position - column.begin) * dst.pixel_step;
  }
};

// Rows [begin, end) of the output plane that starts at dst; src is the first row of the input plane
// (planes for block sums: the first one).
using Engine = void (*)(const Run& run, const char* src, char* dst, std::int64_t begin,
                        std::int64_t end) noexcept;

void run_copy(const Run&, const char* src, char* dst, std::int64_t begin,
              std::int64_t end) noexcept;
void run_columns_first(const Run&, const char* src, char* dst, std::int64_t begin,
                       std::int64_t end) noexcept;
void run_rows_first(const Run&, const char* src, char* dst, std::int64_t begin,
                    std::int64_t end) noexcept;
void run_gather(const Run&, const char* src, char* dst, std::int64_t begin,
                std::int64_t end) noexcept;
void run_block_sum(const Run&, const char* src, char* dst, std::int64_t begin,
                   std::int64_t end) noexcept;
void run_cast(const Run&, const char* src, char* dst, std::int64_t begin,
              std::int64_t end) noexcept;
void run_move(const Run&, const char* src, char* dst, std::int64_t begin,
              std::int64_t end) noexcept;
// src, in the next three: the first row of the first plane.
void run_cells(const Run&, const char* src, char* dst, std::int64_t begin,
               std::int64_t end) noexcept;
void run_ordered(const Run&, const char* src, char* dst, std::int64_t begin,
                 std::int64_t end) noexcept;
void run_corners(const Run&, const char* src, char* dst, std::int64_t begin,
                 std::int64_t end) noexcept;

// What lies outside of the input, after an engine has stored the rows. dst: the plane's first row.
void fill_outside(const Run&, char* dst, std::int64_t begin, std::int64_t end) noexcept;

// Bytes of scratch on the stack of a thread that runs an engine; copies and moves take none.
std::int64_t scratch_of_columns_first() noexcept;
std::int64_t scratch_of_rows_first() noexcept;
std::int64_t scratch_of_gather() noexcept;  // and block sums
std::int64_t scratch_of_ordered() noexcept;
std::int64_t scratch_of_corners() noexcept;
std::int64_t scratch_of_cells() noexcept;
inline std::int64_t scratch_of_cast() noexcept {
  return kScratchFloats * 4;
}

// Pixels [0, count) of `channels` from memory to floats, through the cast dtype; src need not be
// dense.
void load_pixels(const Run& run, const char* src, std::int64_t count, std::int64_t channels,
                 float* dst) noexcept;
// Floats to pixels of the output dtype; dst need not be dense.
void store_pixels(const Run& run, const float* src, std::int64_t count, std::int64_t channels,
                  char* dst) noexcept;

// The same with numbers of the spec's ordered sums. Storing may write to src.
void load_numbers(const Run& run, const char* src, std::int64_t count, std::int64_t channels,
                  void* dst) noexcept;
void store_numbers(const Run& run, void* src, std::int64_t count, std::int64_t channels,
                   char* dst) noexcept;

}  // namespace halfpixel::resample
