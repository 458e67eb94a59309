// BatchNormalization: at inference one factor and one summand for each channel.
#include <array>
#include <memory>

#include <halfpixel/keras/layers/normalization.hpp>

#include "graph/ops/affine.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/unary.hpp"
#include "layers/fields.hpp"
#include "model/emit.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;
using graph::Function;

class BatchNormalizationImpl final
    : public LayerOf<BatchNormalizationImpl, layers::BatchNormalizationOptions> {
 public:
  using LayerOf::LayerOf;

  static void fields(auto& v, auto& o) {
    v("axis", o.axis);
    v("momentum", o.momentum);
    v("epsilon", o.epsilon);
    v("center", o.center);
    v("scale", o.scale);
    v.initializer("beta_initializer", "Zeros");
    v.initializer("gamma_initializer", "Ones");
    v.initializer("moving_mean_initializer", "Zeros");
    v.initializer("moving_variance_initializer", "Ones");
    v.none("beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint");
    v("synchronized", o.synchronized);
    v("renorm", o.renorm);
    v.none("renorm_clipping");
    v("renorm_momentum", o.renorm_momentum);
  }

  // tf.nn.batch_normalization's order: inv = rsqrt(variance + epsilon) * gamma; x * inv + (beta -
  // mean * inv). All but the last step is constant and folded when the graph is compiled.
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    std::size_t next = 0;
    const auto variable = [&] { return builder.constant(variables()[next++].value); };
    const auto binary = [&](BinaryFunction f, ValueId a, ValueId b) {
      return builder.add1(graph::make_binary(f), {a, b});
    };
    const ValueId gamma = options_.scale ? variable() : -1;
    const ValueId beta = options_.center ? variable() : -1;
    const ValueId mean = variable();
    const ValueId variance = variable();
    const ValueId padded =
        binary(BinaryFunction::add, variance, builder.scalar(static_cast<float>(options_.epsilon)));
    ValueId inv = builder.add1(graph::make_unary(Function::rsqrt), {padded});
    if (options_.scale) inv = binary(BinaryFunction::multiply, inv, gamma);
    const ValueId moved = binary(BinaryFunction::multiply, mean, inv);
    const ValueId shift = options_.center ? binary(BinaryFunction::subtract, beta, moved)
                                          : builder.add1(graph::make_unary(Function::neg), {moved});
    ValueId x = inputs[0];
    x = as_float32(builder, x);
    return {builder.add1(graph::make_affine(options_.axis), {x, inv, shift})};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Shape& shape = inputs[0].shape;
    if (options_.axis < -shape.rank() || options_.axis >= shape.rank()) {
      refuse("axis must name an axis of ", shape.str(), "; got ", options_.axis);
    }
    const Shape one{shape.at(options_.axis)};
    if (options_.scale) add_variable(context, "gamma", one, Initializer::ones);
    if (options_.center) add_variable(context, "beta", one, Initializer::zeros);
    add_variable(context, "moving_mean", one, Initializer::zeros, false);
    add_variable(context, "moving_variance", one, Initializer::ones, false);
    if (!options_.renorm) return;
    add_variable(context, "moving_stddev", one, Initializer::ones, false);
    add_variable(context, "renorm_mean", one, Initializer::zeros, false);
    add_variable(context, "renorm_stddev", one, Initializer::ones, false);
  }
};

}  // namespace

namespace layers {
BatchNormalization::BatchNormalization(const BatchNormalizationOptions& o)
    : GraphLayer(std::make_shared<BatchNormalizationImpl>("BatchNormalization", o)) {}
}  // namespace layers

std::span<const LayerRow> batch_normalization_rows() {
  static constexpr LayerRow kRow = row<"BatchNormalization", BatchNormalizationImpl>();
  static constexpr std::array kRows = {
      kRow,
      LayerRow{"BatchNormalizationV1", kRow.from_config},
      LayerRow{"SyncBatchNormalization", kRow.from_config},
  };
  return kRows;
}

}  // namespace halfpixel::keras
