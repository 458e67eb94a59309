// Blocks of a few thousand elements stay in the nearest cache while all steps go over them.
// Constants for the last axis are repeated to the length of a block when the op is prepared.
#include "graph/ops/fused.hpp"

#include <algorithm>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/math-inl.hpp"
#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {
namespace {

constexpr std::int64_t kBlock = 2048;  // elements, about

HALFPIXEL_CLONES void affine_block(float* v, const float* scale, const float* shift,
                                   std::int64_t n) {
  HALFPIXEL_IVDEP
  for (std::int64_t i = 0; i < n; ++i) v[i] = v[i] * scale[i] + shift[i];
}

class FusedKernel final : public Kernel {
 public:
  FusedKernel(const std::vector<FusedStep>& steps, const PrepareArgs& args) : steps_(steps) {
    const Shape& shape = args.outputs[0].shape;
    length_ = shape.rank() > 0 ? shape[shape.rank() - 1] : 1;
    rows_ = length_ > 0 ? shape.num_elements() / length_ : 0;
    stride_ = args.output_row_stride != 0 ? args.output_row_stride : length_;
    // Whole rows, unless they are long.
    rows_at_once_ = stride_ == length_
                        ? std::max<std::int64_t>(1, kBlock / std::max<std::int64_t>(length_, 1))
                        : 1;
    operands_.resize(args.inputs.size());
    for (std::size_t i = 1; i < args.inputs.size(); ++i) {
      if (args.inputs[i].shape == shape && !is_affine(i)) continue;  // read as it goes
      if (args.constants[i] == nullptr)
        fail(ErrorCode::internal, "[fused] input ", i, " must be constant");
      const auto values = args.constants[i]->span<float>();
      operands_[i].scalar = values.size() == 1 && !is_affine(i);
      const std::size_t length =
          operands_[i].scalar ? 1 : static_cast<std::size_t>(length_ * rows_at_once_);
      for (std::size_t k = 0; k < length; ++k)
        operands_[i].values.push_back(values[k % values.size()]);
    }
  }

  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* x = static_cast<const float*>(in[0]);
    auto* y = static_cast<float*>(out[0]);
    const std::int64_t blocks = (rows_ + rows_at_once_ - 1) / rows_at_once_;
    parallel_blocks(blocks, rows_ * length_ * static_cast<std::int64_t>(steps_.size()),
                    [&](std::int64_t begin, std::int64_t end) {
                      for (std::int64_t b = begin; b < end; ++b) {
                        const std::int64_t first = b * rows_at_once_;
                        const std::int64_t count = std::min(rows_at_once_, rows_ - first) * length_;
                        // Long rows in pieces.
                        for (std::int64_t i = 0; i < count; i += kBlock) {
                          block(in, x, first * length_ + i, y + first * stride_ + i, i,
                                std::min(kBlock, count - i));
                        }
                      }
                    });
  }

 private:
  struct Operand {
    std::vector<float> values;  // empty: an input of the result's shape
    bool scalar = false;
  };
  bool is_affine(std::size_t input) const {
    return std::any_of(steps_.begin(), steps_.end(), [&](const FusedStep& s) {
      const auto i = static_cast<std::size_t>(s.input);
      return s.kind == FusedStep::Kind::affine && (i == input || i + 1 == input);
    });
  }

  // v: `count` elements, number `at` of the inputs, number `in_block` of the repeated constants.
  void block(const void* const* in, const float* x, std::int64_t at, float* v,
             std::int64_t in_block, std::int64_t count) const noexcept {
    const float* from = x + at;  // the first step brings the elements over
    for (const FusedStep& step : steps_) {
      const auto i = static_cast<std::size_t>(step.input);
      switch (step.kind) {
        case FusedStep::Kind::unary:
          apply(step.unary, from, v, count);
          break;
        case FusedStep::Kind::binary: {
          const Operand& operand = operands_[i];
          const float* other = operand.values.empty() ? static_cast<const float*>(in[i]) + at
                               : operand.scalar       ? operand.values.data()
                                                      : operand.values.data() + in_block;
          const int other_step = operand.scalar ? 0 : 1;
          if (step.swapped) {
            apply(step.binary, other, other_step, from, 1, v, count);
          } else {
            apply(step.binary, from, 1, other, other_step, v, count);
          }
          break;
        }
        case FusedStep::Kind::affine:
          if (from != v) std::copy(from, from + count, v);
          affine_block(v, operands_[i].values.data() + in_block,
                       operands_[i + 1].values.data() + in_block, count);
          break;
      }
      from = v;
    }
  }

  std::vector<FusedStep> steps_;
  std::vector<Operand> operands_;
  std::int64_t rows_ = 0, length_ = 1, stride_ = 1, rows_at_once_ = 1;
};

}  // namespace

std::string FusedOp::attributes() const {
  std::string text;
  for (const FusedStep& step : steps) {
    if (!text.empty()) text += ", ";
    switch (step.kind) {
      case FusedStep::Kind::unary:
        text += str(step.unary);
        break;
      case FusedStep::Kind::binary:
        text += name_of(step.binary);
        break;
      case FusedStep::Kind::affine:
        text += "affine";
        break;
    }
  }
  return text;
}

std::vector<Spec> FusedOp::infer(std::span<const Spec> inputs) const {
  if (inputs.empty()) fail(ErrorCode::internal, "[fused] an input is needed; got none");
  for (const Spec& spec : inputs) {
    if (spec.dtype != DType::float32)
      fail(ErrorCode::unsupported, "[fused] float32 is needed; got ", spec.dtype);
  }
  return {inputs[0]};
}

std::unique_ptr<Kernel> FusedOp::prepare(const PrepareArgs& args) const {
  return std::make_unique<FusedKernel>(steps, args);
}

OpPtr make_fused(std::vector<FusedStep> steps) {
  return std::make_shared<FusedOp>(std::move(steps));
}

}  // namespace halfpixel::graph
