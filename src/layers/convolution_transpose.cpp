// Conv1DTranspose, Conv2DTranspose, Conv3DTranspose.
#include <array>
#include <memory>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/convolution.hpp>

#include "core/checked.hpp"
#include "graph/ops/conv_transpose.hpp"
#include "layers/convolution.hpp"
#include "model/config_keys.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

class ConvTransposeImpl final : public ConvBase {
 public:
  explicit ConvTransposeImpl(ConvSettings settings) : ConvBase(std::move(settings)) {
    const ConvSettings& s = this->settings();
    if (s.filters <= 0) {
      fail(
          concat("Invalid value for argument `filters`. Expected a strictly positive value. "
                 "Received filters=",
                 s.filters));
    }
    if (s.padding == Padding::causal) {
      fail("`padding` must be 'valid' or 'same'; got 'causal'");
    }
    if (s.groups != 1) fail(concat("groups must be 1; got ", s.groups));
    for (int i = 0; s.output_padding && i < s.rank; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if ((*s.output_padding)[at] >= 0 && (*s.output_padding)[at] < s.strides[at]) continue;
      fail(concat("`output_padding` must be at least 0 and less than `strides`; got ",
                  (*s.output_padding)[at], " with strides ", s.strides[at]));
    }
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ConvSettings& s = settings();
    check_input(builder.spec(inputs[0]));
    std::vector<ValueId> ids = {to_channels_last(builder, inputs[0])};
    for (const Variable& variable : variables()) ids.push_back(builder.constant(variable.value));
    const auto op = std::make_shared<graph::ConvTranspose>(
        graph::ConvTransposeAttributes{.spatial_rank = s.rank,
                                       .strides = s.strides,
                                       .dilation = s.dilation_rate,
                                       .same = s.padding == Padding::same,
                                       .output_padding = s.output_padding});
    return {finish(builder, builder.add(op, ids)[0])};
  }

  void add_config(Config& config) const override {
    const ConvSettings& s = settings();
    const auto count = static_cast<std::size_t>(s.rank);
    config.set("filters", s.filters);
    add_window(config);
    config.set("output_padding", s.output_padding
                                     ? Config::list_of(std::span(s.output_padding->data(), count))
                                     : Config::Value());
    config.set("data_format", name_of(s.data_format));
    config.set("dilation_rate", Config::list_of(std::span(s.dilation_rate.data(), count)));
    add_keys(config, "kernel");
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    const ConvSettings& s = settings();
    check_input(inputs[0]);
    Shape kernel;
    for (int i = 0; i < s.rank; ++i) kernel.push_back(s.kernel_size[static_cast<std::size_t>(i)]);
    kernel.push_back(s.filters);
    kernel.push_back(channels_of(inputs[0]));
    add_variable("kernel", kernel, Initializer::glorot_uniform);
    if (s.use_bias) add_variable("bias", {s.filters}, Initializer::zeros);
  }
};

template <int Rank>
LayerPtr from_config(const Config& config) {
  static constexpr std::string_view kNames[] = {"Conv1DTranspose", "Conv2DTranspose",
                                                "Conv3DTranspose"};
  return std::make_shared<ConvTransposeImpl>(settings_of(kNames[Rank - 1], Rank, config));
}

}  // namespace

namespace layers {
Conv1DTranspose::Conv1DTranspose(const Conv1DTransposeOptions& options)
    : GraphLayer(std::make_shared<ConvTransposeImpl>(settings_of("Conv1DTranspose", 1, options))) {}
Conv2DTranspose::Conv2DTranspose(const Conv2DTransposeOptions& options)
    : GraphLayer(std::make_shared<ConvTransposeImpl>(settings_of("Conv2DTranspose", 2, options))) {}
Conv3DTranspose::Conv3DTranspose(const Conv3DTransposeOptions& options)
    : GraphLayer(std::make_shared<ConvTransposeImpl>(settings_of("Conv3DTranspose", 3, options))) {}
}  // namespace layers

std::span<const LayerRow> conv_transpose_rows() {
  static constexpr std::array kRows = {
      LayerRow{"Conv1DTranspose", from_config<1>},
      LayerRow{"Convolution1DTranspose", from_config<1>},
      LayerRow{"Conv2DTranspose", from_config<2>},
      LayerRow{"Convolution2DTranspose", from_config<2>},
      LayerRow{"Conv3DTranspose", from_config<3>},
      LayerRow{"Convolution3DTranspose", from_config<3>},
  };
  return kRows;
}

}  // namespace halfpixel::keras
