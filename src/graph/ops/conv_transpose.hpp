// Transposed convolution over one to three axes, channels last: the gradient of a convolution with
// respect to its input. Inputs: x (N, …spatial…, C), kernel (…window…, filters, C) as Keras stores
// it, and, if there, bias (filters).
#pragma once

#include <optional>
#include <string>

#include "graph/op_forms.hpp"
#include "graph/ops/conv_geometry.hpp"

namespace halfpixel::graph {

struct ConvTransposeAttributes {
  int spatial_rank = 2;
  PerAxis strides = {1, 1, 1};
  PerAxis dilation = {1, 1, 1};
  bool same = false;
  std::optional<PerAxis> output_padding = {};  // unset: Keras' default extents
  Unary activation = {};  // of the result; a pass moves element-wise nodes in here
  friend bool operator==(const ConvTransposeAttributes&, const ConvTransposeAttributes&) = default;
};

class ConvTranspose final : public OpWith<ConvTranspose, ConvTransposeAttributes>,
                            public ProductForm {
 public:
  using OpWith::OpWith;
  const ProductForm* product() const override { return this; }
  const Unary& fused_activation() const override { return attr.activation; }
  OpPtr with_activation(const Unary& activation) const override {
    ConvTransposeAttributes changed = attr;
    changed.activation = activation;
    return std::make_shared<ConvTranspose>(changed);
  }
  int filter_axis(int kernel_rank) const override { return kernel_rank - 2; }

  std::int64_t output_extent(int axis, std::int64_t input, std::int64_t window) const;
  // Elements of the full result that are cut off in front.
  std::int64_t low(int axis, std::int64_t input, std::int64_t window) const;

  std::string_view kind() const noexcept override { return "conv_transpose"; }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
};

}  // namespace halfpixel::graph
