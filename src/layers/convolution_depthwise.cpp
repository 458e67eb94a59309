// DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D.
#include <array>
#include <memory>

#include <halfpixel/keras/layers/convolution.hpp>

#include "graph/ops/conv.hpp"
#include "layers/convolution.hpp"

namespace halfpixel::keras {
namespace {

template <class Impl, class O>
class DepthwiseBase : public ConvBase<Impl, O> {
 public:
  using ConvBase<Impl, O>::ConvBase;

 protected:
  // The kernel (…, C, multiplier) of a depthwise convolution is one of C groups in the same memory.
  ValueId depthwise(Builder& builder, ValueId x, const Tensor& kernel,
                    std::span<const Variable> bias) const {
    const int rank = this->rank();
    Shape grouped = kernel.shape();
    grouped[rank] = 1;
    grouped[rank + 1] = kernel.shape()[rank] * kernel.shape()[rank + 1];
    std::vector<ValueId> ids = {x, builder.constant(kernel.reshape(grouped))};
    for (const Variable& variable : bias) ids.push_back(builder.constant(variable.value));
    const auto op = graph::make_conv({.move = this->move(), .groups = kernel.shape()[rank]});
    return builder.add(op, ids)[0];
  }
  std::int64_t multiplied(std::int64_t channels) const {
    return checked_multiply(channels, this->options_.depth_multiplier, "number of channels");
  }
};

class DepthwiseImpl final : public DepthwiseBase<DepthwiseImpl, layers::DepthwiseConvOptions> {
 public:
  using DepthwiseBase::DepthwiseBase;

  static void fields(auto& v, auto& o) {
    v("depth_multiplier", o.depth_multiplier);
    window_fields(v, o);
    v("data_format", o.data_format);
    v("dilation_rate", o.dilation_rate);
    last_fields(v, o, "depthwise");
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const std::span<const Variable> own = variables();
    const ValueId x = to_channels_last(builder, inputs[0]);
    return {finish(builder, depthwise(builder, x, own[0].value, own.subspan(1)))};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const std::int64_t channels = channels_of(inputs[0]);
    add_variable(context, "kernel", kernel_shape(channels, options_.depth_multiplier),
                 Initializer::glorot_uniform);
    if (options_.use_bias)
      add_variable(context, "bias", {multiplied(channels)}, Initializer::zeros);
  }
};

class SeparableImpl final : public DepthwiseBase<SeparableImpl, layers::SeparableConvOptions> {
 public:
  static constexpr bool kCausal = true;
  using DepthwiseBase::DepthwiseBase;

  static void fields(auto& v, auto& o) {
    v("depth_multiplier", o.depth_multiplier);
    v("filters", o.filters);
    window_fields(v, o);
    v("data_format", o.data_format);
    v("dilation_rate", o.dilation_rate);
    last_fields(v, o, "depthwise", "pointwise");
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId x = to_channels_last(builder, inputs[0]);
    std::vector<ValueId> ids = {depthwise(builder, x, variables()[0].value, {})};
    for (std::size_t i = 1; i < variables().size(); ++i) {
      ids.push_back(builder.constant(variables()[i].value));
    }
    graph::ConvAttributes pointwise;
    pointwise.move.spatial_rank = rank();
    return {finish(builder, builder.add(graph::make_conv(pointwise), ids)[0])};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Options& o = options_;
    const std::int64_t channels = channels_of(inputs[0]);
    add_variable(context, "depthwise_kernel", kernel_shape(channels, o.depth_multiplier),
                 Initializer::glorot_uniform);
    Shape pointwise;
    for (int i = 0; i < rank(); ++i) pointwise.push_back(1);
    pointwise.push_back(multiplied(channels));
    pointwise.push_back(o.filters);
    add_variable(context, "pointwise_kernel", pointwise, Initializer::glorot_uniform);
    if (o.use_bias) add_variable(context, "bias", {o.filters}, Initializer::zeros);
  }
};

}  // namespace

namespace layers {
template <int kRank>
DepthwiseConv<kRank>::DepthwiseConv(const DepthwiseConvOptions& options)
    : GraphLayer(
          std::make_shared<DepthwiseImpl>(concat("DepthwiseConv", kRank, "D"), kRank, options)) {}
template <int kRank>
SeparableConv<kRank>::SeparableConv(const SeparableConvOptions& options)
    : GraphLayer(
          std::make_shared<SeparableImpl>(concat("SeparableConv", kRank, "D"), kRank, options)) {}
template class DepthwiseConv<1>;
template class DepthwiseConv<2>;
template class SeparableConv<1>;
template class SeparableConv<2>;
}  // namespace layers

std::span<const LayerRow> depthwise_convolution_rows() {
  static constexpr std::array kRows = {
      row<"DepthwiseConv1D", DepthwiseImpl, 1>(),
      row<"DepthwiseConv2D", DepthwiseImpl, 2>(),
      row<"SeparableConv1D", SeparableImpl, 1>("SeparableConvolution1D"),
      row<"SeparableConv2D", SeparableImpl, 2>("SeparableConvolution2D"),
  };
  return kRows;
}

}  // namespace halfpixel::keras
