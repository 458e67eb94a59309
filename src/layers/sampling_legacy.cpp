// tf_keras' UpSampling2D and Resizing know three interpolations more than Keras 3: area, gaussian
// and mitchellcubic. They are tf.image.resize of the same names. Standalone Keras 2's bilinear is
// tf.compat.v1.image.resize_bilinear.
#include <algorithm>
#include <cmath>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/resample.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/transpose.hpp"
#include "graph/ops/unary.hpp"
#include "layers/sampling.hpp"

namespace halfpixel::keras {
namespace {

class LegacyInterpolation final : public LayerImpl {
 public:
  LegacyInterpolation(std::string_view class_name, const ConfigReader& reader,
                      std::vector<std::int64_t> size, bool crops = false)
      : LayerImpl(std::string(class_name), reader.name(), reader.dtype(), reader.trainable()),
        interpolation_(reader.text("interpolation", "")),
        format_(*reader.data_format()),
        size_(std::move(size)),
        multiplies_(class_name == "UpSampling2D"),
        crops_(crops),
        rounds_(class_name == "Resizing" && !reader.boolean(kFloatsKey, false)),
        old_bilinear_(interpolation_ == "bilinear") {
    for (const std::int64_t n : size_) {
      if (n < 1 || n > INT32_MAX) refuse("size must be positive; got ", n);
    }
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    ValueId x = inputs[0];
    require_rank(builder.spec(x), 4);
    const bool first = format_ == DataFormat::channels_first;
    if (first) x = builder.add1(graph::make_to_channels_last(4), {x});
    const Shape& shape = builder.shape(x);
    graph::OpPtr op;
    if (crops_ && shape[1] != kUnknown && shape[2] != kUnknown) x = cropped(builder, x);
    if (!multiplies_) {
      op = resize(size_[0], size_[1]);
    } else if (shape[1] == kUnknown || shape[2] == kUnknown) {
      // Only the shape is asked for, and that is the same for every interpolation.
      op = graph::make_up_sampling({.size = {size_[0], size_[1]}});
    } else {
      op = resize(checked_multiply(shape[1], size_[0], "height"),
                  checked_multiply(shape[2], size_[1], "width"));
    }
    const DType dtype = builder.spec(x).dtype;
    x = builder.add1(op, {x});
    if (rounds_ && is_integer(dtype)) x = rounded_to(builder, x, dtype);
    return {first ? builder.add1(graph::make_to_channels_first(4), {x}) : x};
  }

  void add_config(Config& config) const override {
    if (old_bilinear_) {
      fail(ErrorCode::unsupported, "[", class_name(), " '", name(), "'] Keras 3 has no operation ",
           "for bilinear without half-pixel centres, so that a model with it cannot be saved");
    }
    if (multiplies_) {
      config.set("size", Config::List{size_[0], size_[1]});
    } else {
      config.set("height", size_[0]);
      config.set("width", size_[1]);
      config.set("crop_to_aspect_ratio", crops_);
    }
    config.set("data_format", name_of(format_));
    config.set("interpolation", interpolation_);
  }

 private:
  graph::OpPtr resize(std::int64_t height, std::int64_t width) const {
    graph::TfResize options;
    options.size = {height, width};
    options.v1 = old_bilinear_;
    options.method = tf::image::to_resize_method(interpolation_);
    return graph::make_tf_resize(options);
  }

  // Keras 3's Resizing gives integers of integers; its limit is the float32 below the dtype's own.
  static ValueId rounded_to(Builder& builder, ValueId x, DType dtype) {
    x = builder.add1(graph::make_unary(graph::Function::round), {x});
    if (dtype == DType::int32 || dtype == DType::int64) {
      const float limit = dtype == DType::int32 ? 0x1p31F : 0x1p63F;
      x = builder.add1(graph::make_unary({graph::Function::clip,
                                          {.low = -limit, .high = std::nextafter(limit, 0.0F)}}),
                       {x});
    }
    return builder.add1(graph::make_cast(dtype), {x});
  }

  // The largest window in the middle that has the aspect ratio; tf_keras computes it in float32.
  ValueId cropped(Builder& builder, ValueId x) const {
    const Shape shape = builder.shape(x);
    const auto window = [&](int axis, std::int64_t target, std::int64_t across,
                            std::int64_t across_target) {
      const float wanted =
          static_cast<float>(checked_multiply(across, target, "crop_to_aspect_ratio")) /
          static_cast<float>(across_target);
      const std::int64_t extent = std::min(shape[axis], static_cast<std::int64_t>(wanted));
      const auto begin = static_cast<std::int64_t>(static_cast<float>(shape[axis] - extent) / 2);
      return graph::SliceRange{axis, begin, begin + extent};
    };
    return builder.add1(graph::make_slice({window(1, size_[0], shape[2], size_[1]),
                                           window(2, size_[1], shape[1], size_[0])}),
                        {x});
  }

  std::string interpolation_;
  DataFormat format_;
  std::vector<std::int64_t> size_;
  bool multiplies_;
  bool crops_;
  bool rounds_;
  bool old_bilinear_;
};

}  // namespace

LayerPtr make_keras2_up_sampling(const Config& config) {
  const ConfigReader reader("UpSampling2D", config);
  if (reader.text("interpolation", "") != "bilinear") return nullptr;
  return std::make_shared<LegacyInterpolation>("UpSampling2D", reader,
                                               reader.integers("size", 2, {2, 2}));
}

LayerPtr make_legacy_interpolation(std::string_view class_name, const ConfigReader& reader) {
  const std::string name = reader.text("interpolation", "");
  if (name != "area" && name != "gaussian" && name != "mitchellcubic") return nullptr;
  if (class_name == "UpSampling2D") {
    return std::make_shared<LegacyInterpolation>(class_name, reader,
                                                 reader.integers("size", 2, {2, 2}));
  }
  for (const char* key : {"height", "width"}) reader.require_not_none(key, "an integer");
  for (const char* key : {"pad_to_aspect_ratio", "antialias"}) {
    if (reader.boolean(key, false)) reader.refuse(key, "false with interpolation " + name);
  }
  return std::make_shared<LegacyInterpolation>(
      class_name, reader, std::vector{reader.integer("height", 0), reader.integer("width", 0)},
      reader.boolean("crop_to_aspect_ratio", false));
}

}  // namespace halfpixel::keras
