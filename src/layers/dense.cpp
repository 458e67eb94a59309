// Dense; EinsumDense is in dense_einsum.cpp.
#include "layers/dense.hpp"

#include <memory>

#include "graph/ops/cast.hpp"
#include "graph/ops/matmul.hpp"

namespace halfpixel::keras {
namespace {

class DenseImpl final : public LayerOf<DenseImpl, WithActivation<layers::DenseOptions>> {
 public:
  DenseImpl(std::string_view class_name, Options options)
      : LayerOf(class_name, std::move(options)) {
    if (options_.units <= 0) {
      refuse("Received an invalid value for `units`, expected a positive integer. Received: units=",
             options_.units);
    }
  }

  static void fields(auto& v, auto& o) {
    v("units", o.units);
    v("activation", o.function);
    v("use_bias", o.use_bias);
    last_dense_fields(v);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    ValueId x = inputs[0];
    const Spec& spec = builder.spec(x);
    const std::int64_t features = variables()[0].value.shape()[0];
    if (spec.shape.rank() < 2 || (spec.shape.at(-1) != kUnknown && spec.shape.at(-1) != features)) {
      refuse("Input 0 of layer '", name(),
             "' is incompatible with the layer: expected axis -1 of input shape to have value ",
             features, ", but received input with shape ", spec.shape);
    }
    if (spec.dtype != DType::float32) x = builder.add1(graph::make_cast(DType::float32), {x});
    std::vector<ValueId> ids = {x};
    for (const Variable& variable : variables()) ids.push_back(builder.constant(variable.value));
    const ValueId y = builder.add(graph::make_matmul(), ids)[0];
    return {options_.function.emit(builder, y)};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Shape& shape = inputs[0].shape;
    if (shape.rank() < 2) {
      refuse("Input 0 of layer '", name(),
             "' is incompatible with the layer: expected min_ndim=2, found ndim=", shape.rank(),
             ". Full shape received: ", shape);
    }
    add_variable(context, "kernel", {shape.at(-1), options_.units}, Initializer::glorot_uniform);
    if (options_.use_bias) add_variable(context, "bias", {options_.units}, Initializer::zeros);
  }
};

}  // namespace

namespace layers {
Dense::Dense(const DenseOptions& options)
    : GraphLayer(std::make_shared<DenseImpl>("Dense", options)) {}
}  // namespace layers

std::span<const LayerRow> dense_rows() {
  static constexpr std::array kRows = {row<"Dense", DenseImpl>()};
  return kRows;
}

}  // namespace halfpixel::keras
