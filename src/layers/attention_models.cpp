// Layers that most models of keras_cv_attention_models have.
#include <algorithm>
#include <array>
#include <memory>

#include "graph/ops/binary.hpp"
#include "layers/fields.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;

// Variables that have an element for each place on these axes, and broadcast over the others.
template <class Impl, class O>
class OnAxesLayer : public LayerOf<Impl, O> {
 public:
  using LayerOf<Impl, O>::LayerOf;

 protected:
  // batch: an axis of 1 is in front.
  Shape variable_shape(const Shape& input, bool batch) const {
    const std::vector<int>& axes = this->options_.axis;
    const int last = input.rank() - 1;
    if (axes.size() == 1 && (axes[0] == -1 || axes[0] == last)) return {input[last]};
    Shape shape;
    for (int i = batch ? 0 : 1; i <= last; ++i) {
      const bool named = std::any_of(axes.begin(), axes.end(), [&](int axis) {
        return (axis < 0 ? axis + input.rank() : axis) == i;
      });
      shape.push_back(named ? input[i] : 1);
    }
    return shape;
  }
  ValueId with_variable(Builder& builder, BinaryFunction function, ValueId x, std::size_t i) const {
    return builder.add1(graph::make_binary(function),
                        {x, builder.constant(this->variables()[i].value)});
  }
};

struct BiasLayerOptions {
  std::vector<int> axis = {-1};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
class BiasLayerImpl final : public OnAxesLayer<BiasLayerImpl, BiasLayerOptions> {
 public:
  using OnAxesLayer::OnAxesLayer;
  static void fields(auto& v, auto& o) { v.axes("axis", o.axis); }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return {with_variable(builder, BinaryFunction::add, inputs[0], 0)};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    add_variable(context, "bias", variable_shape(inputs[0].shape, true), Initializer::zeros);
  }
};

struct ChannelAffineOptions : BiasLayerOptions {
  bool use_bias = true;
};
class ChannelAffineImpl final : public OnAxesLayer<ChannelAffineImpl, ChannelAffineOptions> {
 public:
  using OnAxesLayer::OnAxesLayer;
  static void fields(auto& v, auto& o) {
    v("use_bias", o.use_bias);
    v.axes("axis", o.axis);
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId y = with_variable(builder, BinaryFunction::multiply, inputs[0], 0);
    return {options_.use_bias ? with_variable(builder, BinaryFunction::add, y, 1) : y};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Shape shape = variable_shape(inputs[0].shape, false);
    add_variable(context, "weight", shape, Initializer::ones);
    if (options_.use_bias) add_variable(context, "bias", shape, Initializer::zeros);
  }
};

}  // namespace

std::span<const LayerRow> attention_model_rows() {
  static constexpr std::array kRows = {
      row<"resmlp>ChannelAffine", ChannelAffineImpl>(),
      row<"volo>BiasLayer", BiasLayerImpl>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
