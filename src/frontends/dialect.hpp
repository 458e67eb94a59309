// What the frontends of other programs' resizes have in common: tables from lists of terms, and the
// outline of a plan. What a program means stands in its own file.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <halfpixel/resample.hpp>
#include <halfpixel/tensor.hpp>

#include "resample/plan_spec.hpp"

namespace halfpixel::dialect {

using kernels::CornerOrder;
using kernels::Finish;
using kernels::Number;
using kernels::SumOrder;
using resample::AxisTable;
using resample::Form;
using resample::Order;
using resample::OrderedSums;
using resample::PlanSpec;

// sin(pi x) / (pi x), as pillow and libvips have it.
double sinc(double x);

// dst[i] = src[at(i)]
template <class At>
AxisTable copy_axis(std::int64_t src_len, std::int64_t dst_len, At&& at) {
  AxisTable table;
  table.src_len = src_len;
  table.dst_len = dst_len;
  table.first.reserve(static_cast<std::size_t>(dst_len));
  for (std::int64_t i = 0; i < dst_len; ++i) {
    table.first.push_back(
        static_cast<std::int32_t>(std::clamp<std::int64_t>(at(i), 0, src_len - 1)));
  }
  return table;
}
inline AxisTable same_axis(std::int64_t length) {
  return copy_axis(length, length, [](std::int64_t i) { return i; });
}

// Where a table keeps weights of type W.
template <class W>
SignedVector<W>& weights_in(AxisTable& table) {
  if constexpr (std::is_same_v<W, float>) return table.weights;
  if constexpr (std::is_same_v<W, double>) return table.doubles;
  if constexpr (std::is_same_v<W, std::int32_t>) return table.integers;
  if constexpr (std::is_same_v<W, std::int64_t>) return table.longs;
}

// Two terms of an output; both positions are inside.
template <class W>
struct Pair {
  std::int64_t first, second;
  W first_weight, second_weight;
};
// of(i) is a Pair<W>.
template <class W, class Of>
AxisTable pair_axis(std::int64_t src_len, std::int64_t dst_len, Of&& of) {
  AxisTable table;
  table.kind = AxisTable::Kind::pair;
  table.src_len = src_len;
  table.dst_len = dst_len;
  table.taps = 2;
  for (std::int64_t i = 0; i < dst_len; ++i) {
    const Pair<W> pair = of(i);
    table.first.push_back(static_cast<std::int32_t>(pair.first));
    table.second.push_back(static_cast<std::int32_t>(pair.second));
    weights_in<W>(table).push_back(pair.first_weight);
    weights_in<W>(table).push_back(pair.second_weight);
  }
  return table;
}

// The terms of one output: source positions first, first + 1, …, clamped where they are read.
template <class W>
struct Terms {
  std::int64_t first = 0;
  std::vector<W> weights;
};
// One row of terms for each output. `extra` numbers follow the weights of a row (a divisor).
template <class W>
AxisTable taps_axis(std::int64_t src_len, const std::vector<Terms<W>>& rows,
                    std::int64_t extra = 0) {
  AxisTable table;
  table.kind = AxisTable::Kind::taps;
  table.src_len = src_len;
  table.dst_len = static_cast<std::int64_t>(rows.size());
  std::size_t taps = 1;
  for (const Terms<W>& row : rows) taps = std::max(taps, row.weights.size());
  table.taps = static_cast<std::int32_t>(taps);
  auto& weights = weights_in<W>(table);
  weights.assign(rows.size() * taps, W{});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    table.first.push_back(static_cast<std::int32_t>(rows[i].first));
    const auto count = static_cast<std::int64_t>(rows[i].weights.size()) - extra;
    table.count.push_back(static_cast<std::int32_t>(std::max<std::int64_t>(count, 0)));
    std::copy(rows[i].weights.begin(), rows[i].weights.end(),
              weights.begin() + static_cast<std::ptrdiff_t>(i * taps));
  }
  return table;
}

// Shapes, dtypes and axes; no tables yet. spatial_axes[i] gets extent size[i].
struct Outline {
  std::string speaker, method;
  Shape input_shape;
  DType dtype = DType::float32;
  std::vector<int> spatial_axes;
  std::vector<std::int64_t> size;
  int channel_axis = 0;
};
PlanSpec outlined(const Outline& outline);

// Throws Error(out_of_memory) for tables of so many terms an output. Called before they are made.
void require_room(const PlanSpec& spec, double terms);
// Throws Error when a side of the shapes cannot be addressed.
void require_addressable(const PlanSpec& spec);

// Everything stays as it is.
void set_identity(PlanSpec& spec);

resample::Plan made(PlanSpec spec);
std::vector<resample::Plan> made(std::vector<PlanSpec> specs);
Tensor run(const resample::Plan& plan, const ConstTensorView& src);
// Plans of one resize, one after the other; more than one where more axes change than a plan takes.
Tensor run(const std::vector<resample::Plan>& plans, const ConstTensorView& src);
void run(const std::vector<resample::Plan>& plans, const ConstTensorView& src,
         const TensorView& out);
// Throws Error(unsupported) when there are several.
void require_single(std::string_view speaker, const std::vector<resample::Plan>& plans);

}  // namespace halfpixel::dialect
