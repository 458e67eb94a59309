// Layers that act during training alone: at inference they are their input.
#include <halfpixel/keras/layers/regularization.hpp>

#include <array>
#include <memory>

#include "graph/ops/cast.hpp"
#include "layers/fields.hpp"
#include "layers/sampling.hpp"

namespace halfpixel::keras {
namespace {

void fields(auto& v, const layers::DropoutOptions& o, std::string_view class_name) {
  v("rate", o.rate);
  v("seed", o.seed);
  if (class_name == "Dropout" || class_name == "AlphaDropout") v.none("noise_shape");
  if (class_name == "SpatialDropout2D" || class_name == "SpatialDropout3D") {
    v.constant("data_format", "channels_last");
  }
}
void fields(auto& v, const layers::GaussianNoiseOptions& o, std::string_view) {
  v("stddev", o.stddev);
  v("seed", o.seed);
}
void fields(auto& v, const layers::ActivityRegularizationOptions& o, std::string_view) {
  v("l1", o.l1);
  v("l2", o.l2);
}

class TrainingOnlyImpl final : public LayerImpl {
 public:
  // keys: the layer's own, kept for saving. casts: integers become floating, as in Keras.
  TrainingOnlyImpl(std::string_view class_name, Config keys, bool casts, const ConfigReader& reader)
      : LayerImpl(std::string(class_name), reader.name(), reader.dtype(), reader.trainable()),
        keys_(std::move(keys)),
        casts_(casts) {}
  template <class Options>
  TrainingOnlyImpl(std::string_view class_name, const Options& o)
      : LayerImpl(std::string(class_name), o.name, o.dtype, o.trainable) {
    FieldWriter writer(keys_);
    fields(writer, o, class_name);
  }
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
  bool casts_ = false;
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

// casts: integers become floating, as in Keras.
template <ClassName kName, bool kCasts = false>
constexpr LayerRow training_row() {
  return {kName, [](const Config& config) -> LayerPtr {
            const ConfigReader r(kName, config);
            return std::make_shared<TrainingOnlyImpl>(kName, own_keys(kName, config), kCasts, r);
          }};
}

// tf_keras' RandomCrop, told by the missing data_format, resizes at inference; Keras 3's does
// nothing.
LayerPtr random_crop(const Config& config) {
  const ConfigReader r("RandomCrop", config);
  if (config.find("data_format") != nullptr) {
    return std::make_shared<TrainingOnlyImpl>("RandomCrop", own_keys("RandomCrop", config), false,
                                              r);
  }
  return make_resizing_layer(layers::Resizing({.height = r.integer("height", 0),
                                               .width = r.integer("width", 0),
                                               .crop_to_aspect_ratio = true,
                                               .data_format = DataFormat::channels_last,
                                               .name = r.name(),
                                               .dtype = r.dtype(),
                                               .trainable = r.trainable()}),
                             r.boolean(kFloatsKey, false));
}

// EfficientNets of the packages efficientnet and segmentation_models.
LayerPtr fixed_dropout(const Config& config) {
  const ConfigReader reader("FixedDropout", config);
  if (!reader.has("rate")) reader.refuse("rate", "what the class of efficientnet has");
  return training_row<"FixedDropout">().from_config(config);
}

// Of keras.applications' ConvNeXt; others have classes of this name too, with other keys.
LayerPtr stochastic_depth(const Config& config) {
  const ConfigReader reader("StochasticDepth", config);
  if (!reader.has("drop_path_rate"))
    reader.refuse("drop_path_rate", "what keras.applications' class has");
  return training_row<"StochasticDepth">().from_config(config);
}

LayerPtr make_dropout(std::string_view class_name, const layers::DropoutOptions& o) {
  if (!(o.rate >= 0.0 && o.rate <= 1.0)) {
    fail(ErrorCode::invalid_argument, "[", class_name,
         "] Invalid value received for argument `rate`. Expected a float value between 0 and 1; "
         "got rate=",
         o.rate);
  }
  return std::make_shared<TrainingOnlyImpl>(class_name, o);
}

LayerPtr make_gaussian_noise(const layers::GaussianNoiseOptions& o) {
  if (!(o.stddev >= 0.0)) {
    fail(ErrorCode::invalid_argument,
         "[GaussianNoise] stddev must not be negative; got stddev=", o.stddev);
  }
  return std::make_shared<TrainingOnlyImpl>("GaussianNoise", o);
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
    : GraphLayer(std::make_shared<TrainingOnlyImpl>("ActivityRegularization", o)) {}
}  // namespace layers

std::span<const LayerRow> training_only_rows() {
  static constexpr std::array kRows = {
      training_row<"Dropout">(),
      training_row<"SpatialDropout1D">(),
      training_row<"SpatialDropout2D">(),
      training_row<"SpatialDropout3D">(),
      training_row<"AlphaDropout">(),
      training_row<"GaussianDropout">(),
      training_row<"GaussianNoise">(),
      training_row<"ActivityRegularization">(),
      LayerRow{"StochasticDepth", stochastic_depth},
      LayerRow{"FixedDropout", fixed_dropout, "efficientnet>FixedDropout"},
      training_row<"RandomFlip", true>(),
      training_row<"RandomRotation", true>(),
      training_row<"RandomZoom", true>(),
      training_row<"RandomTranslation", true>(),
      training_row<"RandomShear", true>(),
      training_row<"RandomPerspective", true>(),
      training_row<"RandomElasticTransform", true>(),
      training_row<"RandomContrast">(),
      training_row<"RandomBrightness">(),
      training_row<"RandomErasing", true>(),
      training_row<"RandomGrayscale">(),
      training_row<"RandomHue">(),
      training_row<"RandomInvert">(),
      training_row<"RandomPosterization">(),
      training_row<"RandomSaturation">(),
      training_row<"RandomSharpness", true>(),
      training_row<"RandomGaussianBlur", true>(),
      training_row<"RandomColorJitter">(),
      training_row<"RandomColorDegeneration">(),
      training_row<"RandomHeight", true>(),
      training_row<"RandomWidth", true>(),
      training_row<"MixUp">(),
      training_row<"CutMix", true>(),
      training_row<"AugMix", true>(),
      training_row<"RandAugment", true>(),
      LayerRow{"RandomCrop", random_crop},
  };
  return kRows;
}

}  // namespace halfpixel::keras
