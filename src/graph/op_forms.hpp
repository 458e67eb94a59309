// Forms that an op may have for passes: see Op::element_function and Op::product.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "graph/linear_axis.hpp"
#include "graph/op.hpp"
#include "graph/ops/conv_geometry.hpp"
#include "graph/ops/function.hpp"

namespace halfpixel::graph {

// A run of elements; a step of 0 means one value for all.
struct Operand {
  const float* data = nullptr;
  int step = 1;
};

// y[i] = f(x[0][i], x[1][i], …), one x for each input of the op, which broadcast to its output.
class ElementFunction {
 public:
  virtual ~ElementFunction() = default;
  // y may be one of x. One thread; the same bits wherever the run begins.
  virtual void apply(std::span<const Operand> x, float* y, std::int64_t count) const noexcept = 0;
};

// A convolution, transposed convolution or matrix product: input 0 with a kernel (input 1), plus
// perhaps a bias (input 2, one for each channel), then an activation. Its channels are the last
// axis.
class ProductForm {
 public:
  virtual ~ProductForm() = default;
  virtual const Unary& fused_activation() const = 0;
  virtual OpPtr with_activation(const Unary& activation) const = 0;
  // Factors are rounded to bfloat16; sums are float32.
  virtual bool bf16() const { return false; }
  // The op that does so, its kernel being constant; null: this processor gains nothing by it.
  virtual OpPtr in_bf16(const PrepareArgs& args) const {
    (void)args;
    return nullptr;
  }
  // The axis of a kernel of this rank that counts the result's channels; -1: there is none.
  virtual int filter_axis(int kernel_rank) const = 0;
};

// An op that is its attributes, a product and an activation, which is one of them. One that may
// round its factors has `bf16` among them, and gains(args) then tells whether it helps.
template <class Derived, class Attributes>
class ProductOp : public OpWith<Derived, Attributes>, public ProductForm {
 public:
  using OpWith<Derived, Attributes>::OpWith;
  const ProductForm* product() const override { return this; }
  const Unary& fused_activation() const override { return this->attr.activation; }
  bool bf16() const override {
    if constexpr (kMayRound) return this->attr.bf16;
    return false;
  }
  OpPtr with_activation(const Unary& activation) const override {
    Attributes changed = this->attr;
    changed.activation = activation;
    return std::make_shared<Derived>(changed);
  }
  static constexpr bool kMayRound = requires(Attributes a) { a.bf16; };
  OpPtr in_bf16(const PrepareArgs& args) const override {
    if constexpr (kMayRound) {
      Attributes changed = this->attr;
      changed.bf16 = true;
      auto op = std::make_shared<Derived>(changed);
      if (op->gains(args)) return op;
    }
    return nullptr;
  }
};

// A transposed convolution is a convolution, stride 1, of the turned kernel over an image with
// zeros between x's positions: `axes`. Its kernel is (…window…, filters, C). The full result has
// strides * (extent - 1) + window positions, of which `low` are cut off in front.
struct TransposedForm {
  std::vector<LinearAxis> axes;
  PerAxis dilation;
  PerAxis strides;
  PerAxis low;
};

}  // namespace halfpixel::graph
