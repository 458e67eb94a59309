// Activation, ReLU, LeakyReLU, PReLU, ELU, Softmax.
#include <halfpixel/keras/layers/activation.hpp>

#include <array>
#include <memory>

#include "graph/ops/binary.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/softmax.hpp"
#include "graph/ops/unary.hpp"
#include "layers/activations.hpp"
#include "layers/fields.hpp"
#include "model/emit.hpp"

namespace halfpixel::keras {
namespace {

using graph::Function;
using graph::Unary;

class ActivationImpl final
    : public LayerOf<ActivationImpl, WithActivation<layers::ActivationOptions>> {
 public:
  using LayerOf::LayerOf;
  static void fields(auto& v, auto& o) { v("activation", o.function); }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return {options_.function.emit(builder, inputs[0])};
  }
};

// One function of one element, which the options describe.
template <class Impl, class O>
class UnaryLayer : public LayerOf<Impl, O> {
 public:
  using LayerOf<Impl, O>::LayerOf;
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return {builder.add1(graph::make_unary(Impl::unary(this->options_)), {inputs[0]})};
  }

 protected:
  void require_not_negative(const char* argument, double value) const {
    if (value >= 0.0) return;
    this->refuse(argument, " cannot be a negative value; got ", argument, "=", value);
  }
};

Unary relu(double negative_slope, const std::optional<double>& max_value, double threshold) {
  return {Function::relu,
          {.alpha = static_cast<float>(negative_slope),
           .threshold = static_cast<float>(threshold),
           .high = max_value ? static_cast<float>(*max_value) : graph::kNoLimit}};
}

class ReLUImpl final : public UnaryLayer<ReLUImpl, layers::ReLUOptions> {
 public:
  ReLUImpl(std::string_view class_name, const Options& o) : UnaryLayer(class_name, o) {
    if (o.max_value) require_not_negative("max_value", *o.max_value);
    require_not_negative("negative_slope", o.negative_slope);
    require_not_negative("threshold", o.threshold);
  }
  static void fields(auto& v, auto& o) {
    v("max_value", o.max_value);
    v("negative_slope", o.negative_slope);
    v("threshold", o.threshold);
  }
  static Unary unary(const Options& o) { return relu(o.negative_slope, o.max_value, o.threshold); }
};

class LeakyReLUImpl final : public UnaryLayer<LeakyReLUImpl, layers::LeakyReLUOptions> {
 public:
  LeakyReLUImpl(std::string_view class_name, const Options& o) : UnaryLayer(class_name, o) {
    require_not_negative("negative_slope", o.negative_slope);
  }
  static void fields(auto& v, auto& o) {
    v.formerly("alpha", o.negative_slope);
    v("negative_slope", o.negative_slope);
  }
  static Unary unary(const Options& o) { return relu(o.negative_slope, {}, 0.0); }
};

class ELUImpl final : public UnaryLayer<ELUImpl, layers::ELUOptions> {
 public:
  using UnaryLayer::UnaryLayer;
  static void fields(auto& v, auto& o) { v("alpha", o.alpha); }
  static Unary unary(const Options& o) {
    return {Function::elu, {.alpha = static_cast<float>(o.alpha)}};
  }
};

class PReLUImpl final : public LayerOf<PReLUImpl, layers::PReLUOptions> {
 public:
  PReLUImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    for (const int axis : o.shared_axes) {
      if (axis == 0) refuse("shared_axes cannot name the batch axis; got 0");
    }
  }
  static void fields(auto& v, auto& o) {
    v.initializer("alpha_initializer", "Zeros");
    v.none("alpha_regularizer", "alpha_constraint");
    v.or_none("shared_axes", o.shared_axes);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId alpha = builder.constant(variables()[0].value);
    return {builder.add1(graph::make_binary(graph::BinaryFunction::prelu), {inputs[0], alpha})};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Shape& shape = inputs[0].shape;
    Shape alpha;
    for (int axis = 1; axis < shape.rank(); ++axis) alpha.push_back(shape[axis]);
    for (const int axis : options_.shared_axes) {
      const int at = axis > 0 ? axis : axis + shape.rank();
      if (at < 1 || at >= shape.rank()) {
        refuse("shared_axes must name axes of ", shape, "; got ", axis);
      }
      alpha[at - 1] = 1;
    }
    add_variable(context, "alpha", alpha, Initializer::zeros);
  }
};

class SoftmaxImpl final : public LayerOf<SoftmaxImpl, layers::SoftmaxOptions> {
 public:
  SoftmaxImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    if (o.axis.empty()) refuse("axis must name at least one axis; got ()");
  }
  static void fields(auto& v, auto& o) { v.axes("axis", o.axis); }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return call_with_arguments(builder, inputs, {});
  }
  // The second input, if there, is a mask: what it lets through takes part.
  std::vector<ValueId> call_with_arguments(Builder& builder, std::span<const ValueId> inputs,
                                           const Config& arguments) const override {
    const bool masked = arguments.find("mask") != nullptr;
    if (arguments.items().size() != (masked ? 1U : 0U) || inputs.size() != (masked ? 2U : 1U))
      refuse("unknown argument of the call; got ", arguments.json());
    if (!masked && builder.mask(inputs[0])) {
      fail(ErrorCode::unsupported, "[Softmax '", name(), "'] the mask of its input is one of ",
           "steps, which Softmax takes for one of elements: call it with a mask of its own");
    }
    const auto op = graph::make_softmax(options_.axis);
    if (!masked) return {builder.add1(op, {inputs[0]})};
    using graph::BinaryFunction;
    constexpr float kUnseen = -1e9F;
    const auto binary = [&](BinaryFunction f, ValueId a, ValueId b) {
      return builder.add1(graph::make_binary(f), {a, b});
    };
    ValueId mask = inputs[1];
    if (builder.of_tf_keras()) {  // adds to what is not seen, which may be all of a row
      mask = as_float32(builder, mask);
      const ValueId unseen = binary(BinaryFunction::multiply, builder.scalar(kUnseen),
                                    binary(BinaryFunction::subtract, builder.scalar(1.0F), mask));
      return {builder.add1(op, {binary(BinaryFunction::add, inputs[0], unseen)})};
    }
    if (builder.spec(mask).dtype != DType::boolean) {
      mask = as_float32(builder, mask);
      mask = binary(BinaryFunction::greater, mask, builder.scalar(0.5F));
    }
    const ValueId seen =
        builder.add1(graph::make_select(), {mask, inputs[0], builder.scalar(kUnseen)});
    const ValueId result = builder.add1(op, {seen});
    return {builder.add1(graph::make_select(), {mask, result, builder.scalar(0.0F)})};
  }
};

// tf_keras' layer; Keras 3 spells it ReLU.
LayerPtr thresholded_relu(const Config& config) {
  const ConfigReader reader("ThresholdedReLU", config);
  return std::make_shared<ReLUImpl>("ReLU",
                                    layers::ReLUOptions{.threshold = reader.number("theta", 1.0),
                                                        .name = reader.name(),
                                                        .dtype = reader.dtype(),
                                                        .trainable = reader.trainable()});
}

}  // namespace

namespace layers {
Activation::Activation(const ActivationOptions& o)
    : GraphLayer(std::make_shared<ActivationImpl>("Activation", o)) {}
ReLU::ReLU(const ReLUOptions& o) : GraphLayer(std::make_shared<ReLUImpl>("ReLU", o)) {}
LeakyReLU::LeakyReLU(const LeakyReLUOptions& o)
    : GraphLayer(std::make_shared<LeakyReLUImpl>("LeakyReLU", o)) {}
ELU::ELU(const ELUOptions& o) : GraphLayer(std::make_shared<ELUImpl>("ELU", o)) {}
PReLU::PReLU(const PReLUOptions& o) : GraphLayer(std::make_shared<PReLUImpl>("PReLU", o)) {}
Softmax::Softmax(const SoftmaxOptions& o)
    : GraphLayer(std::make_shared<SoftmaxImpl>("Softmax", o)) {}
}  // namespace layers

std::span<const LayerRow> activation_rows() {
  static constexpr std::array kRows = {
      row<"Activation", ActivationImpl>(),
      row<"ReLU", ReLUImpl>(),
      LayerRow{"ThresholdedReLU", thresholded_relu},
      row<"LeakyReLU", LeakyReLUImpl>(),
      row<"PReLU", PReLUImpl>(),
      row<"ELU", ELUImpl>(),
      row<"Softmax", SoftmaxImpl>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
