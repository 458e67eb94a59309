// What Keras' model.quantize() leaves in layers: int8 kernels with a scale for each filter, or
// pairs of four-bit numbers in a byte, with a scale and a zero point for each group of inputs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "layers/fields.hpp"

namespace halfpixel::keras {

// A dtype policy that says how a layer is quantised, as files have it; none: it is not.
struct QuantizedPolicy {
  Config::Value value = {};
};
void read_field(const ConfigReader& reader, std::string_view key, QuantizedPolicy& field);
inline Config::Value field_value(const QuantizedPolicy& field) {
  return field.value;
}

// Options of a layer that Keras can quantise.
template <class Options>
struct Quantizable : Options {
  using Options::Options;
  QuantizedPolicy quantized_policy = {};
  Config::Value quantization_config = {};
};
void quantized_fields(auto& v, auto& o) {
  v.if_any("dtype", o.quantized_policy);
  v.if_any("quantization_config", o.quantization_config);
}

enum class QuantizationMode : std::uint8_t { none, int8, int4 };

class Quantization {
 public:
  // Throws Error naming what cannot be: float8, GPTQ, AWQ, other quantizers.
  Quantization(std::string_view who, const QuantizedPolicy& policy, const Config::Value& config);

  QuantizationMode mode() const { return mode_; }
  explicit operator bool() const { return mode_ != QuantizationMode::none; }
  // Inputs that share a scale and a zero point; 0: all of a filter.
  std::int64_t block() const { return block_; }
  std::int64_t groups(std::int64_t extent) const { return (extent + block_ - 1) / block_; }
  bool quantizes_inputs() const { return inputs_.has_value(); }

  struct Scaled {
    ValueId x, scale;
  };
  // Whole numbers, and what they were multiplied by: one scale over these axes, which stay as 1.
  Scaled quantize_inputs(Builder& builder, ValueId x, const std::vector<int>& axes) const;

 private:
  struct Inputs {
    double low, high, epsilon;
  };
  QuantizationMode mode_ = QuantizationMode::none;
  std::int64_t block_ = 0;
  std::optional<Inputs> inputs_;
};

// (rows, ceil(columns / 2)) of bytes -> (rows, columns) of float32: the low half first.
Tensor unpack_int4(const Tensor& packed, std::int64_t columns);
// (x - zero) · scale; place i of `axis` (0 or 1) belongs to group index[i].
Tensor dequantize_groups(const Tensor& x, const Tensor& scale, const Tensor& zero,
                         const Tensor& index, int axis);

}  // namespace halfpixel::keras
