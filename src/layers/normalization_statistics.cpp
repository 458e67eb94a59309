// LayerNormalization, GroupNormalization, UnitNormalization, RMSNormalization: statistics of the
// input.
#include <algorithm>

#include "core/checked.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/normalize.hpp"
#include "layers/normalization.hpp"
#include "model/config_keys.hpp"

namespace halfpixel::keras {
namespace {

using graph::NormalizeKind;
using graph::NormalizeSpec;

class StatisticsImpl : public LayerImpl {
 public:
  using LayerImpl::LayerImpl;

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const Shape& shape = builder.shape(inputs[0]);
    std::vector<ValueId> in = {inputs[0]};
    if (builder.spec(in[0]).dtype != DType::float32)
      in[0] = builder.add1(graph::make_cast(DType::float32), {in[0]});
    for (const Variable& variable : variables()) in.push_back(builder.constant(variable.value));
    return builder.add(graph::make_normalize(spec(shape)), in);
  }

 protected:
  virtual NormalizeSpec spec(const Shape& shape) const = 0;

  std::vector<int> checked_axes(const std::vector<int>& axes, const Shape& shape) const {
    std::vector<int> result;
    for (const int axis : axes) {
      if (axis < -shape.rank() || axis >= shape.rank()) {
        fail(concat("Axis ", axis, " is out of bounds for input shape ", shape.str(),
                    "; got axis=", axis));
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
  static void add_affine_config(Config& config) {
    config.set("beta_initializer", initializer_value("Zeros"));
    config.set("gamma_initializer", initializer_value("Ones"));
    for (const char* key :
         {"beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint"}) {
      config.set(key, nullptr);
    }
  }
};

Config::Value axis_value(const std::vector<int>& axes) {
  return axes.size() == 1 ? Config::Value(axes[0]) : Config::list_of(axes);
}

class LayerNormalizationImpl final : public StatisticsImpl {
 public:
  explicit LayerNormalizationImpl(const layers::LayerNormalizationOptions& o)
      : StatisticsImpl("LayerNormalization", o.name, o.dtype, o.trainable), o_(o) {}
  void add_config(Config& config) const override {
    config.set("axis", axis_value(o_.axis));
    config.set("epsilon", o_.epsilon);
    config.set("center", o_.center);
    config.set("scale", o_.scale);
    config.set("rms_scaling", o_.rms_scaling);
    add_affine_config(config);
  }

 protected:
  bool has_scale() const { return o_.scale || o_.rms_scaling; }
  bool has_offset() const { return o_.center && !o_.rms_scaling; }
  void build(std::span<const Spec> inputs) override {
    const Shape shape = extents(o_.axis, inputs[0].shape);
    if (has_scale()) add_variable("gamma", shape, Initializer::ones);
    if (has_offset()) add_variable("beta", shape, Initializer::zeros);
  }
  NormalizeSpec spec(const Shape& shape) const override {
    const std::vector<int> axes = checked_axes(o_.axis, shape);
    return {.kind = o_.rms_scaling ? NormalizeKind::variance_only : NormalizeKind::moments,
            .axes = axes,
            .epsilon = o_.epsilon,
            .param_axes = axes,
            .has_scale = has_scale(),
            .has_offset = has_offset()};
  }

 private:
  layers::LayerNormalizationOptions o_;
};

class GroupNormalizationImpl final : public StatisticsImpl {
 public:
  explicit GroupNormalizationImpl(const layers::GroupNormalizationOptions& o)
      : StatisticsImpl("GroupNormalization", o.name, o.dtype, o.trainable), o_(o) {
    if (o.groups < 1 && o.groups != -1)
      fail(concat("groups must be positive or -1; got ", o.groups));
  }
  void add_config(Config& config) const override {
    config.set("groups", o_.groups);
    config.set("axis", o_.axis);
    config.set("epsilon", o_.epsilon);
    config.set("center", o_.center);
    config.set("scale", o_.scale);
    add_affine_config(config);
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    const Shape& shape = inputs[0].shape;
    const std::int64_t channels = shape[checked_axes({o_.axis}, shape)[0]];
    if (channels == kUnknown) {
      fail(concat("Axis ", o_.axis,
                  " of input tensor should have a defined dimension but the layer received an input"
                  " with shape ",
                  shape.str()));
    }
    if (o_.groups == -1) o_.groups = channels;
    if (channels < o_.groups) {
      fail(concat("Number of groups (", o_.groups, ") cannot be more than the number of channels (",
                  channels, ")"));
    }
    if (channels % o_.groups != 0) {
      fail(concat("Number of groups (", o_.groups,
                  ") must be a multiple of the number of channels (", channels, ")"));
    }
    if (o_.scale) add_variable("gamma", {channels}, Initializer::ones);
    if (o_.center) add_variable("beta", {channels}, Initializer::zeros);
  }
  NormalizeSpec spec(const Shape& shape) const override {
    const int axis = checked_axes({o_.axis}, shape)[0];
    NormalizeSpec result{.axes = {},
                         .epsilon = o_.epsilon,
                         .groups = o_.groups,
                         .group_axis = axis,
                         .param_axes = {axis},
                         .has_scale = o_.scale,
                         .has_offset = o_.center};
    for (int i = 1; i < shape.rank(); ++i) result.axes.push_back(i);  // all but the batch
    return result;
  }

 private:
  layers::GroupNormalizationOptions o_;
};

class UnitNormalizationImpl final : public StatisticsImpl {
 public:
  explicit UnitNormalizationImpl(const layers::UnitNormalizationOptions& o)
      : StatisticsImpl("UnitNormalization", o.name, o.dtype, o.trainable), axis_(o.axis) {}
  void add_config(Config& config) const override { config.set("axis", axis_value(axis_)); }

 protected:
  NormalizeSpec spec(const Shape& shape) const override {
    return {.kind = NormalizeKind::unit,
            .axes = checked_axes(axis_, shape),
            .epsilon = 1e-12,
            .param_axes = {}};
  }

 private:
  std::vector<int> axis_;
};

class RMSNormalizationImpl final : public StatisticsImpl {
 public:
  explicit RMSNormalizationImpl(const layers::RMSNormalizationOptions& o)
      : StatisticsImpl("RMSNormalization", o.name, o.dtype, o.trainable), o_(o) {}
  void add_config(Config& config) const override {
    config.set("axis", axis_value(o_.axis));
    config.set("epsilon", o_.epsilon);
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    add_variable("scale", extents(o_.axis, inputs[0].shape), Initializer::ones);
  }
  NormalizeSpec spec(const Shape& shape) const override {
    const std::vector<int> axes = checked_axes(o_.axis, shape);
    return {.kind = NormalizeKind::rms,
            .axes = axes,
            .epsilon = o_.epsilon,
            .param_axes = axes,
            .has_scale = true};
  }

 private:
  layers::RMSNormalizationOptions o_;
};

}  // namespace

LayerPtr make_layer_normalization(const layers::LayerNormalizationOptions& options) {
  return std::make_shared<LayerNormalizationImpl>(options);
}
LayerPtr make_group_normalization(const layers::GroupNormalizationOptions& options) {
  return std::make_shared<GroupNormalizationImpl>(options);
}
LayerPtr make_unit_normalization(const layers::UnitNormalizationOptions& options) {
  return std::make_shared<UnitNormalizationImpl>(options);
}
LayerPtr make_rms_normalization(const layers::RMSNormalizationOptions& options) {
  return std::make_shared<RMSNormalizationImpl>(options);
}

}  // namespace halfpixel::keras
