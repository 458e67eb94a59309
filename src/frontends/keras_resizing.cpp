// Cropping is a smaller view of the input. Padding makes a larger copy, filled and then written in
// the middle by a plan of identities (which also casts). Their sizes are computed as TensorFlow
// computes them: int32 products, float32 quotients, truncation.
#include <halfpixel/keras/resizing.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/checked.hpp"
#include "core/dispatch.hpp"
#include "frontends/keras_config_reader.hpp"
#include "frontends/keras_interpolation.hpp"
#include "frontends/keras_resample.hpp"
#include "frontends/keras_sampling_options.hpp"
#include "frontends/plan_cache.hpp"
#include "frontends/tf_image_method.hpp"

namespace halfpixel::keras::layers {
namespace {

constexpr std::string_view kSpeaker = "Resizing";

// int32(float32(side * target) / float32(other_target)): how long the side would have to be.
std::int64_t matching_side(std::int64_t side, std::int64_t target, std::int64_t other_target) {
  std::int64_t product = 0;
  if (!multiply_overflows(side, target, &product) && product <= kMaxSide) {
    const float quotient = static_cast<float>(product) / static_cast<float>(other_target);
    if (quotient < 2147483648.0f) return static_cast<std::int64_t>(quotient);
  }
  fail(ErrorCode::invalid_argument, "[", kSpeaker,
       "] crop_to_aspect_ratio and pad_to_aspect_ratio need side * target of at most ", kMaxSide,
       "; got side ", side, " and target ", target);
}

std::int64_t half(std::int64_t difference) {
  return static_cast<std::int64_t>(static_cast<float>(difference) / 2.0f);
}

struct Box {
  std::int64_t top, left, height, width;
};

// The middle part of the image that has the target's proportions.
Box crop_box(std::int64_t height, std::int64_t width, const ResizingOptions& to) {
  Box box{};
  box.height =
      std::max<std::int64_t>(std::min(height, matching_side(width, to.height, to.width)), 1);
  box.width =
      std::max<std::int64_t>(std::min(width, matching_side(height, to.width, to.height)), 1);
  box.top = half(height - box.height);
  box.left = half(width - box.width);
  return box;
}

// Where the image stands in the padded one. Both sides get the same number of rows or columns, so
// an odd difference is one short.
Box pad_box(std::int64_t height, std::int64_t width, const ResizingOptions& to) {
  Box box{};
  box.top = half(std::max(height, matching_side(width, to.height, to.width)) - height);
  box.left = half(std::max(width, matching_side(height, to.width, to.height)) - width);
  box.height = height + 2 * box.top;
  box.width = width + 2 * box.left;
  return box;
}

// A rectangle of an image, in the image's own memory.
template <class View, class Pointer>
View sub_view(const View& whole, Pointer data, const Box& box, const tf_image::Axes& axes) {
  Shape shape = whole.shape();
  std::array<std::int64_t, kMaxRank> strides{};
  for (int i = 0; i < shape.rank(); ++i) strides[static_cast<std::size_t>(i)] = whole.stride(i);
  shape[axes.rows()] = box.height;
  shape[axes.columns()] = box.width;
  const std::int64_t offset =
      box.top * whole.stride(axes.rows()) + box.left * whole.stride(axes.columns());
  const auto bytes = static_cast<std::ptrdiff_t>(size_of(whole.dtype()));
  return View(data + offset * bytes, whole.dtype(), shape,
              std::span<const std::int64_t>(strides.data(), shape.size()));
}

resample::Plan copy_plan(const Shape& shape, DType from, DType to, const tf_image::Axes& axes) {
  resample::PlanSpec spec;
  spec.speaker = kSpeaker;
  spec.method = "pad";
  spec.form = resample::Form::copy;
  spec.input_shape = spec.output_shape = shape;
  spec.input_dtype = from;
  spec.cast_dtype = spec.output_dtype = to;
  spec.spatial_rank = axes.spatial_rank;
  spec.spatial_axis = axes.spatial_axis;
  spec.channel_axis = axes.channel_axis;
  for (int i = 0; i < 2; ++i) {
    spec.axis[i] = resample::repeat_axis(shape[axes.spatial_axis[i]], 1);
  }
  return resample::make_plan(std::move(spec));
}

bool holds(DType dtype, double value) {
  if (is_floating(dtype)) return true;
  if (value != std::trunc(value)) return false;
  return dispatch(dtype, [value]<class T>(std::type_identity<T>) {
    if constexpr (std::is_integral_v<T>) {
      using limits = std::numeric_limits<T>;
      // The maximum of 64-bit types rounds up to a power of two, which they do not hold.
      return value >= static_cast<double>(limits::min()) &&
             (value <= static_cast<double>(limits::max()) &&
              std::ldexp(value, -limits::digits) < 1.0);
    } else {
      return true;
    }
  });
}

}  // namespace

Resizing::Resizing(ResizingOptions options)
    : Layer(kSpeaker, options.name, options.dtype, options.trainable),
      options_(std::move(options)) {
  options_.name = name();
  options_.dtype = dtype_policy();
  options_.data_format = standardize_data_format(kSpeaker, options_.data_format);
  if (options_.height <= 0 || options_.width <= 0) {
    fail(ErrorCode::invalid_argument, "[", kSpeaker,
         "] `size` must have positive height and width. Received: size=(", options_.height, ", ",
         options_.width, ")");
  }
  if (options_.height > kMaxSide || options_.width > kMaxSide) {
    fail(ErrorCode::invalid_argument, "[", kSpeaker, "] height and width must be at most ",
         kMaxSide, "; got (", options_.height, ", ", options_.width, ")");
  }
  check_interpolation(kSpeaker, options_.interpolation);
  if (options_.pad_to_aspect_ratio && options_.crop_to_aspect_ratio) {
    fail(ErrorCode::invalid_argument, "[", kSpeaker,
         "] Only one of `pad_to_aspect_ratio` & `crop_to_aspect_ratio` can be `True`. Received: "
         "both");
  }
}

Shape Resizing::compute_output_shape(const Shape& input_shape) const {
  const int rank = input_shape.rank();
  if (rank != 3 && rank != 4) {
    fail(ErrorCode::invalid_argument, "[", kSpeaker,
         "] Expected image tensor to have rank 3 (single image) or 4 (batch of images). Received: "
         "data.shape=",
         input_shape);
  }
  const tf_image::Axes axes = axes_of(rank, 2, *options_.data_format);
  Shape output_shape = input_shape;
  output_shape[axes.rows()] = options_.height;
  output_shape[axes.columns()] = options_.width;
  return output_shape;
}

// The part of the input that is resized (crop), or where the image stands in its padding (pad).
struct Resizing::Source {
  tf_image::Axes axes;
  Box box;
};

// What a call does: first the input is cut or padded, then the plan runs on it.
struct Resizing::Steps {
  Source source;
  resample::Plan plan;
};

Resizing::Source Resizing::source(const Shape& input_shape) const {
  compute_output_shape(input_shape);  // checks the rank
  if (!input_shape.is_known()) {
    fail(ErrorCode::invalid_argument, "[", kSpeaker, "] input shape must be known; got ",
         input_shape);
  }
  const tf_image::Axes axes = axes_of(input_shape.rank(), 2, *options_.data_format);
  const std::int64_t height = input_shape[axes.rows()];
  const std::int64_t width = input_shape[axes.columns()];
  if (height == 0 || width == 0) {
    fail(ErrorCode::invalid_argument, "[", kSpeaker, "] input image must be of non-zero size; got ",
         input_shape);
  }
  if (options_.crop_to_aspect_ratio) return {axes, crop_box(height, width, options_)};
  if (options_.pad_to_aspect_ratio) return {axes, pad_box(height, width, options_)};
  return {axes, {0, 0, height, width}};
}

Resizing::Steps Resizing::steps(const Shape& input_shape, DType dtype) const {
  const Source source = this->source(input_shape);
  const auto& [axes, box] = source;
  if (options_.pad_to_aspect_ratio && !holds(dtype, options_.fill_value)) {
    fail(ErrorCode::invalid_argument, "[", kSpeaker, "] `fill_value` must be a value of ", dtype,
         "; got ", Config::Value(options_.fill_value).json());
  }
  // Padding casts as it copies, so that the fill is of the layer's dtype.
  const DType kept = dtypes_of(dtype, dtype_policy()).kept;
  const bool pads =
      box.height > input_shape[axes.rows()] || box.width > input_shape[axes.columns()];
  tf_image::Images images{input_shape, kept, axes};
  images.shape[axes.rows()] = box.height;
  images.shape[axes.columns()] = box.width;
  const LayerDTypes dtypes{pads ? kept : dtype, kept};
  const PlanKey key(PlanKey::Call::resizing, images.shape, dtypes.input, options_.height,
                    options_.width, options_.interpolation, options_.antialias,
                    *options_.data_format, kept);
  return {
      source, PlanCache::get(key, [&] {
        resample::PlanSpec spec = tf_image::resize_spec(
            images, {options_.height, options_.width},
            tf_image::choose(kSpeaker, resize_method(options_.interpolation), options_.antialias),
            std::string(kSpeaker));
        keep_dtype(spec, dtypes);
        return resample::make_plan(std::move(spec));
      })};
}

resample::Window Resizing::source_window(const Shape& input_shape) const {
  const Box box = source(input_shape).box;
  // A crop begins inside the image; the image begins inside its padding.
  const std::int64_t top = options_.pad_to_aspect_ratio ? -box.top : box.top;
  const std::int64_t left = options_.pad_to_aspect_ratio ? -box.left : box.left;
  return {{top, top + box.height}, {left, left + box.width}};
}

resample::Plan Resizing::plan(const Shape& input_shape, DType dtype) const {
  return steps(input_shape, dtype).plan;
}

void Resizing::run(const Steps& steps, const ConstTensorView& x, const TensorView& out) const {
  const auto& [source, plan] = steps;
  const auto& [axes, box] = source;
  const std::int64_t height = x.shape()[axes.rows()];
  const std::int64_t width = x.shape()[axes.columns()];
  if (box.height > height || box.width > width) {
    Tensor padded = full(plan.input_shape(), options_.fill_value, plan.input_dtype());
    const Box middle{box.top, box.left, height, width};
    copy_plan(x.shape(), x.dtype(), plan.input_dtype(), axes)
        .run(x, sub_view(padded.view(), static_cast<std::byte*>(padded.data()), middle, axes));
    plan.run(padded, out);
  } else if (box.height < height || box.width < width) {
    plan.run(sub_view(x, static_cast<const std::byte*>(x.data()), box, axes), out);
  } else {
    plan.run(x, out);
  }
}

Tensor Resizing::operator()(const ConstTensorView& x) const {
  const Steps steps = this->steps(x.shape(), x.dtype());
  Tensor out(steps.plan.output_shape(), steps.plan.output_dtype());
  run(steps, x, out);
  return out;
}

void Resizing::operator()(const ConstTensorView& x, const TensorView& out) const {
  const Steps steps = this->steps(x.shape(), x.dtype());
  check_out(kSpeaker, steps.plan, x, out);
  run(steps, x, out);
}

Config Resizing::get_config() const {
  Config config = base_config();
  config.set("data_format",
             name_of(*options_.data_format));  // here, because Keras' base layer writes it
  config.set("height", options_.height);
  config.set("width", options_.width);
  config.set("interpolation", name_of(options_.interpolation));
  config.set("crop_to_aspect_ratio", options_.crop_to_aspect_ratio);
  config.set("pad_to_aspect_ratio", options_.pad_to_aspect_ratio);
  config.set("fill_mode", "constant");
  config.set("fill_value", options_.fill_value);
  config.set("antialias", options_.antialias);
  return config;
}

Resizing Resizing::from_config(const Config& config) {
  return deserialize(kSpeaker, config,
                     {"height", "width", "interpolation", "crop_to_aspect_ratio",
                      "pad_to_aspect_ratio", "fill_mode", "fill_value", "antialias", "data_format"},
                     [](const ConfigReader& reader) { return Resizing(resizing_options(reader)); });
}

}  // namespace halfpixel::keras::layers
