#include "layers/dense.hpp"

#include <array>
#include <memory>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/convolution.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/matmul.hpp"
#include "layers/convolution.hpp"
#include "model/config_keys.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

class DenseImpl final : public LayerImpl {
 public:
  DenseImpl(std::int64_t units, ActivationFunction activation, bool use_bias, std::string name,
            DTypePolicy policy, bool trainable)
      : LayerImpl("Dense", std::move(name), std::move(policy), trainable),
        units_(units),
        activation_(std::move(activation)),
        use_bias_(use_bias) {
    if (units_ <= 0) {
      fail(
          concat("Received an invalid value for `units`, expected a positive integer. Received: "
                 "units=",
                 units_));
    }
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    ValueId x = inputs[0];
    const Spec& spec = builder.spec(x);
    const std::int64_t features = variables()[0].value.shape()[0];
    if (spec.shape.rank() < 2 || (spec.shape.at(-1) != kUnknown && spec.shape.at(-1) != features)) {
      fail(concat("Input 0 of layer '", name(),
                  "' is incompatible with the layer: expected axis "
                  "-1 of input shape to have value ",
                  features, ", but received input with shape ", spec.shape));
    }
    if (spec.dtype != DType::float32) x = builder.add1(graph::make_cast(DType::float32), {x});
    std::vector<ValueId> ids = {x};
    for (const Variable& variable : variables()) ids.push_back(builder.constant(variable.value));
    const ValueId y = builder.add(std::make_shared<graph::Matmul>(), ids)[0];
    return {activation_.emit(builder, y)};
  }

  void add_config(Config& config) const override {
    config.set("units", units_);
    config.set("activation", activation_.serialize());
    config.set("use_bias", use_bias_);
    config.set("kernel_initializer", initializer_value("GlorotUniform"));
    config.set("bias_initializer", initializer_value("Zeros"));
    config.set("kernel_regularizer", nullptr);
    config.set("bias_regularizer", nullptr);
    config.set("kernel_constraint", nullptr);
    config.set("bias_constraint", nullptr);
    config.set("quantization_config", nullptr);
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    const Shape& shape = inputs[0].shape;
    if (shape.rank() < 2) {
      fail(concat("Input 0 of layer '", name(),
                  "' is incompatible with the layer: expected "
                  "min_ndim=2, found ndim=",
                  shape.rank(), ". Full shape received: ", shape));
    }
    add_variable("kernel", {shape.at(-1), units_}, Initializer::glorot_uniform);
    if (use_bias_) add_variable("bias", {units_}, Initializer::zeros);
  }

 private:
  std::int64_t units_;
  ActivationFunction activation_;
  bool use_bias_;
};

LayerPtr dense_from_config(const Config& config) {
  const ConfigReader reader("Dense", config);
  refuse_quantised("Dense", reader);
  return std::make_shared<DenseImpl>(
      reader.integer("units", 0),
      ActivationFunction::from_config("Dense", reader.value("activation")),
      reader.boolean("use_bias", true), reader.name(), reader.dtype(), reader.trainable());
}

}  // namespace

namespace layers {
Dense::Dense(const DenseOptions& o)
    : GraphLayer(std::make_shared<DenseImpl>(o.units, ActivationFunction(o.activation), o.use_bias,
                                             o.name, o.dtype, o.trainable)) {}
}  // namespace layers

std::span<const LayerRow> dense_rows() {
  static constexpr std::array kRows = {
      LayerRow{"Dense", dense_from_config},
      LayerRow{"EinsumDense", einsum_dense_from_config},
  };
  return kRows;
}

}  // namespace halfpixel::keras
