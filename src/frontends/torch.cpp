// torch.nn.functional.interpolate: which of PyTorch's kernels a call runs.
#include <algorithm>
#include <string>
#include <utility>

#include "frontends/dialect.hpp"
#include "frontends/plan_cache.hpp"
#include "frontends/torch_call.hpp"

namespace halfpixel::torch::nn::functional {
namespace {

using namespace torch_dialect;
using dialect::CornerOrder;
using dialect::Finish;
using dialect::Form;
using dialect::Number;
using dialect::PlanSpec;
using dialect::SumOrder;

// PyTorch's rules for images and volumes.
Family family_of(const Call& call, std::int64_t channels) {
  if (call.sides.size() == 3)
    return call.channels_last && channels > 3 ? Family::channels_last : Family::generic;
  if (call.sides.size() != 2) return Family::generic;
  const bool small = call.sides[0].out + call.sides[1].out <= 128;
  const bool three = call.mode == Mode::bilinear && channels == 3;  // with one thread
  return (call.channels_last && channels > 3) || small || three ? Family::channels_last
                                                                : Family::generic;
}

Number number_of(DType dtype) {
  return dtype == DType::float64 ? Number::float64 : Number::float32;
}

PlanSpec outline_of(const Shape& shape, DType dtype, const Call& call, std::string_view who) {
  dialect::Outline outline{
      std::string(who), std::string(name_of(call.mode)), shape, dtype, {}, {}, 1};
  if (call.antialias) outline.method += ", antialias";
  for (std::size_t i = 0; i < call.sides.size(); ++i) {
    outline.spatial_axes.push_back(static_cast<int>(i) + 2);
  }
  outline.size = call.size();
  PlanSpec spec = dialect::outlined(outline);
  dialect::require_addressable(spec);
  dialect::require_room(spec, 7);
  return spec;
}

// Channels of one of PyTorch's vectors of 32 bytes; 16-bit types are taken two vectors at a time.
std::int64_t vector_channels(DType dtype) {
  if (size_of(dtype) == 2) return 16;
  return dtype == DType::float64 ? 4 : 8;
}

void set_corners(PlanSpec& spec, const Call& call, DType dtype) {
  spec.form = Form::corners;
  spec.sums.number = number_of(dtype);
  const bool narrow = size_of(dtype) == 2;
  spec.corners.order = narrow ? CornerOrder::all_fused : CornerOrder::right_fused;
  spec.corners.rest = CornerOrder::left_fused;
  spec.corners.multiple = vector_channels(dtype);
  for (std::size_t i = 0; i < call.sides.size(); ++i) {
    // Of volumes the columns' coordinates are not fused; weights are float32 all the same.
    const bool fused = i < 2;
    spec.axis[static_cast<std::int64_t>(i)] =
        linear_axis(call.sides[i], fused ? Family::channels_last : Family::generic,
                    fused || !narrow ? dtype : DType::float32);
  }
}

void set_ordered(PlanSpec& spec, const Call& call, DType dtype) {
  spec.form = Form::ordered;
  spec.sums.number = number_of(dtype);
  for (std::size_t i = 0; i < call.sides.size(); ++i) {
    const Sides& sides = call.sides[i];
    const auto at = static_cast<std::int64_t>(i);
    spec.sums.pass[at].order = SumOrder::first_pair_fused;
    spec.axis[at] = call.mode == Mode::bicubic ? cubic_axis(sides, dtype)
                                               : linear_axis(sides, Family::generic, dtype);
  }
}

Filter filter_of(Mode mode) {
  return mode == Mode::bilinear  ? Filter::triangle
         : mode == Mode::bicubic ? Filter::cubic
                                 : Filter::lanczos;
}

// Axes of equal size are left as they are.
void set_antialias(PlanSpec& spec, const Call& call, DType dtype) {
  spec.form = Form::ordered;
  spec.sums.number = number_of(dtype);
  for (std::size_t i = 0; i < 2; ++i) {
    const Sides& sides = call.sides[i];
    const auto at = static_cast<std::int64_t>(i);
    spec.sums.pass[at].order = SumOrder::fours_then_fused;
    spec.axis[at] = sides.in == sides.out ? dialect::same_axis(sides.in)
                                          : antialias_axis(sides, filter_of(call.mode), dtype);
  }
}

void set_fixed_point(PlanSpec& spec, const Call& call) {
  spec.form = Form::ordered;
  spec.sums.number = Number::int32;
  for (std::size_t i = 0; i < 2; ++i) {
    const Sides& sides = call.sides[i];
    const auto at = static_cast<std::int64_t>(i);
    if (sides.in == sides.out) {
      spec.axis[at] = dialect::same_axis(sides.in);
      continue;
    }
    FixedAxis axis = fixed_axis(sides, filter_of(call.mode), call.antialias);
    spec.axis[at] = std::move(axis.table);
    spec.sums.pass[at].start = static_cast<double>(std::int64_t{1} << (axis.bits - 1));
    spec.sums.pass[at].finish = {Finish::Kind::shift, axis.bits, 0, 255};
  }
}

void set_pooling(PlanSpec& spec, const Call& call, DType dtype) {
  spec.form = Form::cells;
  spec.sums.number = number_of(dtype);
  spec.cells.start = 0;
  spec.cells.finish.kind = kernels::CellFinish::Kind::divided;
  // Volumes are made contiguous first.
  if (call.channels_last && call.sides.size() == 2)
    spec.cells.at_once_multiple = vector_channels(dtype);
  for (std::size_t i = 0; i < call.sides.size(); ++i)
    spec.axis[static_cast<std::int64_t>(i)] = pooling_axis(call.sides[i]);
}

PlanSpec forward_spec(const Shape& shape, DType dtype, const Call& call, std::string_view who) {
  PlanSpec spec = outline_of(shape, dtype, call, who);
  const Family family = family_of(call, shape[1]);
  if (call.is_empty()) {
    dialect::set_identity(spec);
    return spec;
  }
  bool same = true;
  for (const Sides& sides : call.sides) same = same && sides.in == sides.out;
  switch (call.mode) {
    case Mode::nearest:
    case Mode::nearest_exact:
      for (std::size_t i = 0; i < call.sides.size(); ++i) {
        spec.axis[static_cast<std::int64_t>(i)] =
            nearest_axis(call.sides[i], call.mode == Mode::nearest_exact, family, dtype);
      }
      return spec;
    case Mode::area:
      set_pooling(spec, call, dtype);
      return spec;
    default:
      break;
  }
  if (call.antialias || dtype == DType::uint8) {
    if (same)
      dialect::set_identity(spec);
    else if (dtype == DType::uint8)
      set_fixed_point(spec, call);
    else
      set_antialias(spec, call, dtype);
  } else if ((call.mode == Mode::bilinear || call.mode == Mode::trilinear) &&
             family == Family::channels_last) {
    set_corners(spec, call, dtype);
  } else {
    set_ordered(spec, call, dtype);
  }
  return spec;
}

// Images alone: others have sums in an order of their own.
void require_gradient(const Shape& input, const Shape& dy, DType dtype, const Call& call) {
  if (dtype != DType::float32 && dtype != DType::float64)
    refuse_dtype("gradients are those of float32 and float64; got dtype ", dtype);
  if (input.rank() != 4) refuse_dtype("the gradient is that of (N, C, H, W); got shape ", input);
  Shape wanted = input;
  for (int i = 0; i < 2; ++i) wanted[2 + i] = call.sides[static_cast<std::size_t>(i)].out;
  if (call.is_empty()) {
    refuse("Expected grad_output to have non-zero size for non-batch dimensions, but dy has shape ",
           dy);
  }
  if (dy != wanted) refuse("dy must have the shape of the result, ", wanted, "; got shape ", dy);
}

// The transposed tables, in double: PyTorch's own order is not known. One pass per axis.
void set_transposed(PlanSpec& spec, const Call& call) {
  spec.form = Form::ordered;
  spec.sums.number = Number::float64;
  for (std::size_t i = 0; i < 2; ++i) {
    const Sides& sides = call.sides[i];
    const auto at = static_cast<std::int64_t>(i);
    const bool same = sides.in == sides.out && call.antialias;
    AxisTable table = same             ? dialect::same_axis(sides.in)
                      : call.antialias ? antialias_axis(sides, filter_of(call.mode), DType::float32)
                      : call.mode == Mode::area ? pooling_axis(sides)
                      : call.mode == Mode::bicubic
                          ? cubic_axis(sides, DType::float32)
                          : linear_axis(sides, Family::channels_last, DType::float32);
    if (call.mode == Mode::area) weigh_evenly(table);
    if (!same) table = resample::transpose(table);
    table.doubles.assign(table.weights.begin(), table.weights.end());
    spec.axis[at] = std::move(table);
    spec.sums.pass[at].start = 0;
  }
}

void set_gathered(PlanSpec& spec, const Call& call, DType dtype) {
  spec.form = Form::gather;
  spec.product_dtype = spec.accumulate_dtype = dtype;
  spec.flushes = false;
  spec.fuses = call.mode == Mode::bilinear;
  for (std::size_t i = 0; i < 2; ++i) {
    const Sides& sides = call.sides[i];
    const bool exact = call.mode == Mode::nearest_exact;
    spec.gather[static_cast<std::int64_t>(i)] = resample::gather_of(
        call.mode == Mode::bilinear ? linear_axis(sides, Family::channels_last, dtype)
                                    : nearest_axis(sides, exact, Family::channels_last, dtype));
  }
}

resample::Plan gradient_plan(const Shape& dy_shape, DType dtype, const Shape& input_shape,
                             const InterpolateOptions& options) {
  const Call call = call_of(input_shape, dtype, options);
  require_gradient(input_shape, dy_shape, dtype, call);
  PlanSpec spec = outline_of(input_shape, dtype, call, kWho);
  spec.speaker += "_gradient";
  spec.method += ", gradient";
  std::swap(spec.input_shape, spec.output_shape);
  const bool nearest = call.mode == Mode::nearest || call.mode == Mode::nearest_exact;
  const bool fused = call.mode == Mode::bilinear && !call.antialias && dtype == DType::float32;
  if (nearest || fused)
    set_gathered(spec, call, dtype);
  else
    set_transposed(spec, call);
  return dialect::made(std::move(spec));
}

constexpr std::string_view kGradient = "torch.nn.functional.interpolate_gradient";

template <class... More>
PlanKey key_of(std::string_view who, const Shape& shape, DType dtype,
               const InterpolateOptions& options, const More&... more) {
  return {who,
          shape,
          dtype,
          options.size,
          options.scale_factor,
          options.mode,
          options.align_corners,
          options.recompute_scale_factor,
          options.antialias,
          options.memory_format,
          more...};
}

}  // namespace

resample::Plan plan_interpolate(const Shape& shape, DType dtype,
                                const InterpolateOptions& options) {
  return PlanCache::get(key_of(kWho, shape, dtype, options), [&] {
    return dialect::made(forward_spec(shape, dtype, call_of(shape, dtype, options), kWho));
  });
}

resample::Plan plan_interpolate_gradient(const Shape& dy_shape, DType dtype,
                                         const Shape& input_shape,
                                         const InterpolateOptions& options) {
  return PlanCache::get(key_of(kGradient, dy_shape, dtype, options, input_shape),
                        [&] { return gradient_plan(dy_shape, dtype, input_shape, options); });
}

Tensor interpolate_gradient(const ConstTensorView& dy, const Shape& input_shape,
                            const InterpolateOptions& options) {
  return dialect::run(plan_interpolate_gradient(dy.shape(), dy.dtype(), input_shape, options), dy);
}

Tensor interpolate(const ConstTensorView& x, const InterpolateOptions& options) {
  return dialect::run(plan_interpolate(x.shape(), x.dtype(), options), x);
}

void interpolate(const ConstTensorView& x, const InterpolateOptions& options,
                 const TensorView& out) {
  plan_interpolate(x.shape(), x.dtype(), options).run(x, out);
}

}  // namespace halfpixel::torch::nn::functional
