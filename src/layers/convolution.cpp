// Conv1D, Conv2D, Conv3D.
#include "layers/convolution.hpp"

#include <algorithm>
#include <memory>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/convolution.hpp>

#include "core/checked.hpp"
#include "graph/ops/conv.hpp"
#include "model/config_keys.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

class ConvImpl final : public ConvBase {
 public:
  explicit ConvImpl(ConvSettings settings) : ConvBase(std::move(settings)) {
    const ConvSettings& s = this->settings();
    if (s.filters <= 0) {
      fail(
          concat("Invalid value for argument `filters`. Expected a strictly positive value. "
                 "Received filters=",
                 s.filters));
    }
    if (s.filters % s.groups != 0) {
      fail(
          concat("The number of filters must be evenly divisible by the number of groups. "
                 "Received: groups=",
                 s.groups, ", filters=", s.filters));
    }
    if (s.padding == Padding::causal && s.rank != 1) {
      fail("Causal padding is only supported for `Conv1D` and `SeparableConv1D`; got 'causal'");
    }
    if (*std::max_element(s.strides.begin(), s.strides.end()) > 1 &&
        *std::max_element(s.dilation_rate.begin(), s.dilation_rate.end()) > 1) {
      fail(
          concat("`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
                 "strides=",
                 Shape(s.strides), " and dilation_rate=", Shape(s.dilation_rate)));
    }
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    check_input(builder.spec(inputs[0]));
    std::vector<ValueId> ids = {to_channels_last(builder, inputs[0])};
    for (const Variable& variable : variables()) ids.push_back(builder.constant(variable.value));
    const auto op = std::make_shared<graph::Conv>(
        graph::ConvAttributes{.move = move(), .groups = settings().groups});
    return {finish(builder, builder.add(op, ids)[0])};
  }

  void add_config(Config& config) const override {
    const ConvSettings& s = settings();
    config.set("filters", s.filters);
    add_window(config);
    config.set("data_format", name_of(s.data_format));
    config.set("dilation_rate", Config::list_of(std::span(s.dilation_rate.data(),
                                                          static_cast<std::size_t>(s.rank))));
    config.set("groups", s.groups);
    add_keys(config, "kernel");
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    const ConvSettings& s = settings();
    check_input(inputs[0]);
    const std::int64_t channels = channels_of(inputs[0]);
    if (channels % s.groups != 0) {
      fail(
          concat("The number of input channels must be evenly divisible by the number of groups. "
                 "Received groups=",
                 s.groups, ", but the input has ", channels, " channels (full input shape is ",
                 inputs[0].shape, ")"));
    }
    Shape kernel;
    for (int i = 0; i < s.rank; ++i) kernel.push_back(s.kernel_size[static_cast<std::size_t>(i)]);
    kernel.push_back(channels / s.groups);
    kernel.push_back(s.filters);
    add_variable("kernel", kernel, Initializer::glorot_uniform);
    if (s.use_bias) add_variable("bias", {s.filters}, Initializer::zeros);
  }
};

template <int Rank>
LayerPtr from_config(const Config& config) {
  static constexpr std::string_view kNames[] = {"Conv1D", "Conv2D", "Conv3D"};
  return std::make_shared<ConvImpl>(settings_of(kNames[Rank - 1], Rank, config));
}

}  // namespace

namespace layers {
Conv1D::Conv1D(const Conv1DOptions& options)
    : GraphLayer(std::make_shared<ConvImpl>(settings_of("Conv1D", 1, options))) {}
Conv2D::Conv2D(const Conv2DOptions& options)
    : GraphLayer(std::make_shared<ConvImpl>(settings_of("Conv2D", 2, options))) {}
Conv3D::Conv3D(const Conv3DOptions& options)
    : GraphLayer(std::make_shared<ConvImpl>(settings_of("Conv3D", 3, options))) {}
}  // namespace layers

std::span<const LayerRow> convolution_rows() {
  static const std::vector<LayerRow> rows = [] {
    std::vector<LayerRow> all = {
        {"Conv1D", from_config<1>},        {"Conv2D", from_config<2>},
        {"Conv3D", from_config<3>},        {"Convolution1D", from_config<1>},
        {"Convolution2D", from_config<2>}, {"Convolution3D", from_config<3>},
    };
    for (const auto more : {conv_transpose_rows(), depthwise_rows(), dense_rows()}) {
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }();
  return rows;
}

}  // namespace halfpixel::keras
