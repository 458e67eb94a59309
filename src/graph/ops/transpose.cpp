#include "graph/ops/transpose.hpp"

#include "core/checked.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {

namespace {

// Axes counted from the front.
class TransposeOp final : public OpWith<TransposeOp, std::vector<int>> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "transpose"; }
  Elements elements() const override { return Elements::moved; }
  bool strided_output() const override { return true; }
  std::optional<std::span<const int>> transposes() const override { return attr; }

  std::string attributes() const override {
    std::string text;
    for (const int axis : attr) text += concat(text.empty() ? "" : " ", axis);
    return text;
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("transpose", inputs, 1);
    const Shape& from = inputs[0].shape;
    if (from.size() != attr.size()) {
      fail(ErrorCode::invalid_argument, "[transpose] axes must name every axis once; got (",
           attributes(), ") for shape ", from);
    }
    Shape to;
    for (const int axis : attr) to.push_back(from[axis]);
    return {{to, inputs[0].dtype}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& to = args.outputs[0].shape;
    const auto src = row_major(args.inputs[0].shape);
    const auto dst = row_major(to, args.row_stride());
    StridedCopy copy;
    copy.element_bytes = size_of(args.inputs[0].dtype);
    for (int i = 0; i < to.rank(); ++i) {
      const auto axis = static_cast<std::size_t>(i);
      copy.add(to[i], src[static_cast<std::size_t>(attr[axis])], dst[axis]);
    }
    return make_copy_kernel(copy);
  }
};

}  // namespace

OpPtr make_transpose(const std::vector<int>& axes) {
  const int rank = static_cast<int>(axes.size());
  std::vector<int> order;
  std::vector<bool> seen(axes.size(), false);
  for (const int axis : axes) {
    const int at = checked_axis("transpose", axis, rank);
    if (seen[static_cast<std::size_t>(at)]) {
      fail(ErrorCode::invalid_argument, "[transpose] axes must name every axis once; got ", axis,
           " twice");
    }
    seen[static_cast<std::size_t>(at)] = true;
    order.push_back(at);
  }
  return std::make_shared<TransposeOp>(std::move(order));
}

OpPtr make_to_channels_first(int rank) {
  std::vector<int> axes = {0, rank - 1};
  for (int i = 1; i < rank - 1; ++i) axes.push_back(i);
  return make_transpose(axes);
}

OpPtr make_to_channels_last(int rank) {
  std::vector<int> axes = {0};
  for (int i = 2; i < rank; ++i) axes.push_back(i);
  axes.push_back(1);
  return make_transpose(axes);
}

}  // namespace halfpixel::graph
