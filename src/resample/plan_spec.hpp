// PlanSpec: what a frontend hands to the plan. Pure data; no pixels, no processor.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include <halfpixel/dtype.hpp>
#include <halfpixel/shape.hpp>

#include "resample/axis_table.hpp"

namespace halfpixel::resample {

enum class Form : std::uint8_t {
  copy,       // every axis is a copy table
  separable,  // one pass per axis over float32; tables are lerp (columns first) or taps
  gather,     // gradient: one two-dimensional sum per cell, in row-major order of the upstream grid
  block_sum,  // gradient of repetition: sums over the copies, last axis first
  cast,       // no axis changes; only the dtype does
};

// How values leave float32. `plain` converts (float32 to a narrower float rounds half to even).
// `saturate` is keras.ops.saturate_cast after keras.ops.round for integers: half to even, clamped;
// NaN gives 0 for uint8 and uint16; int32 and int64 overflow as x86 conversions do.
enum class Store : std::uint8_t { plain, saturate };

struct PlanSpec {
  std::string speaker = "plan";  // who reports errors: "tf.image.resize", "UpSampling2D" …
  std::string method;            // for describe()

  Shape input_shape;
  Shape output_shape;
  DType input_dtype = DType::float32;
  DType output_dtype = DType::float32;

  // Which axis of the shapes is which. Axes named nowhere are batch axes; they lead.
  int spatial_rank = 2;
  std::array<int, 3> spatial_axis = {1, 2, -1};
  int channel_axis = 3;

  Form form = Form::copy;
  std::array<AxisTable, 3> axis;  // copy, separable; in the order of spatial_axis
  bool columns_first = true;      // separable: order of the two passes
  bool zero_start[2] = {
      true, true};  // taps: sums start from +0 rather than from the first product (rows, columns)
  float post_scale = 1.0f;  // separable: the result times this, when has_post_scale
  bool has_post_scale = false;

  std::array<GatherTable, 2> gather;              // gather: rows, columns
  std::array<std::int64_t, 3> block = {1, 1, 1};  // block_sum: copies per spatial axis

  // cast: the bytes move as they are; otherwise every value goes through float32, whatever the
  // dtypes.
  bool identity = false;

  // Input is cast to this dtype before anything else (a layer's autocast). Same as input_dtype: no
  // cast.
  DType cast_dtype = DType::float32;
  // gather: dtype of products and sums. float32 for float16/bfloat16 bilinear, the dtype itself
  // otherwise.
  DType accumulate_dtype = DType::float32;
  // gather: products in float32 although sums are float64 (ResizeBilinearGrad).
  bool float32_products = false;
  Store store = Store::plain;
};

}  // namespace halfpixel::resample
