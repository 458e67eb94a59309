// Conv1DTranspose, Conv2DTranspose, Conv3DTranspose.
#include <array>
#include <memory>

#include <halfpixel/keras/layers/convolution.hpp>

#include "graph/ops/conv_transpose.hpp"
#include "layers/convolution.hpp"

namespace halfpixel::keras {
namespace {

class ConvTransposeImpl final : public ConvBase<ConvTransposeImpl, layers::ConvTransposeOptions> {
 public:
  ConvTransposeImpl(std::string_view class_name, int rank, Options options)
      : ConvBase(class_name, rank, std::move(options)) {
    const Options& o = options_;
    for (int i = 0; o.output_padding && i < rank; ++i) {
      const std::int64_t padding = (*o.output_padding)[i];
      if (padding >= 0 && padding < o.strides[i]) continue;
      refuse("`output_padding` must be at least 0 and less than `strides`; got ", padding,
             " with strides ", o.strides[i]);
    }
  }

  static void fields(auto& v, auto& o) {
    v("filters", o.filters);
    window_fields(v, o);
    v("output_padding", o.output_padding);
    v("data_format", o.data_format);
    v("dilation_rate", o.dilation_rate);
    last_fields(v, o, "kernel");
    v.fixed("groups", 1);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const Options& o = options_;
    const ValueId x = to_channels_last(builder, inputs[0]);
    graph::ConvTransposeAttributes attributes{.spatial_rank = rank(),
                                              .strides = per_axis(o.strides),
                                              .dilation = per_axis(o.dilation_rate),
                                              .same = o.padding == Padding::same,
                                              .output_padding = {}};
    if (o.output_padding) attributes.output_padding = per_axis(*o.output_padding);
    const auto op = graph::make_conv_transpose(attributes);
    return {finish(builder, builder.add(op, with_variables(builder, x))[0])};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Options& o = options_;
    add_variable(context, "kernel", kernel_shape(o.filters, channels_of(inputs[0])),
                 Initializer::glorot_uniform);
    if (o.use_bias) add_variable(context, "bias", {o.filters}, Initializer::zeros);
  }
};

}  // namespace

namespace layers {
template <int kRank>
ConvTranspose<kRank>::ConvTranspose(const ConvTransposeOptions& options)
    : GraphLayer(std::make_shared<ConvTransposeImpl>(concat("Conv", kRank, "DTranspose"), kRank,
                                                     options)) {}
template class ConvTranspose<1>;
template class ConvTranspose<2>;
template class ConvTranspose<3>;
}  // namespace layers

std::span<const LayerRow> transposed_convolution_rows() {
  static constexpr std::array kRows = {
      row<"Conv1DTranspose", ConvTransposeImpl, 1>("Convolution1DTranspose"),
      row<"Conv2DTranspose", ConvTransposeImpl, 2>("Convolution2DTranspose"),
      row<"Conv3DTranspose", ConvTransposeImpl, 3>("Convolution3DTranspose"),
  };
  return kRows;
}

}  // namespace halfpixel::keras
