#include "layers/activations.hpp"

#include <array>
#include <span>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/softmax.hpp"
#include "graph/ops/split.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {

std::span<const LayerRow> activation_rows();

namespace {

using graph::Function;
using graph::Unary;

struct Entry {
  std::string_view name;
  Activation activation;
};
// First names are what Keras writes; aliases behind them.
constexpr std::array kEntries = {
    Entry{"linear", Activation::linear},
    Entry{"relu", Activation::relu},
    Entry{"relu6", Activation::relu6},
    Entry{"leaky_relu", Activation::leaky_relu},
    Entry{"elu", Activation::elu},
    Entry{"selu", Activation::selu},
    Entry{"celu", Activation::celu},
    Entry{"gelu", Activation::gelu},
    Entry{"sigmoid", Activation::sigmoid},
    Entry{"hard_sigmoid", Activation::hard_sigmoid},
    Entry{"sparse_sigmoid", Activation::sparse_sigmoid},
    Entry{"silu", Activation::silu},
    Entry{"hard_silu", Activation::hard_silu},
    Entry{"mish", Activation::mish},
    Entry{"softplus", Activation::softplus},
    Entry{"softsign", Activation::softsign},
    Entry{"softmax", Activation::softmax},
    Entry{"log_softmax", Activation::log_softmax},
    Entry{"sparsemax", Activation::sparsemax},
    Entry{"glu", Activation::glu},
    Entry{"tanh", Activation::tanh},
    Entry{"tanh_shrink", Activation::tanh_shrink},
    Entry{"hard_tanh", Activation::hard_tanh},
    Entry{"soft_shrink", Activation::soft_shrink},
    Entry{"hard_shrink", Activation::hard_shrink},
    Entry{"squareplus", Activation::squareplus},
    Entry{"sparse_plus", Activation::sparse_plus},
    Entry{"log_sigmoid", Activation::log_sigmoid},
    Entry{"exponential", Activation::exponential},
    Entry{"swish", Activation::silu},
    Entry{"hard_swish", Activation::hard_silu},
    Entry{"exp", Activation::exponential},
};

// Functions that tensorflow_addons and keras_cv_attention_models register, and Keras 3 has as well.
constexpr std::array kRegistered = {
    Entry{"Addons>softshrink", Activation::soft_shrink},
    Entry{"Addons>hardshrink", Activation::hard_shrink},
    Entry{"Addons>tanhshrink", Activation::tanh_shrink},
    Entry{"Addons>mish", Activation::mish},
    Entry{"kecamCommon>mish", Activation::mish},
    Entry{"kecamCommon>hard_swish", Activation::hard_silu},
    Entry{"kecamCommon>hard_sigmoid_torch", Activation::hard_sigmoid},
};

const Entry* find_entry(std::string_view name, std::span<const Entry> entries = kEntries) {
  for (const Entry& entry : entries) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}
// As files name it.
const Entry* find_written(std::string_view name) {
  const Entry* const entry = find_entry(name);
  return entry != nullptr ? entry : find_entry(name, kRegistered);
}

const std::string* text_of(const Config::Value* value) {
  return value != nullptr ? value->get_if<std::string>() : nullptr;
}

}  // namespace

std::string_view name_of(Activation activation) noexcept {
  for (const Entry& entry : kEntries) {
    if (entry.activation == activation) return entry.name;
  }
  return "?";
}

Activation to_activation(std::string_view name) {
  if (const Entry* const entry = find_entry(name)) return entry->activation;
  fail(ErrorCode::invalid_argument,
       "[Activation] Could not interpret activation function identifier: ", name);
}

std::optional<Unary> to_unary(Activation activation) {
  switch (activation) {
    case Activation::linear:
      return Unary{Function::linear};
    case Activation::relu:
      return graph::kRelu;
    case Activation::relu6:
      return Unary{Function::relu, {.high = 6.0F}};
    case Activation::leaky_relu:
      return Unary{Function::relu, {.alpha = 0.2F}};
    case Activation::elu:
      return Unary{Function::elu, {.alpha = 1.0F}};
    case Activation::selu:
      return Unary{Function::selu};
    case Activation::celu:
      return Unary{Function::celu, {.alpha = 1.0F}};
    case Activation::gelu:
      return Unary{Function::gelu};
    case Activation::sigmoid:
      return Unary{Function::sigmoid};
    case Activation::hard_sigmoid:
      return Unary{Function::hard_sigmoid};
    case Activation::sparse_sigmoid:
      return Unary{Function::sparse_sigmoid};
    case Activation::silu:
      return Unary{Function::silu};
    case Activation::hard_silu:
      return Unary{Function::hard_silu};
    case Activation::mish:
      return Unary{Function::mish};
    case Activation::softplus:
      return Unary{Function::softplus};
    case Activation::softsign:
      return Unary{Function::softsign};
    case Activation::tanh:
      return Unary{Function::tanh};
    case Activation::tanh_shrink:
      return Unary{Function::tanh_shrink};
    case Activation::hard_tanh:
      return Unary{Function::hard_tanh};
    case Activation::soft_shrink:
      return Unary{Function::soft_shrink, {.threshold = 0.5F}};
    case Activation::hard_shrink:
      return Unary{Function::hard_shrink, {.threshold = 0.5F}};
    case Activation::squareplus:
      return Unary{Function::squareplus, {.alpha = 4.0F}};
    case Activation::sparse_plus:
      return Unary{Function::sparse_plus};
    case Activation::log_sigmoid:
      return Unary{Function::log_sigmoid};
    case Activation::exponential:
      return Unary{Function::exp};
    default:
      return std::nullopt;
  }
}

ActivationFunction::ActivationFunction(Activation activation)
    : activation_(activation), unary_(to_unary(activation)), serialized_(name_of(activation)) {
  require_enumerator("Activation", "activation", activation, Activation::exponential);
}

ActivationFunction ActivationFunction::from_config(std::string_view who,
                                                   const Config::Value* value) {
  if (value == nullptr || value->is_none()) return {};
  const auto refuse = [&]() {
    fail(ErrorCode::unsupported, "[", who,
         "] activation must be one of Keras' own functions or layers; got ", value->json());
  };
  if (const std::string* const name = text_of(value)) {
    if (*name == "tf_keras>hard_sigmoid") {  // tf_keras 2 gave this name to another function
      ActivationFunction function;
      function.unary_ = Unary{Function::hard_sigmoid_2};
      function.serialized_ = *value;
      return function;
    }
    const Entry* const entry = find_written(*name);
    if (entry == nullptr) refuse();
    return ActivationFunction(entry->activation);
  }
  const auto* const object = value->get_if<Config>();
  if (object == nullptr) refuse();
  const std::string* const class_name = text_of(object->find("class_name"));
  const Config::Value* const inner = object->find("config");
  if (class_name == nullptr || inner == nullptr) refuse();
  if (*class_name == "function") {
    const Entry* const entry = text_of(inner) != nullptr ? find_written(*text_of(inner)) : nullptr;
    if (entry == nullptr) refuse();
    return ActivationFunction(entry->activation);
  }
  const auto* const layer_config = inner->get_if<Config>();
  for (const LayerRow& row : activation_rows()) {
    if (row.class_name != *class_name || layer_config == nullptr) continue;
    ActivationFunction function;
    function.layer_ = row.from_config(*layer_config);
    if (!function.layer_) continue;
    function.unary_.reset();
    function.serialized_ = *value;
    return function;
  }
  refuse();
  return {};
}

ValueId ActivationFunction::emit(Builder& builder, ValueId x) const {
  if (layer_) return layer_->invoke(builder, std::span(&x, 1))[0];
  if (is_linear()) return x;
  if (unary_) return builder.add1(graph::make_unary(*unary_), {x});
  switch (activation_) {
    case Activation::log_softmax:
      return builder.add1(graph::make_softmax({-1}, graph::SoftmaxKind::log_softmax), {x});
    case Activation::sparsemax:
      return builder.add1(graph::make_softmax({-1}, graph::SoftmaxKind::sparsemax), {x});
    case Activation::glu: {
      const std::vector<ValueId> halves = builder.add(graph::make_split(-1, 2), std::span(&x, 1));
      const ValueId gate = builder.add1(graph::make_unary(Function::sigmoid), {halves[1]});
      return builder.add1(graph::make_binary(graph::BinaryFunction::multiply), {halves[0], gate});
    }
    default:
      return builder.add1(graph::make_softmax({-1}), {x});
  }
}

}  // namespace halfpixel::keras
