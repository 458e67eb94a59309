// EinsumDense: shapes of kernel and bias follow from the equation, as Keras' _analyze_split_string
// does it.
#include <algorithm>
#include <memory>

#include "graph/ops/binary.hpp"
#include "graph/ops/einsum.hpp"
#include "layers/dense.hpp"
#include "layers/quantization.hpp"
#include "model/emit.hpp"

namespace halfpixel::keras {
namespace {

// "...ab,bc->...ac" in parts; the ellipsis is taken off.
struct Equation {
  std::string input, kernel, result;
  bool left = false, right = false;
};

// Keras allows X,Y->Z, ...X,Y->...Z and X...,Y->Z... .
bool parse(const std::string& text, Equation* equation) {
  const std::size_t comma = text.find(',');
  const std::size_t arrow = text.find("->");
  if (comma == std::string::npos || arrow == std::string::npos || arrow < comma) return false;
  Equation& e = *equation;
  e.input = text.substr(0, comma);
  e.kernel = text.substr(comma + 1, arrow - comma - 1);
  e.result = text.substr(arrow + 2);
  const auto strip = [](std::string& part, bool front) {
    if (part.size() < 3) return false;
    const std::size_t at = front ? 0 : part.size() - 3;
    if (part.compare(at, 3, "...") != 0) return false;
    part.erase(at, 3);
    return true;
  };
  e.left = strip(e.input, true);
  if (e.left != strip(e.result, true)) return false;
  e.right = !e.left && strip(e.input, false);
  if (e.right != (!e.left && strip(e.result, false))) return false;
  const auto letters = [](const std::string& part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
  };
  return letters(e.input) && letters(e.kernel) && letters(e.result);
}

class EinsumDenseImpl final
    : public LayerOf<EinsumDenseImpl, Quantizable<WithActivation<layers::EinsumDenseOptions>>> {
 public:
  EinsumDenseImpl(std::string_view class_name, Options options)
      : LayerOf(class_name, std::move(options)),
        quantization_(class_name, options_.quantized_policy, options_.quantization_config) {
    if (!parse(options_.equation, &equation_)) {
      refuse("Invalid einsum equation '", options_.equation,
             "'. Equations must be in the form [X],[Y]->[Z], ...[X],[Y]->...[Z], or "
             "[X]...,[Y]->[Z]....");
    }
    op_ = graph::make_einsum(options_.equation);
  }

  static void fields(auto& v, auto& o) {
    v("output_shape", o.output_shape);
    v("equation", o.equation);
    v("activation", o.function);
    v.or_none("bias_axes", o.bias_axes);
    last_dense_fields(v, "activity_regularizer");
    quantized_fields(v, o);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    ValueId x = inputs[0];
    x = as_float32(builder, x);
    ValueId y = quantization_ ? call_quantized(builder, x)
                              : builder.add1(op_, {x, builder.constant(variables()[0].value)});
    if (has_bias()) {
      y = builder.add1(graph::make_binary(graph::BinaryFunction::add),
                       {y, builder.constant(variables()[1].value)});
    }
    return {options_.function.emit(builder, y)};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Shape& input = inputs[0].shape;
    const Equation& e = equation_;
    const int elided = input.rank() - static_cast<int>(e.input.size());
    if (elided < 0 || (elided > 0 && !e.left && !e.right)) {
      refuse("equation '", options_.equation, "' does not fit the input; got shape ", input);
    }
    // The whole result: batch, what "..." stands for, what was given.
    std::vector<std::int64_t> result = {input[0]};
    for (int i = 1; e.left && i < elided; ++i) result.push_back(input[i]);
    result.insert(result.end(), options_.output_shape.begin(), options_.output_shape.end());
    for (int i = input.rank() - elided; e.right && i < input.rank(); ++i) {
      result.push_back(input[i]);
    }
    const auto before = static_cast<std::size_t>(e.left ? elided : 0);
    const auto after = static_cast<std::size_t>(e.right ? elided : 0);
    if (result.size() != before + e.result.size() + after) {
      refuse("output_shape ", options_.output_shape, " does not fit equation '", options_.equation,
             "' and input shape ", input);
    }
    Shape kernel;
    for (const char c : e.kernel) {
      const std::size_t out = e.result.find(c);
      const std::size_t in = e.input.find(c);
      if (out == std::string::npos && in == std::string::npos) {
        refuse("Weight dimension '", std::string(1, c),
               "' did not have a match in either the input spec '", e.input,
               "' or the output spec '", e.result, "'");
      }
      const std::int64_t from_input =
          in == std::string::npos ? kUnknown : input[static_cast<int>(in) + (e.left ? elided : 0)];
      std::int64_t extent = out == std::string::npos ? from_input : result[before + out];
      if (extent == kUnknown) extent = from_input;
      kernel.push_back(extent);
    }
    kernel_shape_ = kernel;
    if (!quantization_)
      add_variable(context, "kernel", kernel, Initializer::glorot_uniform);
    else
      add_variable(context, "kernel", stored_kernel(), Initializer::zeros, false, DType::int8);
    add_bias(context, result, before, after);
    if (quantization_) add_scales(context, before, after);
  }

 private:
  bool has_bias() const { return !options_.bias_axes.empty(); }
  bool packed() const { return quantization_.mode() == QuantizationMode::int4; }
  // Letters of the kernel that are summed over.
  bool is_summed(char c) const { return equation_.result.find(c) == std::string::npos; }

  // int4: (summed extents, the others), whose product Keras packs.
  std::pair<std::int64_t, std::int64_t> matrix() const {
    std::pair<std::int64_t, std::int64_t> extents = {1, 1};
    for (int i = 0; i < kernel_shape_.rank(); ++i)
      (is_summed(equation_.kernel[static_cast<std::size_t>(i)]) ? extents.first : extents.second) *=
          kernel_shape_[i];
    return extents;
  }
  Shape stored_kernel() const {
    if (!packed()) return kernel_shape_;
    const auto [rows, columns] = matrix();
    return {rows, (columns + 1) / 2};
  }

  void add_scales(BuildContext& context, std::size_t before, std::size_t after) {
    Shape scale;
    if (!packed()) {  // lies on the result as it is
      const Equation& e = equation_;
      for (std::size_t i = 0; i < before; ++i) scale.push_back(1);
      for (const char c : e.result) {
        const std::size_t at = e.kernel.find(c);
        scale.push_back(at == std::string::npos ? 1 : kernel_shape_[static_cast<int>(at)]);
      }
      for (std::size_t i = 0; i < after; ++i) scale.push_back(1);
      add_variable(context, "kernel_scale", scale, Initializer::ones, false);
      return;
    }
    const auto [rows, columns] = matrix();
    const bool grouped = quantization_.block() > 0;
    scale = {columns};
    if (grouped) scale = {quantization_.groups(rows), columns};
    add_variable(context, "kernel_scale", scale, Initializer::ones, false);
    if (!grouped) return;
    add_variable(context, "kernel_zero", scale, Initializer::zeros, false, DType::int8);
    add_variable(context, "g_idx", {rows}, Initializer::zeros, false);
  }

  ValueId call_quantized(Builder& builder, ValueId x) const {
    using graph::BinaryFunction;
    const auto value = [&](std::size_t i) { return variables()[i].value; };
    const std::size_t scale = has_bias() ? 2 : 1;
    Tensor kernel =
        packed() ? unpack_int4(value(0), matrix().second) : value(0).astype(DType::float32);
    if (packed()) {
      if (quantization_.block() > 0) {
        kernel = dequantize_groups(kernel, value(scale), value(scale + 1), value(scale + 2), 0);
      } else {
        for (std::int64_t i = 0; i < kernel.size(); ++i)
          kernel.data<float>()[i] /= value(scale).data<float>()[i % value(scale).size()];
      }
      kernel = kernel.reshape(kernel_shape_);
    }
    std::vector<ValueId> divisors;
    if (quantization_.block() == 0 && quantization_.quantizes_inputs()) {
      std::vector<int> axes;
      const int elided = builder.shape(x).rank() - static_cast<int>(equation_.input.size());
      for (std::size_t i = 0; i < equation_.input.size(); ++i) {
        if (is_summed(equation_.input[i]))
          axes.push_back(static_cast<int>(i) + (equation_.left ? elided : 0));
      }
      const auto [whole, by] = quantization_.quantize_inputs(builder, x, axes);
      x = whole;
      // The scales where the result has them: a sum of one term for each.
      Shape ones;
      for (int i = 0; i < kernel_shape_.rank(); ++i) {
        const char c = equation_.kernel[static_cast<std::size_t>(i)];
        const bool shared = !is_summed(c) && equation_.input.find(c) != std::string::npos;
        ones.push_back(shared ? kernel_shape_[i] : 1);
      }
      divisors.push_back(
          builder.add1(op_, {by, builder.constant(full(ones, 1.0, DType::float32))}));
    }
    if (!packed()) divisors.push_back(builder.constant(value(scale)));
    ValueId y = builder.add1(op_, {x, builder.constant(kernel)});
    if (divisors.empty()) return y;
    ValueId by = divisors[0];
    if (divisors.size() > 1)
      by = builder.add1(graph::make_binary(BinaryFunction::multiply), {by, divisors[1]});
    return builder.add1(graph::make_binary(BinaryFunction::divide), {y, by});
  }

  void add_bias(BuildContext& context, const std::vector<std::int64_t>& result, std::size_t before,
                std::size_t after) {
    const Equation& e = equation_;
    if (options_.bias_axes.empty()) return;
    std::size_t first = e.result.size();
    for (const char c : options_.bias_axes) {
      const std::size_t at = e.result.find(c);
      if (at == std::string::npos) {
        refuse("Bias dimension '", std::string(1, c),
               "' was requested, but is not part of the output spec '", e.result, "'");
      }
      first = std::min(first, at);
    }
    Shape bias;
    for (std::size_t i = first; i < e.result.size(); ++i) {
      const bool has_bias = options_.bias_axes.find(e.result[i]) != std::string::npos;
      bias.push_back(has_bias ? result[before + i] : 1);
    }
    for (std::size_t i = 0; i < after; ++i) bias.push_back(1);
    add_variable(context, "bias", bias, Initializer::zeros);
  }

  Quantization quantization_;
  Shape kernel_shape_;
  Equation equation_;
  graph::OpPtr op_;
};

}  // namespace

LayerPtr make_einsum_dense(const layers::EinsumDenseOptions& options) {
  return std::make_shared<EinsumDenseImpl>("EinsumDense", options);
}

namespace layers {
EinsumDense::EinsumDense(const EinsumDenseOptions& options)
    : GraphLayer(make_einsum_dense(options)) {}
}  // namespace layers

std::span<const LayerRow> einsum_dense_rows() {
  static constexpr std::array kRows = {row<"EinsumDense", EinsumDenseImpl>()};
  return kRows;
}

}  // namespace halfpixel::keras
