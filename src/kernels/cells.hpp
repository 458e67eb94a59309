// Jobs of sums over cells: rectangles (or boxes) of source pixels, none of which has a weight.
#pragma once

#include <cstdint>

#include "kernels/sum_order.hpp"

namespace halfpixel::kernels {

// The numbers of a cell come plane by plane and row by row, columns ascending. Integers are exact:
// for them every order is `ascending`.
enum class CellOrder : std::uint8_t {
  ascending,  // start + x0 + x1 …
  fours,      // start + (((x0 + x1) + x2) + x3) …, what is left one by one
  rows,       // start + (x00 + x01 …) + (x10 + x11 …)
};
inline constexpr int kCellOrderCount = 3;

// One row of the cells' source. Sums begin with the first number of their cell; `group` holds what
// was not yet added to them.
struct CellsJob {
  const void* src;          // pixels [begin, end) of the row
  std::int64_t begin, end;  // cells take of it what is theirs; pieces ascend
  const std::int32_t* first;
  const std::int32_t* count;  // pixels of a row of each cell
  std::int64_t outputs, width;
  std::int64_t row, rows;  // of the cell: which one this is, and of how many
  double start;
  void* sum;    // [outputs * width]
  void* group;  // the same
};

// What becomes of the sums of whole cells.
struct CellFinish {
  enum class Kind : std::uint8_t {
    scaled,   // times `scale`, in float32 unless sums are float64
    quarter,  // of four integers: their mean, half up
    divided,  // by planes, then rows, then columns (or at once: `at_once`)
    mean,     // rounded to float32, then divided by how many they are
  };
  Kind kind = Kind::divided;
  float scale = 1;
};

struct CellsDoneJob {
  const void* sum;
  const std::int32_t* count;
  std::int64_t outputs, width;
  std::int64_t planes, rows;  // of the cells
  CellFinish finish;
  std::int64_t at_once;  // so many of a pixel's first numbers are divided by the product
  void* dst;             // doubles for sums of doubles, else floats
};

struct CellKernels {
  void (*add[kCellOrderCount])(const CellsJob&);
  void (*done)(const CellsDoneJob&);
};

}  // namespace halfpixel::kernels
