// paddle.nn.functional.interpolate of PaddlePaddle 3.3.1: where its samples lie, which differs from
// mode to mode, and in which order they are summed.
#include <halfpixel/paddle.hpp>

#include <cmath>
#include <string>
#include <utility>

#include "core/checked.hpp"
#include "frontends/dialect.hpp"
#include "frontends/paddle_words.hpp"
#include "frontends/plan_cache.hpp"

namespace halfpixel {
namespace paddle_dialect {
namespace {

using namespace dialect;
using paddle::InterpolateMode;
using paddle::nn::functional::InterpolateOptions;

// Source positions from one output to the next. A single output has no step, but by size in linear
// and trilinear.
float step_of(const Sides& sides, bool align_corners, bool of_single) {
  if (sides.out <= 1 && (align_corners || !of_single)) return 0;
  if (align_corners) return static_cast<float>(sides.in - 1) / static_cast<float>(sides.out - 1);
  if (sides.factor) return static_cast<float>(1 / *sides.factor);
  return static_cast<float>(sides.in) / static_cast<float>(sides.out);
}

template <class T>
struct Sample {
  std::int64_t lower;
  T fraction;
};

// F: of fractions.
template <class F>
Sample<F> sample(float step, std::int64_t i, bool half_pixel, bool in_floats) {
  const auto position = static_cast<float>(i);
  if (!half_pixel) {
    const float at = step * position;
    const auto lower = static_cast<std::int64_t>(at);
    return {lower, static_cast<F>(at - static_cast<float>(lower))};
  }
  const double exact = static_cast<double>(step) * (static_cast<double>(i) + 0.5) - 0.5;
  const double at = in_floats ? static_cast<double>(step * (position + 0.5f) - 0.5f) : exact;
  const auto lower = std::max<std::int64_t>(static_cast<std::int64_t>(at), 0);
  return {lower, std::max(static_cast<F>(at), F{0}) - static_cast<F>(lower)};
}

// W: of weights, which are made of fractions F.
template <class W, class F>
AxisTable pairs(const Sides& sides, float step, bool half_pixel, bool in_floats) {
  return pair_axis<W>(sides.in, sides.out, [&](std::int64_t i) {
    const Sample<F> at = sample<F>(step, i, half_pixel, in_floats);
    const std::int64_t lower = std::min(at.lower, sides.in - 1);
    return Pair<W>{lower, std::min(lower + 1, sides.in - 1), static_cast<W>(1 - at.fraction),
                   static_cast<W>(at.fraction)};
  });
}

template <class T>
T near_cubic(T x) {
  constexpr T a = T{-0.75};
  return ((a + 2) * x - (a + 3)) * x * x + 1;
}
template <class T>
T far_cubic(T x) {
  constexpr T a = T{-0.75};
  return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

template <class T>
AxisTable cubic(const Sides& sides, float step, bool align_corners) {
  std::vector<Terms<T>> rows;
  for (std::int64_t i = 0; i < sides.out; ++i) {
    const double exact = static_cast<double>(step) * (static_cast<double>(i) + 0.5) - 0.5;
    const T at =
        align_corners ? static_cast<T>(step * static_cast<float>(i)) : static_cast<T>(exact);
    const auto below = static_cast<std::int64_t>(std::floor(static_cast<float>(at)));
    const T t = at - static_cast<T>(below), u = 1 - t;
    rows.push_back(
        {below - 1,
         {far_cubic<T>(t + 1), near_cubic<T>(t), near_cubic<T>(u), far_cubic<T>(u + 1)}});
  }
  return taps_axis(sides.in, rows);
}

AxisTable pool_axis(const Sides& sides) {
  AxisTable table;
  table.kind = AxisTable::Kind::taps;
  table.src_len = sides.in;
  table.dst_len = sides.out;
  for (std::int64_t i = 0; i < sides.out; ++i) {
    const std::int64_t begin = i * sides.in / sides.out;
    const std::int64_t end = ((i + 1) * sides.in + sides.out - 1) / sides.out;
    table.first.push_back(static_cast<std::int32_t>(begin));
    table.count.push_back(static_cast<std::int32_t>(end - begin));
  }
  return table;
}

class Planner {
 public:
  Planner(const Shape& shape, DType dtype, const InterpolateOptions& options)
      : shape_(shape), dtype_(dtype), options_(options) {
    check_call(shape, dtype, options);
    sides_ = sides_of(shape, options);
  }

  PlanSpec spec() const {
    PlanSpec spec = outlined_call();
    spec.sums.number = dtype_ == DType::float64 ? Number::float64 : Number::float32;
    bool same = true;
    for (const Sides& sides : sides_) same = same && sides.in == sides.out;
    if (options_.mode == InterpolateMode::area) {
      set_area(spec);
    } else if (same) {
      set_identity(spec);
    } else if (options_.mode == InterpolateMode::nearest) {
      set_nearest(spec);
    } else if (dtype_ == DType::float64) {
      set_sums<double>(spec);
    } else {
      set_sums<float>(spec);
    }
    return spec;
  }

 private:
  const Sides& sides(int i) const { return sides_[static_cast<std::size_t>(i)]; }
  float step(int i) const {
    const bool single =
        options_.mode == InterpolateMode::linear || options_.mode == InterpolateMode::trilinear;
    return step_of(sides(i), options_.align_corners, single);
  }

  PlanSpec outlined_call() const {
    std::vector<std::int64_t> size;
    for (const Sides& sides : sides_) size.push_back(sides.out);
    std::string method(name_of(options_.mode));
    if (options_.align_corners) method += " align_corners";
    if (options_.align_mode != 0) method += " align_mode 1";
    const bool first = options_.data_format == DataFormat::channels_first;
    PlanSpec spec = outlined({kWho, std::move(method), shape_, dtype_,
                              spatial_axes(shape_, options_), size, first ? 1 : shape_.rank() - 1});
    require_addressable(spec);
    require_room(spec, 4);
    return spec;
  }

  void set_nearest(PlanSpec& spec) const {
    for (int i = 0; i < spec.spatial_rank; ++i) {
      const float by = step(i);
      spec.axis[i] = copy_axis(sides(i).in, sides(i).out, [&](std::int64_t output) {
        return static_cast<std::int64_t>(by * static_cast<float>(output));
      });
      resample::find_repetition(spec.axis[i]);
    }
  }

  void set_area(PlanSpec& spec) const {
    spec.form = Form::cells;
    spec.cells.start = 0;
    spec.cells.finish.kind = kernels::CellFinish::Kind::divided;
    spec.cells.at_once_multiple = 1;
    for (int i = 0; i < spec.spatial_rank; ++i) spec.axis[i] = pool_axis(sides(i));
  }

  template <class T>
  void set_sums(PlanSpec& spec) const {
    const bool half_pixel = options_.align_mode == 0 && !options_.align_corners;
    spec.form = Form::ordered;
    spec.order = Order::columns_first;
    for (int i = 0; i < spec.spatial_rank; ++i) {
      if (options_.mode == InterpolateMode::bicubic) {
        spec.axis[i] = cubic<T>(sides(i), step(i), options_.align_corners);
      } else if (options_.mode == InterpolateMode::linear) {
        spec.axis[i] = pairs<T, T>(sides(i), step(i), half_pixel, false);
      } else {
        // Rows of images are found in doubles, columns and volumes in floats.
        const bool in_floats = options_.mode == InterpolateMode::trilinear || i == 1;
        spec.axis[i] = pairs<T, float>(sides(i), step(i), half_pixel, in_floats);
      }
    }
    if (options_.mode == InterpolateMode::bilinear || options_.mode == InterpolateMode::trilinear) {
      spec.form = Form::corners;
      spec.corners.order = CornerOrder::factors;
    }
  }

  Shape shape_;
  DType dtype_;
  InterpolateOptions options_;
  std::vector<Sides> sides_;
};

}  // namespace
}  // namespace paddle_dialect

namespace paddle::nn::functional {

resample::Plan plan_interpolate(const Shape& shape, DType dtype,
                                const InterpolateOptions& options) {
  const PlanKey key(paddle_dialect::kWho, shape, dtype, options.size, options.scale_factor,
                    options.mode, options.align_corners, options.align_mode, options.data_format);
  return PlanCache::get(
      key, [&] { return dialect::made(paddle_dialect::Planner(shape, dtype, options).spec()); });
}

Tensor interpolate(const ConstTensorView& x, const InterpolateOptions& options) {
  return dialect::run(plan_interpolate(x.shape(), x.dtype(), options), x);
}

void interpolate(const ConstTensorView& x, const InterpolateOptions& options,
                 const TensorView& out) {
  plan_interpolate(x.shape(), x.dtype(), options).run(x, out);
}

}  // namespace paddle::nn::functional
}  // namespace halfpixel
