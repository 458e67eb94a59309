#include "graph/ops/winograd_conv.hpp"

#include <algorithm>

#include "core/checked.hpp"
#include "graph/op_forms.hpp"
#include "graph/ops/dnnl_kernel.hpp"
#include "kernels/kernels.hpp"

namespace halfpixel::graph {

WinogradAxis winograd_axis(const WinogradConv& conv, int axis, std::int64_t input,
                           std::int64_t window) {
  const auto i = static_cast<std::size_t>(axis);
  const std::int64_t low = conv.low[i], more = low + conv.high[i];
  std::int64_t first = 0, last = 0, output = 0;
  if (conv.transposed) {
    output = (input - 1) * conv.stride + window - more;
    first = low / conv.stride;
    last = (output - 1 + low) / conv.stride;
  } else {
    output = input + more < window ? 0 : (input + more - window) / conv.stride + 1;
    last = output - 1;
  }
  if (output <= 0) return {0, 0, 0};
  return {first, (last - first) / conv.tile + 1, output};
}

double winograd_products(const WinogradConv& conv, const Shape& x, const Shape& kernel) {
  if (kernel[0] == 0 || kernel[1] == 0) return 0;
  const std::int64_t side = kernels::winograd_side(conv.tile), images = conv.stride * conv.stride;
  return static_cast<double>(x[0] * winograd_axis(conv, 0, x[1], kernel[0]).tiles *
                             winograd_axis(conv, 1, x[2], kernel[1]).tiles * side * side) *
         static_cast<double>(images * kernel[2] * kernel[3]);
}

RowTile winograd_rows(std::int64_t window, std::int64_t stride) {
  const std::int64_t taps = (window + stride - 1) / stride;
  if (stride > 2 || taps < 2 || taps > 3) return {};
  return {taps == 2 ? 3 : 4};
}

namespace {

class WinogradConvOp final : public ProductOp<WinogradConvOp, WinogradConv> {
 public:
  using ProductOp::ProductOp;
  int filter_axis(int kernel_rank) const override {
    return attr.transposed ? kernel_rank - 2 : kernel_rank - 1;
  }

  std::string_view kind() const noexcept override { return "winograd_conv"; }
  std::string attributes() const override {
    return concat(attr.transposed ? "transposed " : "",
                  attr.stride == 1 ? "" : concat("stride ", attr.stride, " "), "tiles of ",
                  attr.tile, "x", attr.tile, activation_text(attr.activation),
                  attr.block == 1 ? "" : concat(" depth_to_space ", attr.block));
  }
  // The products of whole tiles; what makes them and what is made of them is additions.
  double multiply_adds(const PrepareArgs& args) const override {
    return winograd_products(attr, args.inputs[0].shape, args.inputs[1].shape);
  }
  bool strided_output() const override { return attr.block == 1; }
  RowTile row_tile(const PrepareArgs&) const override {
    if (!attr.transposed) return {attr.tile * attr.block, 0};
    return {attr.tile * attr.stride, -(attr.low[0] % attr.stride)};
  }

  OpPtr then_depth_to_space(int block) const override {
    if (attr.transposed || attr.block != 1) return nullptr;
    WinogradConv moved = attr;
    moved.block = block;
    return make_winograd_conv(moved);
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    const bool right = inputs.size() >= 2 && inputs.size() <= 3 && inputs[0].shape.rank() == 4 &&
                       inputs[1].shape.rank() == 4;
    const int channels = attr.transposed ? 3 : 2;
    const std::int64_t most = attr.stride * kernels::winograd_taps(attr.tile);
    if (!right || inputs[1].shape[0] > most || inputs[1].shape[1] > most ||
        inputs[0].shape[3] % kWinogradChannels != 0 ||
        inputs[1].shape[5 - channels] % (attr.block * attr.block) != 0 ||
        inputs[0].shape[3] != inputs[1].shape[channels]) {
      fail(ErrorCode::internal, "[winograd_conv] inputs do not fit");
    }
    Shape result = inputs[0].shape;
    for (int i = 0; i < 2; ++i)
      result[i + 1] = winograd_axis(attr, i, result[i + 1], inputs[1].shape[i]).output * attr.block;
    result[3] = inputs[1].shape[5 - channels] / (attr.block * attr.block);
    return {{result, DType::float32}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    if (args.outputs[0].shape.num_elements() == 0) return nothing_to_do();
    if (args.constants[1] == nullptr || (args.constants.size() > 2 && args.constants[2] == nullptr))
      fail(ErrorCode::internal, "[winograd_conv] kernel and bias must be constant");
    return winograd_kernel(attr, args);
  }
};

}  // namespace

OpPtr make_winograd_conv(const WinogradConv& attributes) {
  return std::make_shared<WinogradConvOp>(attributes);
}

}  // namespace halfpixel::graph
