// Activations and normalisations that tensorflow_addons has and Keras does not.
#include <array>
#include <cmath>
#include <memory>

#include "graph/ops/binary.hpp"
#include "graph/ops/normalize.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/unary.hpp"
#include "layers/fields.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;

struct AddonOptions {
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

struct AddonGELUOptions : AddonOptions {
  bool approximate = true;
};
class AddonGELUImpl final : public LayerOf<AddonGELUImpl, AddonGELUOptions> {
 public:
  using LayerOf::LayerOf;
  static void fields(auto& v, auto& o) { v("approximate", o.approximate); }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const auto gelu = options_.approximate ? graph::Function::gelu_tanh : graph::Function::gelu;
    return {builder.add1(graph::make_unary({gelu, {}}), {inputs[0]})};
  }
};

// The largest of each num_units-th feature.
struct MaxoutOptions : AddonOptions {
  std::int64_t num_units = 0;
  int axis = -1;
};
class MaxoutImpl final : public LayerOf<MaxoutImpl, MaxoutOptions> {
 public:
  MaxoutImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    if (o.num_units < 1) refuse("num_units must be positive; got ", o.num_units);
  }
  static void fields(auto& v, auto& o) {
    v("num_units", o.num_units);
    v("axis", o.axis);
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const Shape& shape = builder.shape(inputs[0]);
    const int axis = options_.axis < 0 ? options_.axis + shape.rank() : options_.axis;
    if (axis < 1 || axis >= shape.rank() || shape[axis] == kUnknown ||
        shape[axis] % options_.num_units != 0) {
      refuse("number of features is not a multiple of num_units; got input shape ", shape,
             ", axis=", options_.axis, ", num_units=", options_.num_units);
    }
    std::vector<graph::Extent> extents;
    for (int i = 0; i < shape.rank(); ++i) {
      if (i == axis) extents.push_back(graph::Extent::of(shape[axis] / options_.num_units));
      extents.push_back(i == axis ? graph::Extent::of(options_.num_units)
                                  : graph::Extent::same_as(i));
    }
    const ValueId parts = builder.add1(graph::make_reshape(std::move(extents)), {inputs[0]});
    return {builder.add1(graph::make_reduce(graph::Reduction::max, {axis}), {parts})};
  }
};

// max(x, tau), affine: max(x, alpha * x + tau).
struct TLUOptions : AddonOptions {
  bool affine = false;
};
class TLUImpl final : public LayerOf<TLUImpl, TLUOptions> {
 public:
  using LayerOf::LayerOf;
  static void fields(auto& v, auto& o) {
    v.initializer("tau_initializer", "Zeros");
    v.none("tau_regularizer", "tau_constraint");
    v("affine", o.affine);
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const auto binary = [&](BinaryFunction function, ValueId a, ValueId b) {
      return builder.add1(graph::make_binary(function), {a, b});
    };
    const ValueId x = inputs[0];
    ValueId threshold = builder.constant(variables()[0].value);
    if (options_.affine) {
      const ValueId alpha = builder.constant(variables()[1].value);
      threshold =
          binary(BinaryFunction::add, threshold, binary(BinaryFunction::multiply, alpha, x));
    }
    return {binary(BinaryFunction::maximum, x, threshold)};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    Shape shape;
    for (int axis = 1; axis < inputs[0].shape.rank(); ++axis)
      shape.push_back(inputs[0].shape[axis]);
    add_variable(context, "tau", shape, Initializer::zeros);
    if (options_.affine) add_variable(context, "alpha", shape, Initializer::zeros);
  }
};

// gamma * x / sqrt(mean(x^2) + epsilon) + beta, the mean over rows and columns.
struct FilterResponseOptions : AddonOptions {
  std::vector<int> axis = {1, 2};
  double epsilon = 1e-6;
  bool learned_epsilon = false;
};
class FilterResponseImpl final : public LayerOf<FilterResponseImpl, FilterResponseOptions> {
 public:
  FilterResponseImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    if (o.axis != std::vector<int>{1, 2}) refuse("axis must be [1, 2]");
  }
  static void fields(auto& v, auto& o) {
    v("axis", o.axis);
    v("epsilon", o.epsilon);
    v("learned_epsilon", o.learned_epsilon);
    v.initializer("beta_initializer", "Zeros");
    v.initializer("gamma_initializer", "Ones");
    v.none("beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint",
           "learned_epsilon_constraint");
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    std::vector<ValueId> in = {inputs[0]};
    graph::NormalizeSpec spec{.kind = graph::NormalizeKind::rms,
                              .axes = {1, 2},
                              .epsilon = std::fabs(options_.epsilon),
                              .param_axes = {3},
                              .has_scale = true,
                              .has_offset = true};
    for (const Variable& variable : variables()) {
      const Tensor& value = variable.value;
      if (variable.name == "learned_epsilon") {
        spec.epsilon += std::fabs(*value.data<float>());
      } else {
        in.push_back(builder.constant(value.reshape({value.shape()[3]})));
      }
    }
    return builder.add(graph::make_normalize(spec), in);
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    require_rank(inputs[0], 4);
    const Shape shape = {1, 1, 1, inputs[0].shape[3]};
    if (options_.learned_epsilon) add_variable(context, "learned_epsilon", {1}, Initializer::zeros);
    add_variable(context, "gamma", shape, Initializer::ones);
    add_variable(context, "beta", shape, Initializer::zeros);
  }
};

}  // namespace

std::span<const LayerRow> addon_rows() {
  static constexpr std::array kRows = {
      row<"Addons>GELU", AddonGELUImpl>(),
      row<"Addons>Maxout", MaxoutImpl>(),
      row<"Addons>TLU", TLUImpl>(),
      row<"Addons>FilterResponseNormalization", FilterResponseImpl>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
