// Activation, ReLU, LeakyReLU, PReLU, ELU, Softmax.
#include <array>
#include <cmath>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/activation.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/softmax.hpp"
#include "graph/ops/unary.hpp"
#include "layers/activations.hpp"
#include "model/config_keys.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

using graph::Function;
using graph::Unary;

class ActivationImpl final : public LayerImpl {
 public:
  ActivationImpl(ActivationFunction function, std::string name, DTypePolicy policy, bool trainable)
      : LayerImpl("Activation", std::move(name), std::move(policy), trainable),
        function_(std::move(function)) {}
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return {function_.emit(builder, inputs[0])};
  }
  void add_config(Config& config) const override {
    config.set("activation", function_.serialize());
  }

 private:
  ActivationFunction function_;
};

// ReLU, LeakyReLU and ELU: one function, and the keys it was made from.
class FunctionImpl final : public LayerImpl {
 public:
  FunctionImpl(std::string class_name, const Unary& unary, Config keys, std::string name,
               DTypePolicy policy, bool trainable)
      : LayerImpl(std::move(class_name), std::move(name), std::move(policy), trainable),
        unary_(unary),
        keys_(std::move(keys)) {}
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return {builder.add1(graph::make_unary(unary_), {inputs[0]})};
  }
  void add_config(Config& config) const override {
    for (const auto& [key, value] : keys_.items()) config.set(key, value);
  }

 private:
  Unary unary_;
  Config keys_;
};

void require_not_negative(std::string_view layer, std::string_view argument, double value) {
  if (value >= 0.0) return;
  fail(ErrorCode::invalid_argument, "[", layer, "] ", argument, " cannot be a negative value; got ",
       argument, "=", value);
}

LayerPtr make_relu(const layers::ReLUOptions& o) {
  if (o.max_value) require_not_negative("ReLU", "max_value", *o.max_value);
  require_not_negative("ReLU", "negative_slope", o.negative_slope);
  require_not_negative("ReLU", "threshold", o.threshold);
  Config keys;
  keys.set("max_value", o.max_value ? Config::Value(*o.max_value) : Config::Value());
  keys.set("negative_slope", o.negative_slope);
  keys.set("threshold", o.threshold);
  const float limit = o.max_value ? static_cast<float>(*o.max_value) : graph::kNoLimit;
  const Unary unary{Function::relu,
                    {.alpha = static_cast<float>(o.negative_slope),
                     .threshold = static_cast<float>(o.threshold),
                     .high = limit}};
  return std::make_shared<FunctionImpl>("ReLU", unary, std::move(keys), o.name, o.dtype,
                                        o.trainable);
}

LayerPtr make_leaky_relu(const layers::LeakyReLUOptions& o) {
  require_not_negative("LeakyReLU", "negative_slope", o.negative_slope);
  Config keys;
  keys.set("negative_slope", o.negative_slope);
  const Unary unary{Function::relu, {.alpha = static_cast<float>(o.negative_slope)}};
  return std::make_shared<FunctionImpl>("LeakyReLU", unary, std::move(keys), o.name, o.dtype,
                                        o.trainable);
}

LayerPtr make_elu(const layers::ELUOptions& o) {
  Config keys;
  keys.set("alpha", o.alpha);
  const Unary unary{Function::elu, {.alpha = static_cast<float>(o.alpha)}};
  return std::make_shared<FunctionImpl>("ELU", unary, std::move(keys), o.name, o.dtype,
                                        o.trainable);
}

class PReLUImpl final : public LayerImpl {
 public:
  explicit PReLUImpl(const layers::PReLUOptions& o)
      : LayerImpl("PReLU", o.name, o.dtype, o.trainable), shared_axes_(o.shared_axes) {
    for (const int axis : shared_axes_) {
      if (axis == 0) fail("shared_axes cannot name the batch axis; got 0");
    }
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId alpha = builder.constant(variables()[0].value);
    return {builder.add1(graph::make_binary(graph::BinaryFunction::prelu), {inputs[0], alpha})};
  }
  void add_config(Config& config) const override {
    config.set("alpha_initializer", initializer_value("Zeros"));
    config.set("alpha_regularizer", nullptr);
    config.set("alpha_constraint", nullptr);
    config.set("shared_axes",
               shared_axes_.empty() ? Config::Value() : Config::list_of(shared_axes_));
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    const Shape& shape = inputs[0].shape;
    Shape alpha;
    for (int axis = 1; axis < shape.rank(); ++axis) alpha.push_back(shape[axis]);
    for (const int axis : shared_axes_) {
      const int at = axis > 0 ? axis : axis + shape.rank();
      if (at < 1 || at >= shape.rank())
        fail(concat("shared_axes must name axes of ", shape.str(), "; got ", axis));
      alpha[at - 1] = 1;
    }
    add_variable("alpha", alpha, Initializer::zeros);
  }

 private:
  std::vector<int> shared_axes_;
};

class SoftmaxImpl final : public LayerImpl {
 public:
  explicit SoftmaxImpl(const layers::SoftmaxOptions& o)
      : LayerImpl("Softmax", o.name, o.dtype, o.trainable), axis_(o.axis) {
    if (axis_.empty()) fail("axis must name at least one axis; got ()");
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return {builder.add1(graph::make_softmax(axis_), {inputs[0]})};
  }
  void add_config(Config& config) const override {
    config.set("axis", axis_.size() == 1 ? Config::Value(axis_[0]) : Config::list_of(axis_));
  }

 private:
  std::vector<int> axis_;
};

std::vector<int> to_ints(const std::vector<std::int64_t>& values) {
  return {values.begin(), values.end()};
}

LayerPtr activation(const Config& config) {
  const ConfigReader r("Activation", config);
  return std::make_shared<ActivationImpl>(
      ActivationFunction::from_config("Activation", config.find("activation")), r.name(), r.dtype(),
      r.trainable());
}

LayerPtr relu(const Config& config) {
  const ConfigReader r("ReLU", config);
  layers::ReLUOptions o;
  if (r.has("max_value")) o.max_value = r.number("max_value", 0.0);
  o.negative_slope = r.number("negative_slope", 0.0);
  o.threshold = r.number("threshold", 0.0);
  o.name = r.name(), o.dtype = r.dtype(), o.trainable = r.trainable();
  return make_relu(o);
}

// tf_keras' layer; Keras 3 spells it ReLU.
LayerPtr thresholded_relu(const Config& config) {
  const ConfigReader r("ThresholdedReLU", config);
  return make_relu({.threshold = r.number("theta", 1.0),
                    .name = r.name(),
                    .dtype = r.dtype(),
                    .trainable = r.trainable()});
}

LayerPtr leaky_relu(const Config& config) {
  const ConfigReader r("LeakyReLU", config);
  return make_leaky_relu({.negative_slope = r.number("negative_slope", r.number("alpha", 0.3)),
                          .name = r.name(),
                          .dtype = r.dtype(),
                          .trainable = r.trainable()});
}

LayerPtr elu(const Config& config) {
  const ConfigReader r("ELU", config);
  return make_elu({.alpha = r.number("alpha", 1.0),
                   .name = r.name(),
                   .dtype = r.dtype(),
                   .trainable = r.trainable()});
}

LayerPtr prelu(const Config& config) {
  const ConfigReader r("PReLU", config);
  return std::make_shared<PReLUImpl>(
      layers::PReLUOptions{.shared_axes = to_ints(r.integers("shared_axes", 0, {})),
                           .name = r.name(),
                           .dtype = r.dtype(),
                           .trainable = r.trainable()});
}

LayerPtr softmax(const Config& config) {
  const ConfigReader r("Softmax", config);
  return std::make_shared<SoftmaxImpl>(
      layers::SoftmaxOptions{.axis = to_ints(r.integers("axis", 0, {-1})),
                             .name = r.name(),
                             .dtype = r.dtype(),
                             .trainable = r.trainable()});
}

}  // namespace

namespace layers {
Activation::Activation(const ActivationOptions& o)
    : GraphLayer(std::make_shared<ActivationImpl>(ActivationFunction(o.activation), o.name, o.dtype,
                                                  o.trainable)) {}
ReLU::ReLU(const ReLUOptions& o) : GraphLayer(make_relu(o)) {}
LeakyReLU::LeakyReLU(const LeakyReLUOptions& o) : GraphLayer(make_leaky_relu(o)) {}
ELU::ELU(const ELUOptions& o) : GraphLayer(make_elu(o)) {}
PReLU::PReLU(const PReLUOptions& o) : GraphLayer(std::make_shared<PReLUImpl>(o)) {}
Softmax::Softmax(const SoftmaxOptions& o) : GraphLayer(std::make_shared<SoftmaxImpl>(o)) {}
}  // namespace layers

std::span<const LayerRow> activation_rows() {
  static constexpr std::array kRows = {
      LayerRow{"Activation", activation},
      LayerRow{"ReLU", relu},
      LayerRow{"ThresholdedReLU", thresholded_relu},
      LayerRow{"LeakyReLU", leaky_relu},
      LayerRow{"PReLU", prelu},
      LayerRow{"ELU", elu},
      LayerRow{"Softmax", softmax},
  };
  return kRows;
}

}  // namespace halfpixel::keras
