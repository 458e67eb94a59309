// LayerNormalization, GroupNormalization, UnitNormalization, RMSNormalization: statistics of the
// input.
#include <halfpixel/keras/layers/normalization.hpp>

#include <algorithm>
#include <array>
#include <memory>

#include "graph/ops/normalize.hpp"
#include "layers/fields.hpp"
#include "model/emit.hpp"

namespace halfpixel::keras {
namespace {

using graph::NormalizeKind;
using graph::NormalizeSpec;

template <class Impl, class O>
class StatisticsLayer : public LayerOf<Impl, O> {
 public:
  using LayerOf<Impl, O>::LayerOf;

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const Shape& shape = builder.shape(inputs[0]);
    std::vector<ValueId> in = {inputs[0]};
    in[0] = as_float32(builder, in[0]);
    for (const Variable& variable : this->variables()) {
      in.push_back(builder.constant(variable.value));
    }
    return builder.add(graph::make_normalize(spec(shape)), in);
  }

 protected:
  virtual NormalizeSpec spec(const Shape& shape) const = 0;

  std::vector<int> checked_axes(const std::vector<int>& axes, const Shape& shape) const {
    std::vector<int> result;
    for (const int axis : axes) {
      if (axis < -shape.rank() || axis >= shape.rank()) {
        this->refuse("Axis ", axis, " is out of bounds for input shape ", shape,
                     "; got axis=", axis);
      }
      result.push_back(axis < 0 ? axis + shape.rank() : axis);
    }
    std::sort(result.begin(), result.end());
    return result;
  }
  Shape extents(const std::vector<int>& axes, const Shape& shape) const {
    Shape result;
    for (const int axis : checked_axes(axes, shape)) result.push_back(shape[axis]);
    return result;
  }
  static void affine_fields(auto& v) {
    v.initializer("beta_initializer", "Zeros");
    v.initializer("gamma_initializer", "Ones");
    v.none("beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint");
  }
};

class LayerNormalizationImpl final
    : public StatisticsLayer<LayerNormalizationImpl, layers::LayerNormalizationOptions> {
 public:
  using StatisticsLayer::StatisticsLayer;

  static void fields(auto& v, auto& o) {
    v.axes("axis", o.axis);
    v("epsilon", o.epsilon);
    v("center", o.center);
    v("scale", o.scale);
    v("rms_scaling", o.rms_scaling);
    affine_fields(v);
  }

 protected:
  bool has_scale() const { return options_.scale || options_.rms_scaling; }
  bool has_offset() const { return options_.center && !options_.rms_scaling; }
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Shape shape = extents(options_.axis, inputs[0].shape);
    if (has_scale()) add_variable(context, "gamma", shape, Initializer::ones);
    if (has_offset()) add_variable(context, "beta", shape, Initializer::zeros);
  }
  NormalizeSpec spec(const Shape& shape) const override {
    const std::vector<int> axes = checked_axes(options_.axis, shape);
    return {.kind = options_.rms_scaling ? NormalizeKind::variance_only : NormalizeKind::moments,
            .axes = axes,
            .epsilon = options_.epsilon,
            .param_axes = axes,
            .has_scale = has_scale(),
            .has_offset = has_offset()};
  }
};

class GroupNormalizationImpl final
    : public StatisticsLayer<GroupNormalizationImpl, layers::GroupNormalizationOptions> {
 public:
  GroupNormalizationImpl(std::string_view class_name, const Options& o)
      : StatisticsLayer(class_name, o) {
    if (o.groups < 1 && o.groups != -1) refuse("groups must be positive or -1; got ", o.groups);
  }

  static void fields(auto& v, auto& o) {
    v("groups", o.groups);
    v("axis", o.axis);
    v("epsilon", o.epsilon);
    v("center", o.center);
    v("scale", o.scale);
    affine_fields(v);
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Shape& shape = inputs[0].shape;
    const std::int64_t channels = shape[checked_axes({options_.axis}, shape)[0]];
    if (channels == kUnknown) {
      refuse("Axis ", options_.axis,
             " of input tensor should have a defined dimension but the layer received an input"
             " with shape ",
             shape);
    }
    if (options_.groups == -1) options_.groups = channels;
    if (channels < options_.groups) {
      refuse("Number of groups (", options_.groups,
             ") cannot be more than the number of channels (", channels, ")");
    }
    if (channels % options_.groups != 0) {
      refuse("Number of groups (", options_.groups,
             ") must be a multiple of the number of channels (", channels, ")");
    }
    if (options_.scale) add_variable(context, "gamma", {channels}, Initializer::ones);
    if (options_.center) add_variable(context, "beta", {channels}, Initializer::zeros);
  }
  NormalizeSpec spec(const Shape& shape) const override {
    const int axis = checked_axes({options_.axis}, shape)[0];
    NormalizeSpec result{.axes = {},
                         .epsilon = options_.epsilon,
                         .groups = options_.groups,
                         .group_axis = axis,
                         .param_axes = {axis},
                         .has_scale = options_.scale,
                         .has_offset = options_.center};
    for (int i = 1; i < shape.rank(); ++i) result.axes.push_back(i);  // all but the batch
    return result;
  }
};

class UnitNormalizationImpl final
    : public StatisticsLayer<UnitNormalizationImpl, layers::UnitNormalizationOptions> {
 public:
  using StatisticsLayer::StatisticsLayer;

  static void fields(auto& v, auto& o) { v.axes("axis", o.axis); }

 protected:
  NormalizeSpec spec(const Shape& shape) const override {
    return {.kind = NormalizeKind::unit,
            .axes = checked_axes(options_.axis, shape),
            .epsilon = 1e-12,
            .param_axes = {}};
  }
};

class RMSNormalizationImpl final
    : public StatisticsLayer<RMSNormalizationImpl, layers::RMSNormalizationOptions> {
 public:
  using StatisticsLayer::StatisticsLayer;

  static void fields(auto& v, auto& o) {
    v.axes("axis", o.axis);
    v("epsilon", o.epsilon);
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    add_variable(context, "scale", extents(options_.axis, inputs[0].shape), Initializer::ones);
  }
  NormalizeSpec spec(const Shape& shape) const override {
    const std::vector<int> axes = checked_axes(options_.axis, shape);
    return {.kind = NormalizeKind::rms,
            .axes = axes,
            .epsilon = options_.epsilon,
            .param_axes = axes,
            .has_scale = true};
  }
};

}  // namespace

namespace layers {
LayerNormalization::LayerNormalization(const LayerNormalizationOptions& o)
    : GraphLayer(std::make_shared<LayerNormalizationImpl>("LayerNormalization", o)) {}
GroupNormalization::GroupNormalization(const GroupNormalizationOptions& o)
    : GraphLayer(std::make_shared<GroupNormalizationImpl>("GroupNormalization", o)) {}
UnitNormalization::UnitNormalization(const UnitNormalizationOptions& o)
    : GraphLayer(std::make_shared<UnitNormalizationImpl>("UnitNormalization", o)) {}
RMSNormalization::RMSNormalization(const RMSNormalizationOptions& o)
    : GraphLayer(std::make_shared<RMSNormalizationImpl>("RMSNormalization", o)) {}
}  // namespace layers

std::span<const LayerRow> normalization_rows() {
  static constexpr std::array kRows = {
      row<"LayerNormalization", LayerNormalizationImpl>(),
      row<"GroupNormalization", GroupNormalizationImpl>(),
      row<"UnitNormalization", UnitNormalizationImpl>(),
      row<"RMSNormalization", RMSNormalizationImpl>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
