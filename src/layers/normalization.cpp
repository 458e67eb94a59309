// Constructors of the normalisation layers, and their configurations.
#include "layers/normalization.hpp"

#include <array>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

std::vector<int> axes(const ConfigReader& r) {
  const std::vector<std::int64_t> values = r.integers("axis", 0, {-1});
  return {values.begin(), values.end()};
}

// Every options struct ends alike.
template <class Options>
Options with_identity(const ConfigReader& r, Options options) {
  options.name = r.name();
  options.dtype = r.dtype();
  options.trainable = r.trainable();
  return options;
}

LayerPtr batch_normalization(const Config& config) {
  const ConfigReader r("BatchNormalization", config);
  layers::BatchNormalizationOptions o;
  o.axis = static_cast<int>(r.integers("axis", 1, {-1})[0]);  // tf_keras: a list
  o.momentum = r.number("momentum", 0.99);
  o.epsilon = r.number("epsilon", 1e-3);
  o.center = r.boolean("center", true);
  o.scale = r.boolean("scale", true);
  o.renorm = r.boolean("renorm", false);
  o.renorm_momentum = r.number("renorm_momentum", 0.99);
  o.synchronized = r.boolean("synchronized", false);
  return make_batch_normalization(with_identity(r, o));
}

LayerPtr layer_normalization(const Config& config) {
  const ConfigReader r("LayerNormalization", config);
  return make_layer_normalization(with_identity(
      r, layers::LayerNormalizationOptions{.axis = axes(r),
                                           .epsilon = r.number("epsilon", 1e-3),
                                           .center = r.boolean("center", true),
                                           .scale = r.boolean("scale", true),
                                           .rms_scaling = r.boolean("rms_scaling", false)}));
}

LayerPtr group_normalization(const Config& config) {
  const ConfigReader r("GroupNormalization", config);
  return make_group_normalization(with_identity(
      r, layers::GroupNormalizationOptions{.groups = r.integer("groups", 32),
                                           .axis = static_cast<int>(r.integers("axis", 1, {-1})[0]),
                                           .epsilon = r.number("epsilon", 1e-3),
                                           .center = r.boolean("center", true),
                                           .scale = r.boolean("scale", true)}));
}

LayerPtr unit_normalization(const Config& config) {
  const ConfigReader r("UnitNormalization", config);
  return make_unit_normalization(
      with_identity(r, layers::UnitNormalizationOptions{.axis = axes(r)}));
}

LayerPtr rms_normalization(const Config& config) {
  const ConfigReader r("RMSNormalization", config);
  return make_rms_normalization(with_identity(
      r, layers::RMSNormalizationOptions{.axis = axes(r), .epsilon = r.number("epsilon", 1e-6)}));
}

LayerPtr spectral_normalization(const Config& config) {
  const ConfigReader r("SpectralNormalization", config);
  const Config::Value* const value = r.value("layer");
  const auto* const object = value != nullptr ? value->get_if<Config>() : nullptr;
  const auto part = [&](std::string_view key) {
    return object != nullptr ? object->find(key) : nullptr;
  };
  const auto* const class_name =
      part("class_name") != nullptr ? part("class_name")->get_if<std::string>() : nullptr;
  const auto* const inner = part("config") != nullptr ? part("config")->get_if<Config>() : nullptr;
  if (class_name == nullptr || inner == nullptr) r.fail("layer", "a layer");
  const LayerRow* const row = find_layer(*class_name);
  // A wrapper in a wrapper has no kernel of its own, and would let a file nest without end.
  if (row == nullptr || row->class_name == "SpectralNormalization")
    r.fail("layer", "a layer with a kernel");
  return make_spectral_normalization(
      row->from_config(*inner),
      with_identity(r, layers::SpectralNormalizationOptions{.power_iterations =
                                                                r.integer("power_iterations", 1)}));
}

}  // namespace

namespace layers {
BatchNormalization::BatchNormalization(const BatchNormalizationOptions& o)
    : GraphLayer(make_batch_normalization(o)) {}
LayerNormalization::LayerNormalization(const LayerNormalizationOptions& o)
    : GraphLayer(make_layer_normalization(o)) {}
GroupNormalization::GroupNormalization(const GroupNormalizationOptions& o)
    : GraphLayer(make_group_normalization(o)) {}
UnitNormalization::UnitNormalization(const UnitNormalizationOptions& o)
    : GraphLayer(make_unit_normalization(o)) {}
RMSNormalization::RMSNormalization(const RMSNormalizationOptions& o)
    : GraphLayer(make_rms_normalization(o)) {}
SpectralNormalization::SpectralNormalization(const GraphLayer& layer,
                                             const SpectralNormalizationOptions& o)
    : GraphLayer(make_spectral_normalization(layer.impl(), o)) {}
}  // namespace layers

std::span<const LayerRow> normalization_rows() {
  static constexpr std::array kRows = {
      LayerRow{"BatchNormalization", batch_normalization},
      LayerRow{"BatchNormalizationV1", batch_normalization},
      LayerRow{"SyncBatchNormalization", batch_normalization},
      LayerRow{"LayerNormalization", layer_normalization},
      LayerRow{"GroupNormalization", group_normalization},
      LayerRow{"UnitNormalization", unit_normalization},
      LayerRow{"RMSNormalization", rms_normalization},
      LayerRow{"SpectralNormalization", spectral_normalization},
  };
  return kRows;
}

}  // namespace halfpixel::keras
