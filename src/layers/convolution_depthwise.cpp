// DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D.
#include <array>
#include <memory>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/convolution.hpp>

#include "core/checked.hpp"
#include "graph/ops/conv.hpp"
#include "layers/convolution.hpp"
#include "model/config_keys.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

class DepthwiseBase : public ConvBase {
 public:
  using ConvBase::ConvBase;

 protected:
  // The kernel (…, C, multiplier) of a depthwise convolution is one of C groups in the same memory.
  ValueId depthwise(Builder& builder, ValueId x, const Tensor& kernel,
                    const std::optional<Tensor>& bias) const {
    const int rank = settings().rank;
    Shape grouped = kernel.shape();
    grouped[rank] = 1;
    grouped[rank + 1] = kernel.shape()[rank] * kernel.shape()[rank + 1];
    std::vector<ValueId> ids = {x, builder.constant(kernel.reshape(grouped))};
    if (bias) ids.push_back(builder.constant(*bias));
    const auto op = std::make_shared<graph::Conv>(
        graph::ConvAttributes{.move = move(), .groups = kernel.shape()[rank]});
    return builder.add(op, ids)[0];
  }

  Shape kernel_shape(std::int64_t channels) const {
    const ConvSettings& s = settings();
    Shape kernel;
    for (int i = 0; i < s.rank; ++i) kernel.push_back(s.kernel_size[static_cast<std::size_t>(i)]);
    kernel.push_back(channels);
    kernel.push_back(s.depth_multiplier);
    return kernel;
  }

  void add_dilation(Config& config) const {
    const ConvSettings& s = settings();
    config.set("data_format", name_of(s.data_format));
    config.set("dilation_rate", Config::list_of(std::span(s.dilation_rate.data(),
                                                          static_cast<std::size_t>(s.rank))));
  }

  std::optional<Tensor> bias() const {
    if (!settings().use_bias) return std::nullopt;
    return variable("bias");
  }
};

class DepthwiseImpl final : public DepthwiseBase {
 public:
  explicit DepthwiseImpl(ConvSettings settings) : DepthwiseBase(std::move(settings)) {
    if (this->settings().padding == Padding::causal) {
      fail("Causal padding is only supported for `Conv1D` and `SeparableConv1D`; got 'causal'");
    }
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    check_input(builder.spec(inputs[0]));
    const ValueId x = to_channels_last(builder, inputs[0]);
    return {finish(builder, depthwise(builder, x, variable("kernel"), bias()))};
  }

  void add_config(Config& config) const override {
    config.set("depth_multiplier", settings().depth_multiplier);
    add_window(config);
    add_dilation(config);
    add_keys(config, "depthwise");
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    check_input(inputs[0]);
    const std::int64_t channels = channels_of(inputs[0]);
    add_variable("kernel", kernel_shape(channels), Initializer::glorot_uniform);
    if (settings().use_bias) {
      add_variable(
          "bias",
          {checked_multiply(channels, settings().depth_multiplier, "number of output channels")},
          Initializer::zeros);
    }
  }
};

class SeparableImpl final : public DepthwiseBase {
 public:
  explicit SeparableImpl(ConvSettings settings) : DepthwiseBase(std::move(settings)) {
    const ConvSettings& s = this->settings();
    if (s.filters <= 0) {
      fail(
          concat("Invalid value for argument `filters`. Expected a strictly positive value. "
                 "Received filters=",
                 s.filters));
    }
    if (s.padding == Padding::causal && s.rank != 1) {
      fail("Causal padding is only supported for `Conv1D` and `SeparableConv1D`; got 'causal'");
    }
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    check_input(builder.spec(inputs[0]));
    const ValueId x = to_channels_last(builder, inputs[0]);
    const ValueId middle = depthwise(builder, x, variable("depthwise_kernel"), std::nullopt);
    std::vector<ValueId> ids = {middle, builder.constant(variable("pointwise_kernel"))};
    if (settings().use_bias) ids.push_back(builder.constant(variable("bias")));
    graph::ConvAttributes pointwise;
    pointwise.move.spatial_rank = settings().rank;
    return {finish(builder, builder.add(std::make_shared<graph::Conv>(pointwise), ids)[0])};
  }

  void add_config(Config& config) const override {
    config.set("depth_multiplier", settings().depth_multiplier);
    config.set("filters", settings().filters);
    add_window(config);
    add_dilation(config);
    Config keys;
    add_keys(keys, "depthwise");
    for (const auto& [key, value] : keys.items()) {
      config.set(key, value);
      if (key == "depthwise_initializer") config.set("pointwise_initializer", value);
      if (key == "depthwise_regularizer") config.set("pointwise_regularizer", nullptr);
      if (key == "depthwise_constraint") config.set("pointwise_constraint", nullptr);
    }
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    const ConvSettings& s = settings();
    check_input(inputs[0]);
    const std::int64_t channels = channels_of(inputs[0]);
    add_variable("depthwise_kernel", kernel_shape(channels), Initializer::glorot_uniform);
    Shape pointwise;
    for (int i = 0; i < s.rank; ++i) pointwise.push_back(1);
    pointwise.push_back(checked_multiply(channels, s.depth_multiplier, "number of channels"));
    pointwise.push_back(s.filters);
    add_variable("pointwise_kernel", pointwise, Initializer::glorot_uniform);
    if (s.use_bias) add_variable("bias", {s.filters}, Initializer::zeros);
  }
};

template <int Rank>
LayerPtr depthwise_from_config(const Config& config) {
  static constexpr std::string_view kNames[] = {"DepthwiseConv1D", "DepthwiseConv2D"};
  return std::make_shared<DepthwiseImpl>(settings_of(kNames[Rank - 1], Rank, config));
}
template <int Rank>
LayerPtr separable_from_config(const Config& config) {
  static constexpr std::string_view kNames[] = {"SeparableConv1D", "SeparableConv2D"};
  return std::make_shared<SeparableImpl>(settings_of(kNames[Rank - 1], Rank, config));
}

}  // namespace

namespace layers {
DepthwiseConv1D::DepthwiseConv1D(const DepthwiseConv1DOptions& options)
    : GraphLayer(std::make_shared<DepthwiseImpl>(settings_of("DepthwiseConv1D", 1, options))) {}
DepthwiseConv2D::DepthwiseConv2D(const DepthwiseConv2DOptions& options)
    : GraphLayer(std::make_shared<DepthwiseImpl>(settings_of("DepthwiseConv2D", 2, options))) {}
SeparableConv1D::SeparableConv1D(const SeparableConv1DOptions& options)
    : GraphLayer(std::make_shared<SeparableImpl>(settings_of("SeparableConv1D", 1, options))) {}
SeparableConv2D::SeparableConv2D(const SeparableConv2DOptions& options)
    : GraphLayer(std::make_shared<SeparableImpl>(settings_of("SeparableConv2D", 2, options))) {}
}  // namespace layers

std::span<const LayerRow> depthwise_rows() {
  static constexpr std::array kRows = {
      LayerRow{"DepthwiseConv1D", depthwise_from_config<1>},
      LayerRow{"DepthwiseConv2D", depthwise_from_config<2>},
      LayerRow{"SeparableConv1D", separable_from_config<1>},
      LayerRow{"SeparableConv2D", separable_from_config<2>},
      LayerRow{"SeparableConvolution1D", separable_from_config<1>},
      LayerRow{"SeparableConvolution2D", separable_from_config<2>},
  };
  return kRows;
}

}  // namespace halfpixel::keras
