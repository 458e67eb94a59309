#include "graph/ops/low_resolution_conv.hpp"

#include "core/checked.hpp"
#include "graph/ops/dnnl_kernel.hpp"
#include "graph/ops/tap_sums.hpp"

namespace halfpixel::graph {
namespace {

class LowResolutionConvOp final : public OpWith<LowResolutionConvOp, LowResolutionConv> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "low_resolution_conv"; }
  std::string attributes() const override {
    std::string text;
    for (const LinearAxis& axis : attr.axes)
      text += concat(text.empty() ? "" : " ", axis.extent, "->", axis.size());
    if (attr.bf16) text += attr.rounded_result ? " bf16 to bf16" : " bf16";
    return text + activation_text(attr.activation);
  }
  bool in_place(int input) const override { return input == 3 && !attr.rounded_result; }
  OpPtr rounded_result() const override {
    if (!attr.bf16 || attr.rounded_result) return nullptr;
    LowResolutionConv changed = attr;
    changed.rounded_result = true;
    return make_low_resolution_conv(changed);
  }
  bool rounds_input(int input) const override { return attr.bf16 && input == 0; }
  double multiply_adds(const PrepareArgs& args) const override {
    const auto work = low_resolution_work(attr, args.inputs[1].shape);
    return work ? static_cast<double>(args.inputs[0].shape[0]) * (work->products + work->sums) : 0;
  }
  bool strided_output() const override { return true; }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    const int rank = static_cast<int>(attr.axes.size());
    if (inputs.size() < 3 || inputs.size() > 4) {
      fail(ErrorCode::internal,
           "[low_resolution_conv] takes x, kernel, bias and perhaps a summand; got ", inputs.size(),
           " inputs");
    }
    const Shape& kernel = inputs[1].shape;
    Shape result = inputs[0].shape;
    if (result.rank() != rank + 2 || kernel.rank() != rank + 2 ||
        result[rank + 1] != kernel[rank]) {
      fail(ErrorCode::internal, "[low_resolution_conv] x and kernel do not fit; got ", result,
           " and ", kernel);
    }
    for (int i = 0; i < rank; ++i)
      result[i + 1] = output_extent(attr, static_cast<std::size_t>(i), kernel[i]);
    result[rank + 1] = kernel[rank + 1];
    return {{result, attr.rounded_result ? DType::bfloat16 : DType::float32}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    if (args.outputs[0].shape.num_elements() == 0) return nothing_to_do();
    if (args.constants[1] == nullptr || (args.constants.size() > 2 && args.constants[2] == nullptr))
      fail(ErrorCode::internal, "[low_resolution_conv] kernel and bias must be constant");
    return low_resolution_kernel(attr, args);
  }
};

}  // namespace

OpPtr make_low_resolution_conv(const LowResolutionConv& attributes) {
  return std::make_shared<LowResolutionConvOp>(attributes);
}

}  // namespace halfpixel::graph
