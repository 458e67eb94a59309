// What ops are that work element by element: passes move transposes behind them and join them into
// chains.
#pragma once

#include "graph/op_forms.hpp"

namespace halfpixel::graph {

// Every input broadcasts to the output. `apply` is asked for when all of them are float32.
template <class Derived, class Attributes>
class ElementwiseOp : public OpWith<Derived, Attributes>, public ElementFunction {
 public:
  using OpWith<Derived, Attributes>::OpWith;
  bool strided_output() const override { return true; }
  Elements elements() const override { return Elements::each; }
  InputAxes input_axes(int) const override { return InputAxes::broadcast; }
  OpPtr before_transpose(std::span<const int>) const override { return this->shared_from_this(); }
  const ElementFunction* element_function(int) const override { return this; }
};

}  // namespace halfpixel::graph
