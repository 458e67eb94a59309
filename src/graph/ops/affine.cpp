#include "graph/ops/affine.hpp"

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/linear_axis.hpp"
#include "graph/op_forms.hpp"
#include "graph/ops/math-inl.hpp"
#include "graph/ops/parallel.hpp"
#include "graph/ops/per_channel.hpp"

namespace halfpixel::graph {
namespace {

HALFPIXEL_CLONES void vector_row(const float* x, const float* scale, const float* shift, float* y,
                                 std::int64_t n) {
  // y is x or far from it
  HALFPIXEL_IVDEP
  for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] * scale[i] + shift[i];
}

HALFPIXEL_CLONES void scalar_row(const float* x, float scale, float shift, float* y,
                                 std::int64_t n) {
  HALFPIXEL_IVDEP
  for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] * scale + shift;
}

// x: [outer, channels, inner]
class AffineKernel final : public Kernel {
 public:
  AffineKernel(std::int64_t outer, std::int64_t channels, std::int64_t inner, std::int64_t length,
               std::int64_t stride, bool channels_are_rows)
      : outer_(outer),
        channels_(channels),
        inner_(inner),
        length_(length),
        stride_(stride),
        channels_are_rows_(channels_are_rows) {}
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* x = static_cast<const float*>(in[0]);
    const auto* scale = static_cast<const float*>(in[1]);
    const auto* shift = static_cast<const float*>(in[2]);
    auto* y = static_cast<float*>(out[0]);
    if (channels_are_rows_) {
      parallel_blocks(outer_, outer_ * channels_, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t r = begin; r < end; ++r) {
          vector_row(x + r * channels_, scale, shift, y + r * stride_, channels_);
        }
      });
      return;
    }
    const std::int64_t planes = outer_ * channels_;
    parallel_blocks(planes, planes * inner_, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t p = begin; p < end; ++p) {
        const std::int64_t c = p % channels_;
        if (stride_ == length_) {
          scalar_row(x + p * inner_, scale[c], shift[c], y + p * inner_, inner_);
          continue;
        }
        for (std::int64_t i = 0; i < inner_; i += length_) {
          const std::int64_t at = p * inner_ + i;
          scalar_row(x + at, scale[c], shift[c], y + at / length_ * stride_, length_);
        }
      }
    });
  }

 private:
  std::int64_t outer_, channels_, inner_;
  std::int64_t length_, stride_;  // of the result's rows
  bool channels_are_rows_;
};

// axis: negative from the end.
class AffineOp final : public OpWith<AffineOp, int>, public ElementFunction {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "affine"; }
  std::string attributes() const override { return concat("axis ", attr); }
  bool in_place(int input) const override { return input == 0; }
  bool strided_output() const override { return true; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;

  InputAxes input_axes(int input) const override {
    return input == 0 ? InputAxes::same : InputAxes::own;
  }
  OpPtr before_transpose(std::span<const int> order) const override {
    const int at = axis(static_cast<int>(order.size()));
    return std::make_shared<AffineOp>(order[static_cast<std::size_t>(at)]);
  }
  // Along the last axis, scale and shift broadcast.
  const ElementFunction* element_function(int rank) const override {
    return axis(rank) == rank - 1 ? this : nullptr;
  }
  void apply(std::span<const Operand> x, float* y, std::int64_t count) const noexcept override;
  // Factors of their own for each row would not be those of another height.
  std::optional<LinearAxis> row_sources(int input, const PrepareArgs& args) const override {
    const Shape& shape = args.outputs[0].shape;
    if (input != 0 || shape.rank() < 3 || axis(shape.rank()) < 2) return std::nullopt;
    return same_positions(shape[1]);
  }
  std::optional<PerChannel> per_channel(int input, const PrepareArgs& args) const override {
    const Shape& shape = args.outputs[0].shape;
    if (input != 0 || axis(shape.rank()) != shape.rank() - 1) return std::nullopt;
    auto scale = channel_values(args.constants[1], shape);
    auto shift = channel_values(args.constants[2], shape);
    if (!scale || !shift) return std::nullopt;
    return PerChannel{std::move(*scale), std::move(*shift)};
  }

 private:
  int axis(int rank) const { return attr < 0 ? attr + rank : attr; }
};

void AffineOp::apply(std::span<const Operand> x, float* y, std::int64_t count) const noexcept {
  if (x[0].step == 1 && x[1].step == 1 && x[2].step == 1) {
    vector_row(x[0].data, x[1].data, x[2].data, y, count);
  } else if (x[0].step == 1 && x[1].step == 0 && x[2].step == 0) {
    scalar_row(x[0].data, *x[1].data, *x[2].data, y, count);
  } else {
    for (std::int64_t i = 0; i < count; ++i) {
      y[i] = x[0].data[i * x[0].step] * x[1].data[i * x[1].step] + x[2].data[i * x[2].step];
    }
  }
}

std::vector<Spec> AffineOp::infer(std::span<const Spec> inputs) const {
  if (inputs.size() != 3)
    fail(ErrorCode::internal, "[affine] three inputs are needed; got ", inputs.size());
  const Shape& shape = inputs[0].shape;
  const int at = axis(shape.rank());
  if (at < 0 || at >= shape.rank()) {
    fail(ErrorCode::invalid_argument, "[affine] axis ", attr, " is out of range; got shape ",
         shape.str());
  }
  for (const Spec& spec : inputs) {
    if (spec.dtype != DType::float32)
      fail(ErrorCode::unsupported, "[affine] float32 is needed; got ", spec.dtype);
  }
  for (const Spec& spec : inputs.subspan(1)) {
    if (spec.shape.rank() != 1 || (shape[at] != kUnknown && spec.shape[0] != shape[at])) {
      fail(ErrorCode::invalid_argument, "[affine] axis ", attr, " of ", shape.str(),
           " needs as many factors; got shape ", spec.shape.str());
    }
  }
  return {inputs[0]};
}

std::unique_ptr<Kernel> AffineOp::prepare(const PrepareArgs& args) const {
  const Shape& shape = args.inputs[0].shape;
  const int at = axis(shape.rank());
  std::int64_t outer = 1, inner = 1;
  for (int i = 0; i < at; ++i) outer *= shape[i];
  for (int i = at + 1; i < shape.rank(); ++i) inner *= shape[i];
  const std::int64_t length = shape[shape.rank() - 1];
  const std::int64_t stride = args.row_stride();
  if (inner == 1 && stride == length) {  // dense: what stands behind the axis does not matter
    return std::make_unique<AffineKernel>(outer, shape[at], 1, shape[at], shape[at], true);
  }
  return std::make_unique<AffineKernel>(outer, shape[at], inner, length, stride,
                                        at == shape.rank() - 1);
}

}  // namespace

OpPtr make_affine(int axis) {
  return std::make_shared<AffineOp>(axis);
}

}  // namespace halfpixel::graph
