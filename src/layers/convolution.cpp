// Conv1D, Conv2D, Conv3D.
#include "layers/convolution.hpp"

#include <array>
#include <memory>

#include <halfpixel/keras/layers/convolution.hpp>

#include "graph/ops/conv.hpp"

namespace halfpixel::keras {
namespace {

bool exceeds_one(const Size& size) {
  return size[0] > 1 || size[1] > 1 || size[2] > 1;
}

class ConvImpl final : public ConvBase<ConvImpl, layers::ConvOptions> {
 public:
  static constexpr bool kCausal = true;

  ConvImpl(std::string_view class_name, int rank, Options options)
      : ConvBase(class_name, rank, std::move(options)) {
    const Options& o = options_;
    if (o.filters % o.groups != 0) {
      refuse("The number of filters must be evenly divisible by the number of groups. Received: ",
             "groups=", o.groups, ", filters=", o.filters);
    }
    if (exceeds_one(o.strides) && exceeds_one(o.dilation_rate)) {
      refuse("`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: ",
             "strides=", o.strides, " and dilation_rate=", o.dilation_rate);
    }
  }

  static void fields(auto& v, auto& o) {
    v("filters", o.filters);
    window_fields(v, o);
    v("data_format", o.data_format);
    v("dilation_rate", o.dilation_rate);
    v("groups", o.groups);
    last_fields(v, o, "kernel");
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId x = to_channels_last(builder, inputs[0]);
    const auto op = graph::make_conv({.move = move(), .groups = options_.groups});
    return {finish(builder, builder.add(op, with_variables(builder, x))[0])};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Options& o = options_;
    const std::int64_t channels = channels_of(inputs[0]);
    if (channels % o.groups != 0) {
      refuse("The number of input channels must be evenly divisible by the number of groups. ",
             "Received groups=", o.groups, ", but the input has ", channels,
             " channels (full input shape is ", inputs[0].shape, ")");
    }
    add_variable(context, "kernel", kernel_shape(channels / o.groups, o.filters),
                 Initializer::glorot_uniform);
    if (o.use_bias) add_variable(context, "bias", {o.filters}, Initializer::zeros);
  }
};

}  // namespace

namespace layers {
template <int kRank>
Conv<kRank>::Conv(const ConvOptions& options)
    : GraphLayer(std::make_shared<ConvImpl>(concat("Conv", kRank, "D"), kRank, options)) {}
template class Conv<1>;
template class Conv<2>;
template class Conv<3>;
}  // namespace layers

std::span<const LayerRow> convolution_rows() {
  static constexpr std::array kRows = {
      row<"Conv1D", ConvImpl, 1>("Convolution1D"),
      row<"Conv2D", ConvImpl, 2>("Convolution2D"),
      row<"Conv3D", ConvImpl, 3>("Convolution3D"),
  };
  return kRows;
}

}  // namespace halfpixel::keras
