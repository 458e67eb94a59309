// BatchNormalization: at inference one factor and one summand for each channel.
#include "core/checked.hpp"
#include "graph/ops/affine.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/unary.hpp"
#include "layers/normalization.hpp"
#include "model/config_keys.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;
using graph::Function;

class BatchNormalizationImpl final : public LayerImpl {
 public:
  explicit BatchNormalizationImpl(const layers::BatchNormalizationOptions& o)
      : LayerImpl("BatchNormalization", o.name, o.dtype, o.trainable), o_(o) {}

  // tf.nn.batch_normalization's order: inv = rsqrt(variance + epsilon) * gamma; x * inv + (beta -
  // mean * inv). All but the last step is constant and folded when the graph is compiled.
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    std::size_t next = 0;
    const auto variable = [&] { return builder.constant(variables()[next++].value); };
    const auto binary = [&](BinaryFunction f, ValueId a, ValueId b) {
      return builder.add1(graph::make_binary(f), {a, b});
    };
    const ValueId gamma = o_.scale ? variable() : -1;
    const ValueId beta = o_.center ? variable() : -1;
    const ValueId mean = variable();
    const ValueId variance = variable();
    const ValueId padded =
        binary(BinaryFunction::add, variance, builder.scalar(static_cast<float>(o_.epsilon)));
    ValueId inv = builder.add1(graph::make_unary(Function::rsqrt), {padded});
    if (o_.scale) inv = binary(BinaryFunction::multiply, inv, gamma);
    const ValueId moved = binary(BinaryFunction::multiply, mean, inv);
    const ValueId shift = o_.center ? binary(BinaryFunction::subtract, beta, moved)
                                    : builder.add1(graph::make_unary(Function::neg), {moved});
    ValueId x = inputs[0];
    if (builder.spec(x).dtype != DType::float32)
      x = builder.add1(graph::make_cast(DType::float32), {x});
    return {builder.add1(graph::make_affine(o_.axis), {x, inv, shift})};
  }

  void add_config(Config& config) const override {
    config.set("axis", o_.axis);
    config.set("momentum", o_.momentum);
    config.set("epsilon", o_.epsilon);
    config.set("center", o_.center);
    config.set("scale", o_.scale);
    config.set("beta_initializer", initializer_value("Zeros"));
    config.set("gamma_initializer", initializer_value("Ones"));
    config.set("moving_mean_initializer", initializer_value("Zeros"));
    config.set("moving_variance_initializer", initializer_value("Ones"));
    for (const char* key :
         {"beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint"}) {
      config.set(key, nullptr);
    }
    config.set("synchronized", o_.synchronized);
    config.set("renorm", o_.renorm);
    config.set("renorm_clipping", nullptr);
    config.set("renorm_momentum", o_.renorm_momentum);
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    const Shape& shape = inputs[0].shape;
    if (o_.axis < -shape.rank() || o_.axis >= shape.rank()) {
      fail(concat("axis must name an axis of ", shape.str(), "; got ", o_.axis));
    }
    const Shape one{shape.at(o_.axis)};
    if (o_.scale) add_variable("gamma", one, Initializer::ones);
    if (o_.center) add_variable("beta", one, Initializer::zeros);
    add_variable("moving_mean", one, Initializer::zeros, false);
    add_variable("moving_variance", one, Initializer::ones, false);
    if (!o_.renorm) return;
    add_variable("moving_stddev", one, Initializer::ones, false);
    add_variable("renorm_mean", one, Initializer::zeros, false);
    add_variable("renorm_stddev", one, Initializer::ones, false);
  }

 private:
  layers::BatchNormalizationOptions o_;
};

}  // namespace

LayerPtr make_batch_normalization(const layers::BatchNormalizationOptions& options) {
  return std::make_shared<BatchNormalizationImpl>(options);
}

}  // namespace halfpixel::keras
