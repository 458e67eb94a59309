// What Keras' convolution layers have in common: arguments, the way from and to channels_last, and
// the keys that configurations end in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/layers/padding.hpp>

#include "frontends/keras_config_reader.hpp"
#include "graph/ops/conv_geometry.hpp"
#include "layers/activations.hpp"
#include "model/layer_impl.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {

struct ConvSettings {
  std::string class_name;
  std::string name;
  DTypePolicy policy;
  bool trainable = true;
  int rank = 2;
  std::int64_t filters = 0;
  graph::PerAxis kernel_size = {}, strides = {1, 1, 1}, dilation_rate = {1, 1, 1};
  Padding padding = Padding::valid;
  DataFormat data_format = DataFormat::channels_last;
  std::int64_t groups = 1;
  std::int64_t depth_multiplier = 1;
  std::optional<graph::PerAxis> output_padding = {};
  ActivationFunction activation;
  bool use_bias = true;
};

// Of options (fields that a layer does not have keep their defaults) and of configurations.
graph::PerAxis per_axis(std::string_view who, std::string_view argument, const Size& size,
                        int rank);
template <class Options>
ConvSettings settings_of(std::string_view class_name, int rank, const Options& o) {
  ConvSettings s;
  s.class_name = class_name;
  s.name = o.name;
  s.policy = o.dtype;
  s.trainable = o.trainable;
  s.rank = rank;
  s.kernel_size = per_axis(class_name, "kernel_size", o.kernel_size, rank);
  s.strides = per_axis(class_name, "strides", o.strides, rank);
  s.dilation_rate = per_axis(class_name, "dilation_rate", o.dilation_rate, rank);
  s.padding = o.padding;
  s.data_format = o.data_format ? *o.data_format : config::image_data_format();
  s.activation = ActivationFunction(o.activation);
  s.use_bias = o.use_bias;
  if constexpr (requires { o.filters; }) s.filters = o.filters;
  if constexpr (requires { o.groups; }) s.groups = o.groups;
  if constexpr (requires { o.depth_multiplier; }) s.depth_multiplier = o.depth_multiplier;
  if constexpr (requires { o.output_padding; }) {
    if (o.output_padding) {
      s.output_padding = per_axis(class_name, "output_padding", *o.output_padding, rank);
    }
  }
  return s;
}
ConvSettings settings_of(std::string_view class_name, int rank, const Config& config);

// Refuses LoRA and quantised layers, which hold other variables.
void refuse_quantised(std::string_view class_name, const ConfigReader& reader);

class ConvBase : public LayerImpl {
 public:
  explicit ConvBase(ConvSettings settings);

 protected:
  const ConvSettings& settings() const { return settings_; }
  bool channels_first() const { return settings_.data_format == DataFormat::channels_first; }
  // Extent of the channel axis, which must be known and, when `parts` is given, a multiple of it.
  std::int64_t channels_of(const Spec& input) const;
  graph::WindowMove move() const;
  ValueId to_channels_last(Builder& builder, ValueId x) const;
  // Activation, and back to the layer's data format.
  ValueId finish(Builder& builder, ValueId y) const;
  Tensor variable(std::string_view name) const;
  void check_input(const Spec& input) const;

  void add_window(Config& config) const;                         // kernel_size, strides, padding
  void add_keys(Config& config, std::string_view kernel) const;  // activation … bias_constraint

 private:
  ConvSettings settings_;
};

std::span<const LayerRow> conv_transpose_rows();
std::span<const LayerRow> depthwise_rows();
std::span<const LayerRow> dense_rows();

}  // namespace halfpixel::keras
