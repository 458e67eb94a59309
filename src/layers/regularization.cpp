// Layers that act during training alone: at inference they are their input.
#include <array>
#include <optional>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/regularization.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/cast.hpp"
#include "layers/sampling.hpp"
#include "model/layer_impl.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

class TrainingOnlyImpl final : public LayerImpl {
 public:
  // keys: the layer's own, kept for saving. casts: integers become floating, as in Keras.
  TrainingOnlyImpl(std::string class_name, Config keys, bool casts, std::string name,
                   DTypePolicy policy, bool trainable)
      : LayerImpl(std::move(class_name), std::move(name), std::move(policy), trainable),
        keys_(std::move(keys)),
        casts_(casts) {}
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    if (!casts_ || builder.spec(inputs[0]).dtype == DType::float32) return {inputs[0]};
    return {builder.add1(graph::make_cast(DType::float32), {inputs[0]})};
  }
  void add_config(Config& config) const override {
    for (const auto& [key, value] : keys_.items()) config.set(key, value);
  }
  // Their constructors in Keras do not know the argument.
  bool writes_trainable() const override { return class_name().rfind("SpatialDropout", 0) != 0; }

 private:
  Config keys_;
  bool casts_;
};

// Without what tf_keras alone writes: Keras 3 refuses arguments that it does not know.
Config own_keys(std::string_view class_name, const Config& config) {
  Config keys;
  const bool spatial = class_name.starts_with("SpatialDropout");
  for (const auto& [key, value] : config.items()) {
    if (key == "name" || key == "trainable" || key == "dtype" || key == "rng_type") continue;
    if (spatial && key == "noise_shape") continue;
    keys.set(key, value);
  }
  return keys;
}

// The class name is a template argument, so that each row is a plain function.
template <const char* kName, bool kCasts>
LayerPtr from_config(const Config& config) {
  const ConfigReader r(kName, config);
  return std::make_shared<TrainingOnlyImpl>(kName, own_keys(kName, config), kCasts, r.name(),
                                            r.dtype(), r.trainable());
}

// tf_keras' RandomCrop, told by the missing data_format, resizes at inference; Keras 3's does
// nothing.
LayerPtr random_crop(const Config& config) {
  const ConfigReader r("RandomCrop", config);
  if (config.find("data_format") != nullptr) {
    return std::make_shared<TrainingOnlyImpl>("RandomCrop", own_keys("RandomCrop", config), false,
                                              r.name(), r.dtype(), r.trainable());
  }
  return make_resizing_layer(layers::Resizing({.height = r.integer("height", 0),
                                               .width = r.integer("width", 0),
                                               .crop_to_aspect_ratio = true,
                                               .data_format = DataFormat::channels_last,
                                               .name = r.name(),
                                               .dtype = r.dtype(),
                                               .trainable = r.trainable()}));
}

Config::Value seed_value(const std::optional<std::int64_t>& seed) {
  return seed ? Config::Value(*seed) : Config::Value();
}

LayerPtr make_dropout(const char* class_name, const layers::DropoutOptions& o) {
  if (!(o.rate >= 0.0 && o.rate <= 1.0)) {
    fail(ErrorCode::invalid_argument, "[", class_name,
         "] Invalid value received for argument `rate`. Expected a float"
         " value between 0 and 1; got rate=",
         o.rate);
  }
  const std::string_view name = class_name;
  Config keys;
  keys.set("rate", o.rate);
  keys.set("seed", seed_value(o.seed));
  if (name == "Dropout" || name == "AlphaDropout") keys.set("noise_shape", nullptr);
  if (name == "SpatialDropout2D" || name == "SpatialDropout3D")
    keys.set("data_format", "channels_last");
  return std::make_shared<TrainingOnlyImpl>(class_name, std::move(keys), false, o.name, o.dtype,
                                            o.trainable);
}

LayerPtr make_gaussian_noise(const layers::GaussianNoiseOptions& o) {
  if (!(o.stddev >= 0.0)) {
    fail(ErrorCode::invalid_argument,
         "[GaussianNoise] stddev must not be negative; got stddev=", o.stddev);
  }
  Config keys;
  keys.set("stddev", o.stddev);
  keys.set("seed", seed_value(o.seed));
  return std::make_shared<TrainingOnlyImpl>("GaussianNoise", std::move(keys), false, o.name,
                                            o.dtype, o.trainable);
}

LayerPtr make_activity_regularization(const layers::ActivityRegularizationOptions& o) {
  Config keys;
  keys.set("l1", o.l1);
  keys.set("l2", o.l2);
  return std::make_shared<TrainingOnlyImpl>("ActivityRegularization", std::move(keys), false,
                                            o.name, o.dtype, o.trainable);
}

}  // namespace

namespace layers {
Dropout::Dropout(const DropoutOptions& o) : GraphLayer(make_dropout("Dropout", o)) {}
AlphaDropout::AlphaDropout(const DropoutOptions& o) : GraphLayer(make_dropout("AlphaDropout", o)) {}
GaussianDropout::GaussianDropout(const DropoutOptions& o)
    : GraphLayer(make_dropout("GaussianDropout", o)) {}
SpatialDropout1D::SpatialDropout1D(const DropoutOptions& o)
    : GraphLayer(make_dropout("SpatialDropout1D", o)) {}
SpatialDropout2D::SpatialDropout2D(const DropoutOptions& o)
    : GraphLayer(make_dropout("SpatialDropout2D", o)) {}
SpatialDropout3D::SpatialDropout3D(const DropoutOptions& o)
    : GraphLayer(make_dropout("SpatialDropout3D", o)) {}
GaussianNoise::GaussianNoise(const GaussianNoiseOptions& o) : GraphLayer(make_gaussian_noise(o)) {}
ActivityRegularization::ActivityRegularization(const ActivityRegularizationOptions& o)
    : GraphLayer(make_activity_regularization(o)) {}
}  // namespace layers

namespace {
#define HALFPIXEL_NAME(name) constexpr char k##name[] = #name
HALFPIXEL_NAME(Dropout);
HALFPIXEL_NAME(SpatialDropout1D);
HALFPIXEL_NAME(SpatialDropout2D);
HALFPIXEL_NAME(SpatialDropout3D);
HALFPIXEL_NAME(AlphaDropout);
HALFPIXEL_NAME(GaussianDropout);
HALFPIXEL_NAME(GaussianNoise);
HALFPIXEL_NAME(ActivityRegularization);
HALFPIXEL_NAME(RandomFlip);
HALFPIXEL_NAME(RandomRotation);
HALFPIXEL_NAME(RandomZoom);
HALFPIXEL_NAME(RandomTranslation);
HALFPIXEL_NAME(RandomShear);
HALFPIXEL_NAME(RandomPerspective);
HALFPIXEL_NAME(RandomElasticTransform);
HALFPIXEL_NAME(RandomContrast);
HALFPIXEL_NAME(RandomBrightness);
HALFPIXEL_NAME(RandomErasing);
HALFPIXEL_NAME(RandomGrayscale);
HALFPIXEL_NAME(RandomHue);
HALFPIXEL_NAME(RandomInvert);
HALFPIXEL_NAME(RandomPosterization);
HALFPIXEL_NAME(RandomSaturation);
HALFPIXEL_NAME(RandomSharpness);
HALFPIXEL_NAME(RandomGaussianBlur);
HALFPIXEL_NAME(RandomColorJitter);
HALFPIXEL_NAME(RandomColorDegeneration);
HALFPIXEL_NAME(RandomHeight);
HALFPIXEL_NAME(RandomWidth);
HALFPIXEL_NAME(MixUp);
HALFPIXEL_NAME(CutMix);
HALFPIXEL_NAME(AugMix);
HALFPIXEL_NAME(RandAugment);
#undef HALFPIXEL_NAME
}  // namespace

std::span<const LayerRow> training_only_rows() {
  static constexpr std::array kRows = {
      LayerRow{kDropout, from_config<kDropout, false>},
      LayerRow{kSpatialDropout1D, from_config<kSpatialDropout1D, false>},
      LayerRow{kSpatialDropout2D, from_config<kSpatialDropout2D, false>},
      LayerRow{kSpatialDropout3D, from_config<kSpatialDropout3D, false>},
      LayerRow{kAlphaDropout, from_config<kAlphaDropout, false>},
      LayerRow{kGaussianDropout, from_config<kGaussianDropout, false>},
      LayerRow{kGaussianNoise, from_config<kGaussianNoise, false>},
      LayerRow{kActivityRegularization, from_config<kActivityRegularization, false>},
      LayerRow{kRandomFlip, from_config<kRandomFlip, true>},
      LayerRow{kRandomRotation, from_config<kRandomRotation, true>},
      LayerRow{kRandomZoom, from_config<kRandomZoom, true>},
      LayerRow{kRandomTranslation, from_config<kRandomTranslation, true>},
      LayerRow{kRandomShear, from_config<kRandomShear, true>},
      LayerRow{kRandomPerspective, from_config<kRandomPerspective, true>},
      LayerRow{kRandomElasticTransform, from_config<kRandomElasticTransform, true>},
      LayerRow{kRandomContrast, from_config<kRandomContrast, false>},
      LayerRow{kRandomBrightness, from_config<kRandomBrightness, false>},
      LayerRow{kRandomErasing, from_config<kRandomErasing, true>},
      LayerRow{kRandomGrayscale, from_config<kRandomGrayscale, false>},
      LayerRow{kRandomHue, from_config<kRandomHue, false>},
      LayerRow{kRandomInvert, from_config<kRandomInvert, false>},
      LayerRow{kRandomPosterization, from_config<kRandomPosterization, false>},
      LayerRow{kRandomSaturation, from_config<kRandomSaturation, false>},
      LayerRow{kRandomSharpness, from_config<kRandomSharpness, true>},
      LayerRow{kRandomGaussianBlur, from_config<kRandomGaussianBlur, true>},
      LayerRow{kRandomColorJitter, from_config<kRandomColorJitter, false>},
      LayerRow{kRandomColorDegeneration, from_config<kRandomColorDegeneration, false>},
      LayerRow{kRandomHeight, from_config<kRandomHeight, true>},
      LayerRow{kRandomWidth, from_config<kRandomWidth, true>},
      LayerRow{kMixUp, from_config<kMixUp, false>},
      LayerRow{kCutMix, from_config<kCutMix, true>},
      LayerRow{kAugMix, from_config<kAugMix, true>},
      LayerRow{kRandAugment, from_config<kRandAugment, true>},
      LayerRow{"RandomCrop", random_crop},
  };
  return kRows;
}

}  // namespace halfpixel::keras
