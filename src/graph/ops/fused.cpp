// Blocks of a few thousand elements stay in the nearest cache while all steps go over them.
// Constants for the last axis are repeated to the length of a block when the op is prepared.
#include "graph/ops/fused.hpp"

#include <algorithm>
#include <array>

#include "core/checked.hpp"
#include "graph/op_forms.hpp"
#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {
namespace {

constexpr std::int64_t kBlock = 2048;  // elements, about

class FusedKernel final : public Kernel {
 public:
  FusedKernel(const std::vector<FusedStep>& steps, const PrepareArgs& args) {
    const Shape& shape = args.outputs[0].shape;
    length_ = shape.rank() > 0 ? shape[shape.rank() - 1] : 1;
    rows_ = length_ > 0 ? shape.num_elements() / length_ : 0;
    stride_ = args.row_stride();
    // Whole rows, unless they are long.
    rows_at_once_ = stride_ == length_
                        ? std::max<std::int64_t>(1, kBlock / std::max<std::int64_t>(length_, 1))
                        : 1;
    for (std::size_t i = 1; i < args.inputs.size(); ++i)
      values_.push_back(args.inputs[i].shape == shape ? Values{} : repeated(args.constants[i]));
    for (const FusedStep& step : steps) add(step, shape.rank());
  }

  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    auto* y = static_cast<float*>(out[0]);
    const std::int64_t blocks = (rows_ + rows_at_once_ - 1) / rows_at_once_;
    parallel_blocks(blocks, rows_ * length_ * static_cast<std::int64_t>(steps_.size()),
                    [&](std::int64_t begin, std::int64_t end) {
                      for (std::int64_t b = begin; b < end; ++b) {
                        const std::int64_t first = b * rows_at_once_;
                        const std::int64_t count = std::min(rows_at_once_, rows_ - first) * length_;
                        // Long rows in pieces.
                        for (std::int64_t i = 0; i < count; i += kBlock) {
                          block(in, first * length_ + i, y + first * stride_ + i, i,
                                std::min(kBlock, count - i));
                        }
                      }
                    });
  }

 private:
  // An input behind the first: empty where it has the result's shape and is read as it goes.
  struct Values {
    std::vector<float> elements;
    bool scalar = false;
  };
  static constexpr std::size_t kMostInputs = 3;  // of a step
  struct Step {
    OpPtr op;  // keeps the function
    const ElementFunction* function;
    std::size_t count;
    std::array<std::size_t, kMostInputs> inputs;
  };

  Values repeated(const Tensor* constant) const {
    if (constant == nullptr) fail(ErrorCode::internal, "[fused] an input must be constant");
    const auto once = constant->span<float>();
    Values values;
    values.scalar = once.size() == 1;
    const std::size_t length =
        values.scalar ? 1 : static_cast<std::size_t>(length_ * rows_at_once_);
    for (std::size_t k = 0; k < length; ++k) values.elements.push_back(once[k % once.size()]);
    return values;
  }

  void add(const FusedStep& from, int rank) {
    Step step{from.op, from.op->element_function(rank), from.inputs.size(), {}};
    if (step.function == nullptr || step.count > kMostInputs)
      fail(ErrorCode::internal, "[fused] ", from.op->kind(), " cannot be a step");
    std::copy(from.inputs.begin(), from.inputs.end(), step.inputs.begin());
    steps_.push_back(std::move(step));
  }

  // v: `count` elements, number `at` of the inputs, number `in_block` of the repeated constants.
  void block(const void* const* in, std::int64_t at, float* v, std::int64_t in_block,
             std::int64_t count) const noexcept {
    const float* running = static_cast<const float*>(in[0]) + at;
    for (const Step& step : steps_) {
      std::array<Operand, kMostInputs> x;
      for (std::size_t i = 0; i < step.count; ++i) {
        const std::size_t input = step.inputs[i];
        if (input == FusedStep::kRunning) {
          x[i] = {running, 1};
        } else if (const Values& values = values_[input - 1]; values.elements.empty()) {
          x[i] = {static_cast<const float*>(in[input]) + at, 1};
        } else if (values.scalar) {
          x[i] = {values.elements.data(), 0};
        } else {
          x[i] = {values.elements.data() + in_block, 1};
        }
      }
      step.function->apply({x.data(), step.count}, v, count);
      running = v;  // the first step brings the elements over
    }
  }

  std::vector<Step> steps_;
  std::vector<Values> values_;  // of input 1, 2, …
  std::int64_t rows_ = 0, length_ = 1, stride_ = 1, rows_at_once_ = 1;
};

class FusedOp final : public OpWith<FusedOp, std::vector<FusedStep>> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "fused"; }
  bool in_place(int input) const override { return input == 0; }
  bool strided_output() const override { return true; }
  Elements elements() const override { return Elements::each; }

  std::string attributes() const override {
    std::string text;
    for (const FusedStep& step : attr) {
      if (!text.empty()) text += ", ";
      const Unary* const function = step.op->activation();
      text += function != nullptr ? str(*function) : std::string(step.op->kind());
    }
    return text;
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    if (inputs.empty()) fail(ErrorCode::internal, "[fused] an input is needed; got none");
    for (const Spec& spec : inputs) {
      if (spec.dtype != DType::float32)
        fail(ErrorCode::unsupported, "[fused] float32 is needed; got ", spec.dtype);
    }
    return {inputs[0]};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    return std::make_unique<FusedKernel>(attr, args);
  }
};

}  // namespace

bool operator==(const FusedStep& a, const FusedStep& b) {
  return a.inputs == b.inputs && a.op->equals(*b.op);
}

OpPtr make_fused(std::vector<FusedStep> steps) {
  return std::make_shared<FusedOp>(std::move(steps));
}

const std::vector<FusedStep>* fused_steps(const Op& op) {
  const auto* const fused = dynamic_cast<const FusedOp*>(&op);
  return fused != nullptr ? &fused->attr : nullptr;
}

}  // namespace halfpixel::graph
