// Dense; EinsumDense is in dense_einsum.cpp.
#include "layers/dense.hpp"

#include <memory>

#include "graph/ops/binary.hpp"
#include "graph/ops/matmul.hpp"
#include "layers/quantization.hpp"
#include "model/emit.hpp"

namespace halfpixel::keras {
namespace {

class DenseImpl final
    : public LayerOf<DenseImpl, Quantizable<WithActivation<layers::DenseOptions>>> {
 public:
  DenseImpl(std::string_view class_name, Options options)
      : LayerOf(class_name, std::move(options)),
        quantization_(class_name, options_.quantized_policy, options_.quantization_config) {
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
    quantized_fields(v, o);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    ValueId x = inputs[0];
    const Spec& spec = builder.spec(x);
    const std::int64_t features = variables()[0].value.shape()[0];  // packed or not
    if (spec.shape.rank() < 2 || (spec.shape.at(-1) != kUnknown && spec.shape.at(-1) != features)) {
      refuse("Input 0 of layer '", name(),
             "' is incompatible with the layer: expected axis -1 of input shape to have value ",
             features, ", but received input with shape ", spec.shape);
    }
    x = as_float32(builder, x);
    if (quantization_) return {options_.function.emit(builder, call_quantized(builder, x))};
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
    const std::int64_t rows = shape.at(-1), units = options_.units;
    const bool packed = quantization_.mode() == QuantizationMode::int4;
    if (!quantization_)
      add_variable(context, "kernel", {rows, units}, Initializer::glorot_uniform);
    else
      add_variable(context, "kernel", {rows, packed ? (units + 1) / 2 : units}, Initializer::zeros,
                   false, DType::int8);
    if (options_.use_bias) add_variable(context, "bias", {units}, Initializer::zeros);
    if (!quantization_) return;
    const bool grouped = quantization_.block() > 0;
    Shape scale = {units};
    if (grouped) scale = {quantization_.groups(rows), units};
    add_variable(context, "kernel_scale", scale, Initializer::ones, false);
    if (!grouped) return;
    add_variable(context, "kernel_zero", scale, Initializer::zeros, false, DType::int8);
    add_variable(context, "g_idx", {rows}, Initializer::zeros, false);
  }

 private:
  ValueId call_quantized(Builder& builder, ValueId x) const {
    using graph::BinaryFunction;
    const auto value = [&](std::size_t i) { return variables()[i].value; };
    const std::size_t scale = options_.use_bias ? 2 : 1;
    const bool packed = quantization_.mode() == QuantizationMode::int4;
    Tensor kernel =
        packed ? unpack_int4(value(0), options_.units) : value(0).astype(DType::float32);
    if (quantization_.block() > 0)
      kernel = dequantize_groups(kernel, value(scale), value(scale + 1), value(scale + 2), 0);
    ValueId divisor = builder.constant(value(scale));
    if (quantization_.block() == 0 && quantization_.quantizes_inputs()) {
      const auto [whole, by] = quantization_.quantize_inputs(builder, x, {-1});
      x = whole;
      divisor = builder.add1(graph::make_binary(BinaryFunction::multiply), {divisor, by});
    }
    ValueId y = builder.add1(graph::make_matmul(), {x, builder.constant(kernel)});
    if (quantization_.block() == 0)
      y = builder.add1(graph::make_binary(BinaryFunction::divide), {y, divisor});
    if (!options_.use_bias) return y;
    return builder.add1(graph::make_binary(BinaryFunction::add), {y, builder.constant(value(1))});
  }

  Quantization quantization_;
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
