// The jobs that plans are made of, and the table of functions that do them on one instruction set.
// Kernels know no meaning: rows in, rows out. None allocates, fails, or touches a byte outside the
// spans it is given unless the contract says so. Spans are half-open. Floating jobs run with
// subnormals flushed (ScopedFlush).
//
// Weighted sums say what they start from: +0, as TensorFlow's loops that fill with zeros first, or
// -0, which leaves the first product as it is, as those that begin with it (x + -0 is x to the
// bit, +0 + -0 is +0). A sum of nothing is its start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>

#include "kernels/bytes.hpp"
#include "kernels/cells.hpp"
#include "kernels/corners.hpp"
#include "kernels/fixed_bytes.hpp"
#include "kernels/gather_group.hpp"
#include "kernels/ordered.hpp"
#include "kernels/window_table.hpp"

namespace halfpixel::kernels {

// Floats that a job may read or write beyond the end of a scratch row (never of the caller's
// memory).
inline constexpr std::int64_t kPadding = 64;

// Floats in the widest vector of any target that is compiled.
inline constexpr std::int64_t kMostLanes = 16;

// dst[x, c] = src[first[x], c] for x in [0, count); a pixel is `bytes` bytes, dense in dst.
// src: pixel i at src + i * src_step.
struct CopyJob {
  const char* src;
  std::int64_t src_step;      // bytes from pixel to pixel
  const std::int32_t* first;  // [count], or null: every source pixel `repeat` times
  std::int64_t repeat;
  std::int64_t count;  // destination pixels (a multiple of repeat when first is null)
  std::int64_t bytes;
  char* const* dst;  // rows to write, all alike
  std::int64_t rows;
  bool stream;  // non-temporal stores
  // Instead of first and repeat, if not null: pixels are dense in src too, whose src_bytes begin at
  // pixel `origin` of the whole row; dst begins at `column`.
  const WindowTable* windows;
  std::int64_t src_bytes, origin, column;
};

// Columns that are lerps: dst[x, c] = a + (b - a) * t[x], a = src[first[x] - origin, c],
// b = src[second[x] - origin, c], x in [0, outputs).
struct LerpPart {
  std::int64_t origin;  // source position of src[0]
  std::int64_t outputs;
  const std::int32_t* first;
  const std::int32_t* second;
  const float* t;
};

// Columns that are weighted sums, taps ascending: dst[x, c] = start + sum over k < count[x] of
// src[first[x] + k - origin, c] * weights[x * taps + k], x in [0, outputs).
struct ColumnsPart {
  std::int64_t origin;
  std::int64_t outputs;
  const std::int32_t* first;
  const std::int32_t* count;
  const float* weights;
  std::int64_t taps;
};

// One row of lerps along columns. src and dst are dense rows of float pixels of `channels`.
// dst is scratch: kPadding floats beyond its end may be written. src is exact.
struct LerpColumnsJob {
  LerpPart part;
  const float* src;
  std::int64_t src_floats;  // readable floats
  std::int64_t channels;
  float* dst;
  // Outputs [regular_begin, regular_end), in groups of `period` that repeat with the source moved
  // by one pixel and the same t; period 0: none.
  std::int64_t period;
  std::int64_t regular_begin, regular_end;
};

// The same for few channels, by windows; dst is exact.
struct LerpWindowsJob {
  LerpPart part;
  const WindowTable* windows;
  const float* src;
  std::int64_t src_floats;
  std::int64_t channels;
  float* dst;
  std::int64_t column;  // of dst[0] in the whole row
};

// The two numbers of each output, side by side: dst[s][x, c] = src[(s == 0 ? first : second)[x],
// c]. Numbers of four bytes, which only move. src holds pixels from `origin` on, src_numbers of
// them in all; nothing else is read. dst is exact.
struct LayOutJob {
  const WindowTable* windows;
  std::int64_t origin, outputs;
  const std::int32_t* first;
  const std::int32_t* second;
  const float* src;
  std::int64_t src_numbers;
  std::int64_t channels;
  float* dst[2];
  std::int64_t column;  // of dst[0] in the whole row
};

// One row of weighted sums along columns. src is scratch with kPadding readable floats beyond its
// end and holds every position named (clamping was done by padding); dst is scratch too, unless
// channels are whole vectors: then it may be the caller's.
struct TapsColumnsJob {
  ColumnsPart part;
  const float* src;
  std::int64_t channels;
  float start;
  float* dst;
  bool stream;  // dst is aligned to whole vectors, and so are its pixels
};

// The same for few channels and several rows at once, by windows; src is scratch alike.
struct TapsWindowsJob {
  static constexpr int kMostRows = 8;
  ColumnsPart part;
  const WindowTable* windows;
  const float* src[kMostRows];
  float* dst[kMostRows];  // exact
  std::int64_t rows;
  std::int64_t column;  // of dst[0] in the whole row
  std::int64_t channels;
  float start;
  bool stream;  // dst rows are aligned to whole vectors, and so is `column`
};

// One term of a weighted sum of rows: dst[i] = start + row[i] * weight.
struct AddRowJob {
  const float* row;
  float weight;
  std::int64_t floats;
  float start;
  float* dst;    // exact
  bool running;  // goes on from what dst holds
};

// Up to four weighted sums of the same rows at once: each row is read and converted once for all
// outputs that take it. out[o].dst[i] = start + sum over r in [begin, end) of float(rows[r][i]) *
// weights[r - begin], r ascending.
struct TapsRowsGroupJob {
  static constexpr int kMost = 4;
  static constexpr std::int64_t kMostRows = 128;
  struct Output {
    std::int64_t begin, end;  // rows; empty: dst is not touched unless it starts here
    const float* weights;
    float* dst;    // exact; null: no such output, nor any after it
    bool running;  // goes on from what dst holds
  };
  const void* const* rows;
  std::int64_t row_count;  // at most kMostRows
  std::int64_t floats;     // elements of a row
  float start;
  Output out[kMost];
};

// packed[kRows * i + r] = rows[r][i], and back.
struct InterleaveJob {
  static constexpr int kRows = 8;
  float* rows[kRows];   // null: skipped when writing
  float* packed;        // scratch
  std::int64_t floats;  // of one row
};

// dst[r][i] = a[i] + (b[i] - a[i]) * t[r], for rows that lie between the same two.
struct LerpRowsJob {
  static constexpr int kMostRows = 4;
  const float* a;
  const float* b;
  const float* t;
  std::int64_t rows;
  std::int64_t floats;
  void* dst[kMostRows];  // exact, of the kernel's dtype
  bool stream;
};

// One row of a gradient: for x in [0, count): acc = 0; for each row group, column group, row
// weight, column weight: acc += (dy * row weight) * column weight. Without weights: acc += dy.
struct GatherJob {
  const char* src;               // dy, first pixel of the image
  std::int64_t src_row_step;     // bytes
  std::int64_t src_step;         // bytes from pixel to pixel
  const GatherGroup* row_group;  // the groups of this row of dx
  std::int64_t row_groups;
  const float* row_weights;
  const std::int32_t* column_begin;  // [count + 1] into column_group
  const GatherGroup* column_group;
  const float* column_weights;
  std::int64_t count;
  std::int64_t channels;
  void* dst;    // [count, channels] accumulate type, dense
  bool stream;  // non-temporal stores where they fit
};

// Copies along one axis, and where in the tensor of all sums along it, as TensorFlow holds it, the
// sums of a job stand: at first + plane * plane_step + row * row_step + x * pixel_step + c *
// channel_step, in elements.
struct BlockSumAxis {
  std::int64_t copies;
  std::int64_t inner;  // elements behind one step of the axis; 1: the copies are neighbours
  std::int64_t size;   // elements of all
  std::int64_t first, plane_step, row_step, pixel_step, channel_step;
};

// One row of sums over blocks: dst[x, c] = sum over planes (sum over rows (sum over columns dy)),
// each sum from +0, in Eigen's order, which knows vectors of 32 bytes. Neighbours: lane by lane.
// Sixteen copies and more whose sum stands in a vector that lies in one inner run: every fourth
// copy by itself. Others: ascending.
struct BlockSumJob {
  const char* src;                                      // first element of the block of dst[0]
  std::int64_t src_plane_step, src_row_step, src_step;  // bytes
  BlockSumAxis planes, rows, columns;
  std::int64_t count;
  std::int64_t channels;
  void* dst;
};

// What a gather computes in: dy's own dtype, or floats, or doubles.
enum Gathering {
  kPlainGather,   // no weights; sums in dy's dtype
  kFloatGather,   // float32 products and sums
  kMixedGather,   // float32 products, float64 sums
  kDoubleGather,  // float64 products and sums
  kFusedGather,   // float32; the product of the weights is rounded, the sum fused with its product
  // float32: the product of the weights is rounded, its product with the image, and the sum
  kProductGather,
  kGatherCount,
};

// c[r, p] = sum over k of a[r, k] * b[k, p], k ascending, fused where the target can, in equal
// parts of at most 256 that are then added; r < rows, p < panel = kPanelVectors * lanes, or lanes
// for products_narrow, or kRowVectors * lanes for products_row, which takes one row in one part.
// The bits of a row do not depend on the other rows.
struct ProductsJob {
  const float* a;  // row r at a + r * a_step, exact
  const float* b;  // row k, of a panel, at b + k * b_step
  float* c;        // row r at c + r * c_step, exact
  std::int64_t a_step, b_step, c_step;
  std::int64_t rows, depth;
  bool add = false;  // to what c holds
};
inline constexpr std::int64_t kPanelVectors = 2;
inline constexpr std::int64_t kRowVectors = 8;  // columns of products_row, one row's
inline constexpr std::int64_t kPeakVectors = 12;

// Weighted sums of cells, a cell being `width` floats: dst[x] = sum over e in [begin[x],
// begin[x + 1]) of weights[e] * the cell at src + offset[e], e ascending; a sum of nothing is +0.
// src and dst are scratch: kPadding floats beyond their ends may be read and written.
struct SumCellsJob {
  const float* src;
  const std::int32_t* begin;   // [count + 1]
  const std::int32_t* offset;  // floats
  const float* weights;
  std::int64_t count, width;
  bool ones;   // every weight is 1
  float* dst;  // cells are dense
};

// The last of such sums: dst[x] = sum over e of weights[e] * rows[e][x] + bias + addend[x], in this
// order, then relu. rows and bias are scratch (as above); dst and addend exact, and may be the
// same.
struct SumRowsJob {
  const float* const* rows;  // dense cells
  const float* weights;
  std::int64_t terms;
  const float* bias;    // [width]
  const float* addend;  // null: none
  std::int64_t count, width;
  bool ones;
  bool relu;
  float* dst;
  std::int64_t dst_step, addend_step;  // floats from cell to cell
};

// Winograd's convolutions: tiles of 2 x 2 or 4 x 4 outputs of windows of 3 x 3, and of 3 x 3
// outputs of windows of 2 x 2. Pixels of side x side are transformed, multiplied position by
// position of the transformed tile, and transformed back. Channels and filters are whole vectors of
// kMostLanes.
constexpr int winograd_taps(int tile) {
  return tile == 3 ? 2 : 3;
}
constexpr int winograd_side(int tile) {
  return tile + winograd_taps(tile) - 1;
}
struct WinogradInputJob {
  const float* const* pixels;  // [side * side], row by row; channels each
  std::int64_t channels;
  std::int64_t ahead;  // floats from a pixel to that of the next tile, which is asked for
  float* dst;          // position p at dst + p * dst_step
  std::int64_t dst_step;
};
// Inputs of this magnitude, infinities and NaNs would spread over a tile.
inline constexpr float kWinogradMost = 1e15F;

struct WinogradOutputJob {
  const float* src;  // position p at src + p * src_step
  std::int64_t src_step, filters;
  const float* bias;  // scratch
  bool relu;
  std::int64_t row_begin, row_end, column_begin, column_end;  // of the tile, those that exist
  float* dst;                                                 // exact
  std::int64_t dst_first, dst_row_step, dst_step;  // the tile's first output is at dst + dst_first
  std::int64_t segment, segment_step;              // an output is so many floats, and again
};

// Of each row, the place of the first element that no other is greater (or less) than, as a walk
// from the first one finds it that passes over NaNs.
struct ExtremeJob {
  const float* src;  // dense rows, exact
  std::int64_t rows, extent;
  bool zeros_apart;      // -0 is less than +0
  std::int64_t* wide;    // [rows], or null:
  std::int32_t* narrow;  // [rows]
};

struct KernelTable {
  std::string target;      // "avx2"
  std::int64_t lanes = 1;  // floats in a vector
  void (*copy)(const CopyJob&);
  void (*lerp_columns)(const LerpColumnsJob&);
  // by dtype of the results: as they are for float32, else rounded and clamped (Store::saturate);
  // null where there is none
  void (*lerp_rows[kDTypeCount])(const LerpRowsJob&);
  void (*taps_columns)(const TapsColumnsJob&);
  void (*lerp_windows)(const LerpWindowsJob&);
  void (*taps_windows)(const TapsWindowsJob&);
  void (*lay_out)(const LayOutJob&);
  void (*add_row)(const AddRowJob&);
  void (*taps_rows_group[kDTypeCount])(const TapsRowsGroupJob&);  // by dtype of the rows
  void (*interleave)(const InterleaveJob&);
  void (*deinterleave)(const InterleaveJob&);  // rows exact, packed scratch
  void (*load[kDTypeCount])(const void* src, float* dst, std::int64_t count);   // to float32
  void (*store[kDTypeCount])(const float* src, void* dst, std::int64_t count);  // Store::plain
  void (*store_saturated[kDTypeCount])(const float* src, void* dst, std::int64_t count);
  void (*stream)(const float* src, float* dst, std::int64_t count);  // copies past the caches
  void (*scale)(float* values, float factor, std::int64_t count);
  // by dtype of dy; null where there is none
  void (*gather[kDTypeCount][kGatherCount])(const GatherJob&);
  void (*block_sum[kDTypeCount])(const BlockSumJob&);
  void (*products)(const ProductsJob&);
  void (*products_narrow)(const ProductsJob&);
  void (*products_row)(const ProductsJob&);
  // rounds * kPeakVectors vectors of multiply-adds from register to register; what comes out of
  // them is returned so that they are made.
  float (*multiply_adds)(std::int64_t rounds, float start);
  void (*sum_cells)(const SumCellsJob&);
  void (*sum_rows)(const SumRowsJob&);
  void (*greatest)(const ExtremeJob&);
  void (*least)(const ExtremeJob&);
  // false: something was too large, infinite or no number
  bool (*winograd_input[3])(const WinogradInputJob&);  // by tile, from 2 on
  void (*winograd_output[3])(const WinogradOutputJob&);
  OrderedKernels ordered[kNumberCount];
  CornerKernels corners[kNumberCount];
  FixedKernels fixed;
  FixedKernels narrow_fixed;  // for weights of 16 bits
  CellKernels cells[kNumberCount];
  ByteKernels bytes;
};

// One table per target that this build has and this machine runs, best first.
HALFPIXEL_EXPORT const std::vector<KernelTable>& tables();
// The table that new plans use.
HALFPIXEL_EXPORT const KernelTable& current_table();

// Each kernel file fills its part of the table for one Highway target.
void fill_copy(KernelTable& table, std::int64_t target);
void fill_lerp(KernelTable& table, std::int64_t target);
void fill_taps(KernelTable& table, std::int64_t target);
void fill_rows(KernelTable& table, std::int64_t target);
void fill_rows_group(KernelTable& table, std::int64_t target);
void fill_pack(KernelTable& table, std::int64_t target);
void fill_windows(KernelTable& table, std::int64_t target);
void fill_convert(KernelTable& table, std::int64_t target);
void fill_gradient(KernelTable& table, std::int64_t target);
void fill_block_sum(KernelTable& table, std::int64_t target);
void fill_products(KernelTable& table, std::int64_t target);
void fill_peak(KernelTable& table, std::int64_t target);
void fill_sums(KernelTable& table, std::int64_t target);
void fill_extremes(KernelTable& table, std::int64_t target);
void fill_winograd(KernelTable& table, std::int64_t target);
void fill_ordered(KernelTable& table, std::int64_t target);
void fill_ordered_windows(KernelTable& table, std::int64_t target);  // after fill_ordered
void fill_corners(KernelTable& table, std::int64_t target);
void fill_fixed_columns(KernelTable& table, std::int64_t target);
void fill_fixed_rows(KernelTable& table, std::int64_t target);
void fill_quad_bytes(KernelTable& table, std::int64_t target);  // after both
void fill_cells(KernelTable& table, std::int64_t target);
void fill_bytes(KernelTable& table, std::int64_t target);
// Highway targets by bit and name, best first.
struct Target {
  std::int64_t bit;
  std::string name;
};
std::vector<Target> supported_targets();

}  // namespace halfpixel::kernels
