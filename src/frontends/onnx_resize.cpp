// onnx::resize: what the options of Resize and Upsample mean, as tables. ONNX Runtime has one
// kernel for each way of resizing; which one is decided here.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <halfpixel/onnx.hpp>

#include "core/checked.hpp"
#include "frontends/dialect.hpp"
#include "frontends/onnx_axis.hpp"
#include "frontends/onnx_names.hpp"
#include "frontends/plan_cache.hpp"

namespace halfpixel::onnx {
namespace {

using resample::PlanSpec;

constexpr int kMostSpatial = 3;

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// Which axis the i-th number of the options is about.
int axis_of(const ResizeOptions& options, std::size_t i, int rank) {
  if (options.axes.empty()) return static_cast<int>(i);
  const auto axis = static_cast<int>(options.axes[i]);
  return axis < 0 ? axis + rank : axis;
}

// Whether a policy is about an axis. (ONNX Runtime does not find axes there that are counted from
// the back: with a policy they stay as they are.)
bool is_kept(const ResizeOptions& options, int axis) {
  const auto& axes = options.axes;
  return axes.empty() || std::find(axes.begin(), axes.end(), axis) != axes.end();
}

// One factor for all chosen axes, and lengths rounded half away from zero.
void keep_aspect_ratio(const ResizeOptions& options, std::vector<Axis>& axes) {
  const auto policy = options.keep_aspect_ratio_policy.value_or(KeepAspectRatioPolicy::stretch);
  if (policy == KeepAspectRatioPolicy::stretch) return;
  const bool least = policy == KeepAspectRatioPolicy::not_larger;
  using Limits = std::numeric_limits<float>;
  float common = least ? Limits::max() : Limits::min();
  for (const Axis& axis : axes) {
    if (!is_kept(options, axis.axis)) continue;
    common = least ? std::min(common, axis.scale) : std::max(common, axis.scale);
  }
  for (Axis& axis : axes) {
    if (!is_kept(options, axis.axis)) {
      axis.scale = 1;
      axis.out = axis.in;
      continue;
    }
    axis.scale = common;
    axis.out = static_cast<std::int64_t>(std::round(common * static_cast<float>(axis.in)));
  }
}

void set_sizes(const ResizeOptions& options, std::vector<Axis>& axes) {
  const int rank = static_cast<int>(axes.size());
  for (std::size_t i = 0; i < options.sizes.size(); ++i) {
    axes[at(axis_of(options, i, rank))].out = options.sizes[i];
  }
  for (Axis& axis : axes) {
    if (axis.in == 0 && axis.out != 0) {
      fail(ErrorCode::invalid_argument, "[", speaker_of(options),
           "] sizes: Input dim is zero but required output dim is non-zero. Cannot scale 0 by any "
           "factor to generate a non-zero value. Dimension: ",
           axis.axis, " Input dim value: 0 Output dim value: ", axis.out);
    }
    if (axis.in != 0) axis.scale = static_cast<float>(axis.out) / static_cast<float>(axis.in);
  }
  keep_aspect_ratio(options, axes);
}

void set_scales(const ResizeOptions& options, std::vector<Axis>& axes) {
  const int rank = static_cast<int>(axes.size());
  for (std::size_t i = 0; i < options.scales.size(); ++i) {
    axes[at(axis_of(options, i, rank))].scale = options.scales[i];
  }
  for (Axis& axis : axes) {
    const float length = axis.scale * static_cast<float>(axis.in);
    if (!(length < 0x1p62f)) {
      fail(ErrorCode::invalid_argument, "[", speaker_of(options),
           "] scales make an axis too long; got ", axis.scale, " for ", axis.in);
    }
    axis.out = static_cast<std::int64_t>(std::max(length, 0.0f));
  }
}

void set_roi(const ResizeOptions& options, std::vector<Axis>& axes) {
  if (options.coordinate_transformation_mode != CoordinateTransformationMode::tf_crop_and_resize)
    return;
  const int rank = static_cast<int>(axes.size());
  const std::size_t half = options.roi.size() / 2;
  for (std::size_t i = 0; i < half; ++i) {
    // That of all axes may be given where `axes` are fewer.
    const bool whole = !options.axes.empty() && half != options.axes.size();
    Axis& axis = whole ? axes[i] : axes[at(axis_of(options, i, rank))];
    axis.roi_start = options.roi[i];
    axis.roi_end = options.roi[half + i];
  }
}

std::vector<Axis> axes_of(const Shape& shape, const ResizeOptions& options) {
  const int rank = shape.rank();
  check_options(options, rank);
  std::vector<Axis> axes;
  for (int i = 0; i < rank; ++i) axes.push_back({i, shape[i], shape[i], 1, 0, 1});
  if (options.sizes.empty())
    set_scales(options, axes);
  else
    set_sizes(options, axes);
  std::vector<float> scales;
  for (const Axis& axis : axes) scales.push_back(axis.scale);
  check_scales(options, scales);
  set_roi(options, axes);
  return axes;
}

// What float becomes as an element, as x86 casts.
double extrapolated(float value, DType dtype) {
  if (dtype == DType::float32 || dtype == DType::float16) return value;
  const bool fits = value >= -0x1p31f && value < 0x1p31f;
  const std::int32_t whole =
      fits ? static_cast<std::int32_t>(value) : std::numeric_limits<std::int32_t>::min();
  if (dtype == DType::uint8) return static_cast<std::uint8_t>(whole);
  return dtype == DType::int8 ? static_cast<std::int8_t>(whole) : whole;
}

class Planner {
 public:
  Planner(const Shape& shape, DType dtype, const ResizeOptions& options)
      : options_(options), meaning_(meaning_of(options)), shape_(shape), dtype_(dtype) {
    if (!shape.is_known()) {
      fail(ErrorCode::invalid_argument, "[", speaker_of(options), "] shape must be known; got ",
           shape);
    }
    axes_ = axes_of(shape, options);
    check_dtype(options, dtype);
  }

  // What is to be run one after the other: one plan, but for `nearest` along more than three axes.
  std::vector<PlanSpec> specs() const {
    bool stays = true, empty = false;
    for (const Axis& axis : axes_) {
      stays = stays && axis.in == axis.out;
      empty = empty || axis.out == 0;
    }
    if (stays || empty) return {untouched()};
    if (!uses_antialias_kernel()) check_cubic(options_, dtype_);
    if (meaning_.mode == Mode::nearest) return nearest();
    if (meaning_.antialias || uses_antialias_kernel()) return {antialias()};
    return {meaning_.mode == Mode::linear ? linear() : cubic()};
  }

 private:
  int rank() const { return shape_.rank(); }
  bool is_integer() const { return dtype_ != DType::float32 && dtype_ != DType::float16; }
  bool is_byte() const { return dtype_ == DType::uint8 || dtype_ == DType::int8; }
  // (N, H, W, C): the kernels for it are taken when the second axis changes.
  bool channels_last() const { return rank() == 4 && axes_[1].scale != 1; }
  // Cubic has no other kernel for that layout; it only enlarges.
  bool uses_antialias_kernel() const { return meaning_.mode == Mode::cubic && channels_last(); }

  PlanSpec outlined(const Shape& input, const std::vector<int>& spatial) const {
    std::vector<std::int64_t> size;
    for (const int axis : spatial) size.push_back(axes_[at(axis)].out);
    // The last axis that does not change, where pixels of several numbers would stand.
    int channels = -1;
    for (int axis = 0; axis < rank(); ++axis) {
      if (std::find(spatial.begin(), spatial.end(), axis) == spatial.end()) channels = axis;
    }
    std::string method(name_of(meaning_.mode));
    if (meaning_.antialias) method += " antialias";
    PlanSpec spec = dialect::outlined({std::string(speaker_of(options_)), std::move(method), input,
                                       dtype_, spatial, size, channels});
    dialect::require_addressable(spec);
    dialect::require_room(spec, 5);
    for (int i = 0; i < spec.spatial_rank; ++i) {
      spec.outside[i] = outside(meaning_, axes_[at(spatial[at(i)])]);
    }
    spec.outside_value = extrapolated(meaning_.extrapolation_value, dtype_);
    return spec;
  }

  PlanSpec untouched() const {
    std::vector<int> spatial;
    for (int i = std::max(0, rank() - 2); i < rank(); ++i) spatial.push_back(i);
    PlanSpec spec = outlined(shape_, spatial);
    for (const Axis& axis : axes_) spec.output_shape[axis.axis] = axis.out;
    spec.outside = {};
    dialect::set_identity(spec);
    return spec;
  }

  std::vector<PlanSpec> nearest() const {
    std::vector<int> changing;
    for (const Axis& axis : axes_) {
      if (!axis.stays()) changing.push_back(axis.axis);
    }
    std::vector<PlanSpec> result;
    Shape input = shape_;
    while (!changing.empty()) {  // from the last axes on
      const auto count = std::min<std::size_t>(kMostSpatial, changing.size());
      const std::vector<int> spatial(changing.end() - static_cast<std::ptrdiff_t>(count),
                                     changing.end());
      changing.resize(changing.size() - count);
      PlanSpec spec = outlined(input, spatial);
      spec.form = resample::Form::copy;
      for (std::size_t i = 0; i < count; ++i) {
        spec.axis[static_cast<std::int64_t>(i)] = nearest_axis(meaning_, axes_[at(spatial[i])]);
        resample::find_repetition(spec.axis[static_cast<std::int64_t>(i)]);
      }
      input = spec.output_shape;
      result.push_back(std::move(spec));
    }
    return result;
  }

  // The two or three axes along which sums are made.
  std::vector<int> summed_axes() const {
    switch (rank()) {
      case 2:
        return {0, 1};
      case 3:
        return {0, 1, 2};
      case 4:
        return channels_last() ? std::vector<int>{1, 2} : std::vector<int>{2, 3};
      default:
        return {2, 3, 4};
    }
  }

  PlanSpec linear() const {
    const std::vector<int> spatial = summed_axes();
    PlanSpec spec = outlined(shape_, spatial);
    spec.form = resample::Form::corners;
    const bool fixed = is_byte() && channels_last();
    for (std::size_t i = 0; i < spatial.size(); ++i) {
      const Axis& axis = axes_[at(spatial[i])];
      spec.axis[static_cast<std::int64_t>(i)] =
          fixed ? fixed_axis(meaning_, axis) : linear_axis(meaning_, axis);
    }
    if (fixed) {
      spec.sums.number = dialect::Number::int32;
      spec.corners.start = 0;
      spec.corners.finish = {dialect::Finish::Kind::cut_shift, 20, 0, 0};
    }
    return spec;
  }

  PlanSpec cubic() const {
    const std::vector<int> spatial = summed_axes();
    PlanSpec spec = outlined(shape_, spatial);
    spec.form = resample::Form::ordered;
    const bool divided = meaning_.exclude_outside;
    spec.axis[0] = cubic_axis(meaning_, axes_[at(spatial[0])], divided);
    spec.axis[1] = cubic_axis(meaning_, axes_[at(spatial[1])], false);
    const auto rows = divided ? dialect::SumOrder::divided : dialect::SumOrder::ascending;
    spec.sums.pass[0] = {rows, 0.0, {}};
    spec.sums.pass[1] = {dialect::SumOrder::ascending, 0.0, {}};
    return spec;
  }

  PlanSpec antialias() const {
    const std::vector<int> spatial = summed_axes();
    PlanSpec spec = outlined(shape_, spatial);
    if (channels_last() && spec.has_outside()) {
      // ONNX Runtime fills planes of (N, C, H, W) there, and so other pixels than those outside.
      fail(ErrorCode::unsupported, "[", speaker_of(options_),
           "] roi must lie inside of the image for tf_crop_and_resize of (N, H, W, C) with ",
           meaning_.antialias ? "antialias" : "mode cubic",
           ", where extrapolation is wrong in ONNX Runtime 1.32; got positions outside");
    }
    spec.form = resample::Form::ordered;
    resample::OrderedSums::Pass pass{dialect::SumOrder::ascending, 0.0, {}};
    if (is_byte()) {
      spec.sums.number = dialect::Number::int32;
      const auto kind = dtype_ == DType::int8 ? dialect::Finish::Kind::wrapped_shift
                                              : dialect::Finish::Kind::shift;
      pass = {pass.order, 0x1p21, {kind, 22, 0, 255}};
    } else if (is_integer()) {
      pass.finish.kind = dialect::Finish::Kind::away;
    }
    for (std::size_t i = 0; i < spatial.size(); ++i) {
      const auto s = static_cast<std::int64_t>(i);
      spec.axis[s] = antialias_axis(meaning_, axes_[at(spatial[i])], is_byte());
      spec.sums.pass[s] = pass;
    }
    return spec;
  }

  const ResizeOptions& options_;
  Meaning meaning_;
  Shape shape_;
  DType dtype_;
  std::vector<Axis> axes_;
};

std::vector<resample::Plan> plans_of(const Shape& shape, DType dtype,
                                     const ResizeOptions& options) {
  const PlanKey key(speaker_of(options), shape, dtype, options.sizes, options.scales, options.mode,
                    options.coordinate_transformation_mode, options.nearest_mode,
                    options.cubic_coeff_a, options.exclude_outside, options.extrapolation_value,
                    options.antialias, options.axes, options.keep_aspect_ratio_policy, options.roi,
                    options.opset);
  return PlanCache::get_all(key,
                            [&] { return dialect::made(Planner(shape, dtype, options).specs()); });
}

}  // namespace

Tensor resize(const ConstTensorView& x, const ResizeOptions& options) {
  return dialect::run(plans_of(x.shape(), x.dtype(), options), x);
}

void resize(const ConstTensorView& x, const ResizeOptions& options, const TensorView& out) {
  dialect::run(plans_of(x.shape(), x.dtype(), options), x, out);
}

resample::Plan plan_resize(const Shape& shape, DType dtype, const ResizeOptions& options) {
  std::vector<resample::Plan> plans = plans_of(shape, dtype, options);
  dialect::require_single(speaker_of(options), plans);
  return plans.front();
}

Shape resized_shape(const Shape& shape, const ResizeOptions& options) {
  if (!shape.is_known()) {
    fail(ErrorCode::invalid_argument, "[", speaker_of(options), "] shape must be known; got ",
         shape);
  }
  Shape result = shape;
  for (const Axis& axis : axes_of(shape, options)) result[axis.axis] = axis.out;
  return result;
}

}  // namespace halfpixel::onnx
