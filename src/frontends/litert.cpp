// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR of LiteRT 2.3: where their samples lie, and what each
// of the three sets of kernels makes of them.
#include <halfpixel/litert.hpp>

#include <cmath>

#include "core/checked.hpp"
#include "frontends/dialect.hpp"
#include "frontends/litert_words.hpp"
#include "frontends/plan_cache.hpp"

namespace halfpixel {
namespace litert_dialect {
namespace {

using namespace dialect;
using litert::Kernels;
using litert::ResizeOptions;

struct Axis {
  std::int64_t in, out;
  bool align_corners, half_pixel_centers;

  bool aligned() const { return align_corners && out > 1; }
  float scale() const {
    const std::int64_t less = aligned() ? 1 : 0;
    return static_cast<float>(in - less) / static_cast<float>(out - less);
  }
  std::int64_t clamped(std::int64_t i) const { return std::clamp<std::int64_t>(i, 0, in - 1); }
};

// Two neighbours and how much the second one counts; of float32, or of whole 1024ths.
template <class W>
struct Sample {
  std::int64_t lower, upper;
  W fraction;
};

// The interpreter's own.
Sample<float> centred(const Axis& axis, std::int64_t i) {
  const auto position = static_cast<float>(i);
  const float at =
      axis.half_pixel_centers ? (position + 0.5f) * axis.scale() - 0.5f : position * axis.scale();
  const auto lower = std::max<std::int64_t>(static_cast<std::int64_t>(std::floor(at)), 0);
  const auto upper = std::min<std::int64_t>(static_cast<std::int64_t>(std::ceil(at)), axis.in - 1);
  return {axis.clamped(lower), axis.clamped(upper), at - static_cast<float>(lower)};
}

// The same in fixed point. Steps are rounded, so that of many outputs the last ones may lie beyond
// the image: there LiteRT reads what follows in memory, we the last pixel.
Sample<std::int64_t> fixed(const Axis& axis, std::int64_t i) {
  constexpr std::int64_t kOne = 1024;
  const std::int64_t less = axis.aligned() ? 1 : 0, out = axis.out - less;
  const std::int64_t step = (kOne * (axis.in - less) + out / 2) / out;
  const std::int64_t at = axis.half_pixel_centers ? i * step + step / 2 - kOne / 2 : i * step;
  const std::int64_t lower = std::max<std::int64_t>(at / kOne, 0);
  return {axis.clamped(lower), axis.clamped((at + kOne - 1) / kOne), at - kOne * lower};
}

// XNNPACK's: centres are clamped, and corners go before them.
Sample<float> clamped_centre(const Axis& axis, std::int64_t i) {
  const float scale = axis.scale();
  float at = static_cast<float>(i) * scale;
  if (axis.half_pixel_centers && !axis.align_corners) {
    at += 0.5f * scale - 0.5f;
    at = std::min(std::max(at, 0.0f), static_cast<float>(axis.in - 1));
  }
  const auto lower = static_cast<std::int64_t>(at);
  return {axis.clamped(lower), axis.clamped(lower + 1), at - static_cast<float>(lower)};
}

std::int64_t nearest(const Axis& axis, std::int64_t i, bool fixed_point) {
  if (fixed_point && !axis.align_corners && !axis.half_pixel_centers) {
    const std::int64_t step = (axis.in << 16) / axis.out + 1;
    return i * step >> 16;
  }
  const float at = (static_cast<float>(i) + (axis.half_pixel_centers ? 0.5f : 0.0f)) * axis.scale();
  return static_cast<std::int64_t>(axis.align_corners ? std::round(at) : std::floor(at));
}

struct Problem {
  Axis axis[2];  // rows, columns
  DType dtype;
  Kernels kernels;
};

// W: weights of the table; of(sample): those of both neighbours.
template <class W, class At, class Of>
void set_pairs(PlanSpec& spec, const Problem& problem, At at, Of of) {
  for (int i = 0; i < 2; ++i) {
    const Axis& axis = problem.axis[i];
    spec.axis[i] = pair_axis<W>(axis.in, axis.out, [&](std::int64_t output) {
      const auto sample = at(axis, output);
      const auto [first, second] = of(sample.fraction);
      return Pair<W>{sample.lower, sample.upper, static_cast<W>(first), static_cast<W>(second)};
    });
  }
}
constexpr auto kFloatPair = [](float t) { return std::pair{1.0f - t, t}; };

// All integers: products are exact, and the one rounding is the last.
void set_integer_sums(PlanSpec& spec, Number number, double start, Finish finish) {
  spec.form = Form::ordered;
  spec.order = Order::columns_first;
  spec.sums.number = number;
  for (OrderedSums::Pass& pass : spec.sums.pass) pass.start = 0;
  spec.sums.pass[0].start = start;
  if (spec.output_dtype == DType::uint8) finish.low = 0, finish.high = 255;
  if (spec.output_dtype == DType::int8) finish.low = -128, finish.high = 127;
  if (spec.output_dtype == DType::int16) finish.low = -32768, finish.high = 32767;
  spec.sums.pass[0].finish = finish;
}

AxisTable lerp_axis(const Axis& axis) {
  AxisTable table;
  table.kind = AxisTable::Kind::lerp;
  table.src_len = axis.in;
  table.dst_len = axis.out;
  for (std::int64_t i = 0; i < axis.out; ++i) {
    const Sample<float> sample = clamped_centre(axis, i);
    table.first.push_back(static_cast<std::int32_t>(sample.lower));
    table.second.push_back(static_cast<std::int32_t>(sample.upper));
    table.weights.push_back(sample.fraction);
  }
  return table;
}

void set_xnnpack(PlanSpec& spec, const Problem& problem) {
  if (problem.dtype == DType::float32) {
    // a + (b - a) t with subnormals flushed: TensorFlow's arithmetic.
    spec.form = Form::separable;
    for (int i = 0; i < 2; ++i) spec.axis[i] = lerp_axis(problem.axis[i]);
    return;
  }
  constexpr int kBits = 11;
  set_pairs<std::int32_t>(spec, problem, clamped_centre, [](float t) {
    const auto weight =
        static_cast<std::int32_t>(std::nearbyint(t * static_cast<float>(1 << kBits)));
    return std::pair{(1 << kBits) - weight, weight};
  });
  set_integer_sums(spec, Number::int32, 1 << (2 * kBits - 1),
                   {Finish::Kind::shift, 2 * kBits, 0, 0});
}

bool is_twice(const Problem& problem) {
  const auto twice = [](const Axis& axis) {
    return axis.out == 2 * axis.in && !axis.align_corners && !axis.half_pixel_centers;
  };
  return twice(problem.axis[0]) && twice(problem.axis[1]);
}

void set_bilinear(PlanSpec& spec, const Problem& problem) {
  if (problem.kernels == Kernels::xnnpack && problem.dtype != DType::int16) {
    return set_xnnpack(spec, problem);
  }
  if (problem.dtype == DType::int8 || problem.dtype == DType::int16) {
    set_pairs<std::int64_t>(spec, problem, fixed,
                            [](std::int64_t t) { return std::pair{1024 - t, t}; });
    return set_integer_sums(spec, Number::int64, 0, {Finish::Kind::away_shift, 20, 0, 0});
  }
  spec.form = Form::corners;
  set_pairs<float>(spec, problem, centred, kFloatPair);
  spec.corners.start = 0;
  if (problem.kernels == Kernels::reference) {
    spec.corners.order = CornerOrder::factors;
  } else if (is_twice(problem)) {
    spec.corners.order = CornerOrder::means;
  }
  if (problem.dtype == DType::uint8) spec.corners.finish = {Finish::Kind::half_up, 0, 0, 0};
}

Problem problem_of(const PlanSpec& spec, const ResizeOptions& options) {
  const auto axis = [&](int i) {
    const int at = spec.spatial_axis[i];
    return Axis{spec.input_shape[at], spec.output_shape[at], options.align_corners,
                options.half_pixel_centers};
  };
  return {{axis(0), axis(1)}, spec.input_dtype, options.kernels};
}

PlanSpec outlined_images(const char* speaker, const char* method, const Shape& shape, DType dtype,
                         const Size& size, const ResizeOptions& options) {
  PlanSpec spec = outlined({speaker,
                            concat(method, ", ", litert::name_of(options.kernels), " kernels"),
                            shape,
                            dtype,
                            {1, 2},
                            {size[0], size[size.rank() == 1 ? 0 : 1]},
                            3});
  require_addressable(spec);
  require_room(spec, 2);
  return spec;
}

resample::Plan bilinear_plan(const Shape& shape, DType dtype, const Size& size,
                             const ResizeOptions& options) {
  check_bilinear(shape, dtype, size, options);
  resample::PlanSpec spec =
      outlined_images(kBilinear, "RESIZE_BILINEAR", shape, dtype, size, options);
  set_bilinear(spec, problem_of(spec, options));
  return dialect::made(std::move(spec));
}

resample::Plan nearest_plan(const Shape& shape, DType dtype, const Size& size,
                            const ResizeOptions& options) {
  check_nearest(shape, dtype, size, options);
  resample::PlanSpec spec =
      outlined_images(kNearest, "RESIZE_NEAREST_NEIGHBOR", shape, dtype, size, options);
  const Problem problem = problem_of(spec, options);
  // Bytes have kernels of their own.
  const bool fixed_point = size_of(dtype) == 1 && options.kernels != Kernels::reference;
  for (int i = 0; i < 2; ++i) {
    const Axis& axis = problem.axis[i];
    spec.axis[i] = dialect::copy_axis(
        axis.in, axis.out, [&](std::int64_t output) { return nearest(axis, output, fixed_point); });
  }
  return dialect::made(std::move(spec));
}

}  // namespace
}  // namespace litert_dialect

namespace litert {

resample::Plan plan_resize_bilinear(const Shape& shape, DType dtype, const Size& size,
                                    const ResizeOptions& options) {
  const PlanKey key(litert_dialect::kBilinear, shape, dtype, size, options.align_corners,
                    options.half_pixel_centers, options.kernels);
  return PlanCache::get(key,
                        [&] { return litert_dialect::bilinear_plan(shape, dtype, size, options); });
}

Tensor resize_bilinear(const ConstTensorView& images, const Size& size,
                       const ResizeOptions& options) {
  return dialect::run(plan_resize_bilinear(images.shape(), images.dtype(), size, options), images);
}

void resize_bilinear(const ConstTensorView& images, const Size& size, const ResizeOptions& options,
                     const TensorView& out) {
  plan_resize_bilinear(images.shape(), images.dtype(), size, options).run(images, out);
}

resample::Plan plan_resize_nearest_neighbor(const Shape& shape, DType dtype, const Size& size,
                                            const ResizeOptions& options) {
  const PlanKey key(litert_dialect::kNearest, shape, dtype, size, options.align_corners,
                    options.half_pixel_centers, options.kernels);
  return PlanCache::get(key,
                        [&] { return litert_dialect::nearest_plan(shape, dtype, size, options); });
}

Tensor resize_nearest_neighbor(const ConstTensorView& images, const Size& size,
                               const ResizeOptions& options) {
  return dialect::run(plan_resize_nearest_neighbor(images.shape(), images.dtype(), size, options),
                      images);
}

void resize_nearest_neighbor(const ConstTensorView& images, const Size& size,
                             const ResizeOptions& options, const TensorView& out) {
  plan_resize_nearest_neighbor(images.shape(), images.dtype(), size, options).run(images, out);
}

}  // namespace litert
}  // namespace halfpixel
