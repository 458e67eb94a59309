// EinsumDense: shapes of kernel and bias follow from the equation, as Keras' _analyze_split_string
// does it.
#include <algorithm>
#include <memory>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/convolution.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/einsum.hpp"
#include "layers/convolution.hpp"
#include "layers/dense.hpp"
#include "model/config_keys.hpp"

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

class EinsumDenseImpl final : public LayerImpl {
 public:
  explicit EinsumDenseImpl(EinsumDenseSettings settings)
      : LayerImpl("EinsumDense", settings.name, settings.policy, settings.trainable),
        settings_(std::move(settings)) {
    if (!parse(settings_.equation, &equation_)) {
      fail(concat("Invalid einsum equation '", settings_.equation,
                  "'. Equations must be in the form [X],[Y]->[Z], ...[X],[Y]->...[Z], or "
                  "[X]...,[Y]->[Z]...."));
    }
    op_ = std::make_shared<graph::Einsum>(settings_.equation);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    ValueId x = inputs[0];
    if (builder.spec(x).dtype != DType::float32) {
      x = builder.add1(graph::make_cast(DType::float32), {x});
    }
    ValueId y = builder.add1(op_, {x, builder.constant(variables()[0].value)});
    if (variables().size() > 1) {
      y = builder.add1(graph::make_binary(graph::BinaryFunction::add),
                       {y, builder.constant(variables()[1].value)});
    }
    return {settings_.activation.emit(builder, y)};
  }

  void add_config(Config& config) const override {
    config.set("output_shape", shape_value(settings_.output_shape));
    config.set("equation", settings_.equation);
    config.set("activation", settings_.activation.serialize());
    Config::Value bias_axes;
    if (settings_.bias_axes) bias_axes.v = *settings_.bias_axes;
    config.set("bias_axes", std::move(bias_axes));
    config.set("kernel_initializer", initializer_value("GlorotUniform"));
    config.set("bias_initializer", initializer_value("Zeros"));
    for (const char* key : {"kernel_regularizer", "bias_regularizer", "activity_regularizer",
                            "kernel_constraint", "bias_constraint", "quantization_config"}) {
      config.set(key, nullptr);
    }
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    const Shape& input = inputs[0].shape;
    const Equation& e = equation_;
    const int elided = input.rank() - static_cast<int>(e.input.size());
    if (elided < 0 || (elided > 0 && !e.left && !e.right)) {
      fail(concat("equation '", settings_.equation, "' does not fit the input; got shape ", input));
    }
    // The whole result: batch, what "..." stands for, what was given.
    std::vector<std::int64_t> result = {input[0]};
    for (int i = 1; e.left && i < elided; ++i) result.push_back(input[i]);
    result.insert(result.end(), settings_.output_shape.begin(), settings_.output_shape.end());
    for (int i = input.rank() - elided; e.right && i < input.rank(); ++i) {
      result.push_back(input[i]);
    }
    const auto before = static_cast<std::size_t>(e.left ? elided : 0);
    const auto after = static_cast<std::size_t>(e.right ? elided : 0);
    if (result.size() != before + e.result.size() + after) {
      fail(concat("output_shape ", settings_.output_shape, " does not fit equation '",
                  settings_.equation, "' and input shape ", input));
    }
    Shape kernel;
    for (const char c : e.kernel) {
      const std::size_t out = e.result.find(c);
      const std::size_t in = e.input.find(c);
      if (out == std::string::npos && in == std::string::npos) {
        fail(concat("Weight dimension '", std::string(1, c),
                    "' did not have a match in either the input spec '", e.input,
                    "' or the output spec '", e.result, "'"));
      }
      const std::int64_t from_input =
          in == std::string::npos ? kUnknown : input[static_cast<int>(in) + (e.left ? elided : 0)];
      std::int64_t extent = out == std::string::npos ? from_input : result[before + out];
      if (extent == kUnknown) extent = from_input;
      kernel.push_back(extent);
    }
    add_variable("kernel", kernel, Initializer::glorot_uniform);
    if (!settings_.bias_axes) return;
    std::size_t first = e.result.size();
    for (const char c : *settings_.bias_axes) {
      const std::size_t at = e.result.find(c);
      if (at == std::string::npos) {
        fail(concat("Bias dimension '", std::string(1, c),
                    "' was requested, but is not part of the output spec '", e.result, "'"));
      }
      first = std::min(first, at);
    }
    Shape bias;
    for (std::size_t i = first; i < e.result.size(); ++i) {
      const bool has_bias = settings_.bias_axes->find(e.result[i]) != std::string::npos;
      bias.push_back(has_bias ? result[before + i] : 1);
    }
    for (std::size_t i = 0; i < after; ++i) bias.push_back(1);
    add_variable("bias", bias, Initializer::zeros);
  }

 private:
  EinsumDenseSettings settings_;
  Equation equation_;
  graph::OpPtr op_;
};

}  // namespace

LayerPtr make_einsum_dense(const EinsumDenseSettings& settings) {
  return std::make_shared<EinsumDenseImpl>(settings);
}

LayerPtr einsum_dense_from_config(const Config& config) {
  const ConfigReader reader("EinsumDense", config);
  refuse_quantised("EinsumDense", reader);
  EinsumDenseSettings settings;
  settings.name = reader.name();
  settings.policy = reader.dtype();
  settings.trainable = reader.trainable();
  settings.equation = reader.text("equation", "");
  if (reader.has("bias_axes")) settings.bias_axes = reader.text("bias_axes", "");
  settings.activation = ActivationFunction::from_config("EinsumDense", reader.value("activation"));
  // null stands for an extent of the input, so the list is read here.
  if (const auto* one = config.find<std::int64_t>("output_shape")) {
    settings.output_shape.push_back(*one);
  } else if (const auto* list = config.find<Config::List>("output_shape")) {
    for (const Config::Value& extent : *list) {
      if (extent.is_none()) {
        settings.output_shape.push_back(kUnknown);
      } else if (const auto* value = extent.get_if<std::int64_t>()) {
        settings.output_shape.push_back(*value);
      } else {
        reader.fail("output_shape", "integers or null");
      }
    }
  } else {
    reader.fail("output_shape", "an integer or a list");
  }
  return make_einsum_dense(settings);
}

namespace layers {
EinsumDense::EinsumDense(const EinsumDenseOptions& o)
    : GraphLayer(make_einsum_dense(
          {.name = o.name,
           .policy = o.dtype,
           .trainable = o.trainable,
           .equation = o.equation,
           .output_shape = o.output_shape,
           .bias_axes = o.bias_axes.empty() ? std::nullopt : std::optional(o.bias_axes),
           .activation = ActivationFunction(o.activation)})) {}
}  // namespace layers

}  // namespace halfpixel::keras
