#include "layers/quantization.hpp"

#include "graph/ops/binary.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/unary.hpp"

namespace halfpixel::keras {
namespace {

[[noreturn]] void unsupported(std::string_view who, const auto&... parts) {
  fail(ErrorCode::unsupported, "[", who, "] ", parts...);
}

// "int8", "int4/128", "float8", "gptq/4/128" …; empty: not quantised.
std::string mode_of(const Config::Value& policy) {
  const Config* const object = policy.get_if<Config>();
  const Config* const config = object != nullptr ? object->find<Config>("config") : nullptr;
  const std::string* const mode = config != nullptr ? config->find<std::string>("mode") : nullptr;
  return mode != nullptr ? *mode : std::string();
}

}  // namespace

void read_field(const ConfigReader& reader, std::string_view key, QuantizedPolicy& field) {
  const Config::Value* const value = reader.config().find(key);
  if (value != nullptr && !mode_of(*value).empty()) field.value = *value;
}

Quantization::Quantization(std::string_view who, const QuantizedPolicy& policy,
                           const Config::Value& config) {
  const std::string mode = mode_of(policy.value);
  const Config* const settings = config.get_if<Config>();
  if (mode.empty()) {
    if (settings != nullptr) {
      unsupported(who, "quantization_config is not supported without a policy of its kind; got ",
                  config.json());
    }
    return;
  }
  if (mode.starts_with("gptq") || mode.starts_with("awq")) {
    unsupported(who, "quantised by ", mode,
                ": such files are not whole (Keras cannot load its own); quantise to int8 or int4");
  }
  const bool is_int8 = mode == "int8";
  if (!is_int8 && (!mode.starts_with("int4") || settings == nullptr)) {
    unsupported(who, "quantised to ", mode, ": only int8, and int4 of Keras 3.15, are known");
  }
  mode_ = is_int8 ? QuantizationMode::int8 : QuantizationMode::int4;
  const Config* const config_of = settings != nullptr ? settings->find<Config>("config") : nullptr;
  if (settings == nullptr) {  // Keras' default for int8
    inputs_ = Inputs{-127, 127, 1e-7};
    return;
  }
  if (config_of == nullptr) unsupported(who, "quantization_config; got ", config.json());
  if (!is_int8) {
    const Config::Value* const block = config_of->find("block_size");
    const auto size = block != nullptr ? block->integer() : std::nullopt;
    block_ = size && *size > 0 ? *size : 0;
  }
  const Config* const quantizer = config_of->find<Config>("activation_quantizer");
  if (quantizer == nullptr) return;
  const std::string* const name = quantizer->find<std::string>("class_name");
  const Config* const options = quantizer->find<Config>("config");
  const Config::List* const range =
      options != nullptr ? options->find<Config::List>("value_range") : nullptr;
  const Config::Value* const epsilon = options != nullptr ? options->find("epsilon") : nullptr;
  if (name == nullptr || *name != "AbsMaxQuantizer" || range == nullptr || range->size() != 2 ||
      !(*range)[0].number() || !(*range)[1].number() || epsilon == nullptr || !epsilon->number()) {
    unsupported(who, "activation_quantizer must be an AbsMaxQuantizer; got ",
                Config::Value(*quantizer).json());
  }
  inputs_ = Inputs{*(*range)[0].number(), *(*range)[1].number(), *epsilon->number()};
}

Quantization::Scaled Quantization::quantize_inputs(Builder& builder, ValueId x,
                                                   const std::vector<int>& axes) const {
  using graph::BinaryFunction;
  using graph::Function;
  const auto unary = [&](const graph::Unary& f, ValueId v) {
    return builder.add1(graph::make_unary(f), {v});
  };
  const auto binary = [&](BinaryFunction f, ValueId a, ValueId b) {
    return builder.add1(graph::make_binary(f), {a, b});
  };
  const auto low = static_cast<float>(inputs_->low), high = static_cast<float>(inputs_->high);
  const ValueId most = builder.add1(graph::make_reduce(graph::Reduction::max, axes, true),
                                    {unary(Function::abs, x)});
  const ValueId epsilon = builder.scalar(static_cast<float>(inputs_->epsilon));
  const ValueId scale = binary(BinaryFunction::divide, builder.scalar(high),
                               binary(BinaryFunction::add, most, epsilon));
  const ValueId whole = unary(Function::round, binary(BinaryFunction::multiply, x, scale));
  return {unary({Function::clip, {.low = low, .high = high}}, whole), scale};
}

Tensor unpack_int4(const Tensor& packed, std::int64_t columns) {
  const std::int64_t rows = packed.shape()[0], bytes = packed.shape()[1];
  Tensor result({rows, columns}, DType::float32);
  const auto* const from = packed.data<std::int8_t>();
  auto* const to = result.data<float>();
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t i = 0; i < columns; ++i) {
      const auto byte = static_cast<unsigned>(static_cast<std::uint8_t>(from[row * bytes + i / 2]));
      const int half = static_cast<int>(i % 2 == 0 ? byte & 15U : byte >> 4U);
      to[row * columns + i] = static_cast<float>(half < 8 ? half : half - 16);
    }
  }
  return result;
}

Tensor dequantize_groups(const Tensor& x, const Tensor& scale, const Tensor& zero,
                         const Tensor& index, int axis) {
  const std::int64_t rows = x.shape()[0], columns = x.shape()[1];
  const std::int64_t groups = scale.shape()[axis];
  const Tensor zeros_of = zero.astype(DType::float32);
  Tensor result(x.shape(), DType::float32);
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t i = 0; i < columns; ++i) {
      const float said = index.data<float>()[axis == 0 ? row : i];
      if (!(said >= 0 && said < static_cast<float>(groups))) {
        fail(ErrorCode::invalid_argument, "[quantization] g_idx must name one of ", groups,
             " groups; got ", said);
      }
      const auto group = static_cast<std::int64_t>(said);
      const std::int64_t at = axis == 0 ? group * columns + i : row * groups + group;
      const std::int64_t to = row * columns + i;
      result.data<float>()[to] =
          (x.data<float>()[to] - zeros_of.data<float>()[at]) * scale.data<float>()[at];
    }
  }
  return result;
}

}  // namespace halfpixel::keras
