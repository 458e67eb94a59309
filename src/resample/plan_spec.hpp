// PlanSpec: what a frontend hands to the plan. Pure data; no pixels, no processor.
#pragma once

#include <cstdint>
#include <string>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>

#include "core/signed_index.hpp"
#include "kernels/cells.hpp"
#include "kernels/corners.hpp"
#include "kernels/sum_order.hpp"
#include "resample/axis_table.hpp"

namespace halfpixel::resample {

enum class Form : std::uint8_t {
  copy,       // every axis is a copy table
  separable,  // one pass per axis over float32; tables are lerp (columns first) or taps
  // one sum of one or two dimensions per cell, in row-major order of its terms: gradients, and
  // forward sums whose weights are multiplied with each other first
  gather,
  block_sum,  // gradient of repetition: sums over the copies, last axis first
  cast,       // no axis changes; every value goes through float32, whatever the dtypes
  move,       // nothing changes: the bytes as they are
  ordered,    // weighted sums along one axis after the other, in a program's own order of additions
  // weighted sums of four pixels at once (eight with planes), in a program's own order; tables are
  // pairs
  corners,
  cells,  // means of rectangles; tables are taps without weights
};

// Separable: which of the two passes is the first.
enum class Order : std::uint8_t { columns_first, rows_first };

// How values leave float32. `plain` converts (float32 to a narrower float rounds half to even, to
// an integer towards zero). `saturate` is keras.ops.saturate_cast after keras.ops.round for
// integers: half to even, clamped; NaN gives 0 for uint8 and uint16; int32 and int64 overflow as
// x86 conversions do.
enum class Store : std::uint8_t { plain, saturate };

// Form ordered. Axes whose tables are copies do not change.
struct OrderedSums {
  struct Pass {
    kernels::SumOrder order = kernels::SumOrder::ascending;
    double start = -0.0;  // where the order has one
    kernels::Finish finish = {};
    bool edges_from_zero = false;  // of columns: sums whose positions are clamped start from +0
  };
  kernels::Number number = kernels::Number::float32;  // of sums and weights
  SignedArray<Pass, 3> pass;                          // in the order of spatial_axis
  // Sums along rows are `descending` in the first elements of a row (columns * channels, in whole
  // multiples of this); 0: in none.
  std::int64_t descending_multiple = 0;
  // The last of the channels is alpha of 8 bits, by which the others are multiplied before and
  // divided after (int32 numbers; channels lie side by side).
  bool premultiplies = false, unpremultiplies = false;
  // The others are at most as large as it is (float64 numbers, as they are stored).
  bool caps_at_alpha = false;
  bool has_alpha() const { return premultiplies || unpremultiplies || caps_at_alpha; }
  double load_factor = 1;  // float64: elements times this, which is exact
};

// Form corners; numbers are those of OrderedSums.
struct CornerSums {
  kernels::CornerOrder order = kernels::CornerOrder::ascending;
  // Channels beyond the last whole multiple are summed in the order `rest`; 0: none are.
  std::int64_t multiple = 0;
  kernels::CornerOrder rest = kernels::CornerOrder::ascending;
  double start = -0.0;
  kernels::Finish finish = {};
};

// Form cells; numbers are those of OrderedSums (float32, float64, int32).
struct CellSums {
  kernels::CellOrder order = kernels::CellOrder::ascending;
  double start = -0.0;
  // Output columns beyond the last whole multiple are summed in the order `rest`; 0: none are.
  std::int64_t multiple = 0;
  kernels::CellOrder rest = kernels::CellOrder::ascending;
  double rest_start = -0.0;
  kernels::CellFinish finish = {};
  // Of channels up to the last whole multiple sums are divided by the product of a cell's sides at
  // once; 0: of none.
  std::int64_t at_once_multiple = 0;
  // Cells of fewer rows or columns, which the edge has cut, are summed ascending from +0 and
  // divided by their number; 0: cells may have any size.
  std::int64_t whole_rows = 0, whole_columns = 0;
};

struct PlanSpec {
  std::string speaker = "plan";  // who reports errors: "tf.image.resize", "UpSampling2D" …
  std::string method;            // for describe()

  Shape input_shape;
  Shape output_shape;
  DType input_dtype = DType::float32;
  DType output_dtype = DType::float32;

  // Which axis of the shapes is which. Axes named nowhere are batch axes; they lead.
  int spatial_rank = 2;
  SignedArray<int, 3> spatial_axis = {1, 2, -1};
  int channel_axis = 3;  // -1: there is none

  Form form = Form::copy;
  SignedArray<AxisTable, 3> axis;      // copy, separable; in the order of spatial_axis
  Order order = Order::columns_first;  // separable
  OrderedSums sums;                    // ordered
  CornerSums corners;                  // corners
  CellSums cells;                      // cells
  float start[2] = {0.0f, 0.0f};       // taps: of the sums along rows and columns; see kernels.hpp
  float post_scale = 1.0f;  // separable, columns first: the result times this; 1: as it is

  SignedArray<GatherTable, 2> gather;              // gather: rows, columns; columns
  SignedArray<std::int64_t, 3> block = {1, 1, 1};  // block_sum: copies per spatial axis

  // Input is cast to this dtype before anything else (a layer's autocast). Same as input_dtype: no
  // cast.
  DType cast_dtype = DType::float32;
  // gather: dtypes of products and of sums. Float32 for float16/bfloat16 bilinear, the result's
  // dtype otherwise, but that ResizeBilinearGrad multiplies in float32 always.
  DType product_dtype = DType::float32;
  DType accumulate_dtype = DType::float32;
  bool fuses = false;               // gather: sums are fused with products of rounded weights
  bool multiplies_weights = false;  // gather: of rounded weights, as with fuses; sums are not fused
  bool flushes = true;              // gather: subnormals are zeros
  Store store = Store::plain;

  // Positions of the output that get outside_value instead of what was computed: per spatial axis
  // one flag for each position, or nothing. (Crops that reach beyond the image.)
  SignedArray<SignedVector<std::uint8_t>, 3> outside;
  double outside_value = 0;  // cut off for integers

  bool has_outside() const {
    return !(outside[0].empty() && outside[1].empty() && outside[2].empty());
  }
};

inline std::int64_t channels_of(const PlanSpec& spec, const Shape& shape) {
  return spec.channel_axis < 0 ? 1 : shape[spec.channel_axis];
}

// Throws Error when there is no memory for it.
Plan make_plan(PlanSpec spec);
// What a plan was made of; as long as the plan lives.
HALFPIXEL_EXPORT const PlanSpec& spec_of(const Plan& plan);

}  // namespace halfpixel::resample
