#include "graph/ops/concat.hpp"

#include <algorithm>
#include <cstring>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::graph {
namespace {

class ConcatKernel final : public Kernel {
 public:
  // Bytes of one row of each part: everything from the joined axis on.
  ConcatKernel(std::int64_t rows, std::vector<std::int64_t> widths)
      : rows_(rows), widths_(std::move(widths)) {
    for (const std::int64_t width : widths_) whole_ += width;
  }

  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      const auto* src = static_cast<const char*>(in[i]);
      auto* const dst = static_cast<char*>(out[0]) + offset;
      const std::int64_t width = widths_[i];
      offset += width;
      if (src == dst || width == 0) continue;  // computed in place
#pragma omp parallel for if (rows_ * width > (1 << 20))
      for (std::int64_t r = 0; r < rows_; ++r) {
        std::memcpy(dst + r * whole_, src + r * width, static_cast<std::size_t>(width));
      }
    }
  }

 private:
  std::int64_t rows_;
  std::vector<std::int64_t> widths_;
  std::int64_t whole_ = 0;
};

// axis: negative from the end.
class ConcatOp final : public OpWith<ConcatOp, int> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "concat"; }
  Elements elements() const override { return Elements::moved; }
  std::string attributes() const override { return concat("axis ", attr); }
  InputAxes input_axes(int) const override { return InputAxes::same; }
  OpPtr before_transpose(std::span<const int> order) const override {
    const int at = axis(static_cast<int>(order.size()));
    return std::make_shared<ConcatOp>(order[static_cast<std::size_t>(at)]);
  }

  int axis(int rank) const { return attr < 0 ? attr + rank : attr; }
  bool commutes_with_rounding() const override { return true; }
  bool joins_channels(int rank) const override { return axis(rank) == rank - 1; }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    if (inputs.empty())
      fail(ErrorCode::invalid_argument, "[concat] at least one input is needed; got none");
    Spec result = inputs[0];
    const int rank = result.shape.rank();
    const int joined = axis(rank);
    if (joined < 0 || joined >= rank) {
      fail(ErrorCode::invalid_argument, "[concat] axis ", attr, " is out of range; got shape ",
           result.shape.str());
    }
    for (const Spec& input : inputs.subspan(1)) {
      bool fits = input.shape.rank() == rank && input.dtype == result.dtype;
      for (int i = 0; fits && i < rank; ++i) {
        std::int64_t& extent = result.shape[i];
        const std::int64_t other = input.shape[i];
        if (i == joined) {
          extent = extent == kUnknown || other == kUnknown ? kUnknown : extent + other;
        } else if (extent == kUnknown) {
          extent = other;
        } else {
          fits = other == kUnknown || other == extent;
        }
      }
      if (!fits) {
        fail(ErrorCode::invalid_argument,
             "[concat] A `Concatenate` layer requires inputs with matching shapes except for the "
             "concatenation axis. Received: shapes ",
             inputs[0].shape.str(), " and ", input.shape.str());
      }
    }
    return {result};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const int joined = axis(args.outputs[0].shape.rank());
    std::int64_t rows = 1;
    for (int i = 0; i < joined; ++i) rows *= args.outputs[0].shape[i];
    std::vector<std::int64_t> widths;
    for (const Spec& input : args.inputs) {
      auto width = static_cast<std::int64_t>(size_of(input.dtype));
      for (int i = joined; i < input.shape.rank(); ++i) width *= input.shape[i];
      widths.push_back(width);
    }
    return std::make_unique<ConcatKernel>(rows, std::move(widths));
  }
};

}  // namespace

OpPtr make_concat(int axis) {
  return std::make_shared<ConcatOp>(axis);
}

bool InPlaceConcats::is_whole(ValueId id) const {
  return std::any_of(parts.begin(), parts.end(),
                     [id](const Part& part) { return part.into == id; });
}

InPlaceConcats find_in_place_concats(const Graph& graph) {
  InPlaceConcats result;
  result.strides.assign(graph.values.size(), 0);
  const std::vector<int> uses = graph.use_counts();
  for (const Node& node : graph.nodes) {
    const auto* const op = dynamic_cast<const ConcatOp*>(node.op.get());
    if (op == nullptr) continue;
    const Spec& whole = graph.spec(node.outputs[0]);
    const int rank = whole.shape.rank();
    const int joined = op->axis(rank);
    std::int64_t rows = 1;
    for (int i = 0; i < joined; ++i) rows *= whole.shape[i];
    std::size_t offset = 0;
    for (const ValueId id : node.inputs) {
      const Value& part = graph.values[static_cast<std::size_t>(id)];
      std::size_t width = size_of(part.spec.dtype);
      for (int i = joined; i < rank; ++i) width *= static_cast<std::size_t>(part.spec.shape[i]);
      const bool ours =
          part.producer >= 0 && uses[static_cast<std::size_t>(id)] == 1 && part.output_index == 0;
      const bool gaps = ours && joined == rank - 1 &&
                        graph.nodes[static_cast<std::size_t>(part.producer)].op->strided_output();
      if (ours && (rows == 1 || gaps)) {
        result.parts.push_back({id, node.outputs[0], offset});
        if (rows > 1) result.strides[static_cast<std::size_t>(id)] = whole.shape[rank - 1];
      }
      offset += width;
    }
  }
  return result;
}

}  // namespace halfpixel::graph
