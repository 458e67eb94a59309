#include <halfpixel/dtype.hpp>

#include <array>
#include <ostream>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/float16.hpp"

namespace halfpixel {
namespace {

struct Row {
  std::string_view name;
  std::size_t size;
};
constexpr std::array<Row, kDTypeCount> kRows = {{{"float16", 2},
                                                 {"bfloat16", 2},
                                                 {"float32", 4},
                                                 {"float64", 8},
                                                 {"int8", 1},
                                                 {"int16", 2},
                                                 {"int32", 4},
                                                 {"int64", 8},
                                                 {"uint8", 1},
                                                 {"uint16", 2},
                                                 {"uint32", 4},
                                                 {"uint64", 8},
                                                 {"bool", 1}}};

}  // namespace

float16::float16(float value) : bits(float16_bits(value)) {}
float16::operator float() const {
  return float16_value(bits);
}
bfloat16::bfloat16(float value) : bits(bfloat16_bits(value)) {}

std::size_t size_of(DType dtype) noexcept {
  return kRows[static_cast<std::size_t>(dtype)].size;
}

std::string_view name_of(DType dtype) noexcept {
  return kRows[static_cast<std::size_t>(dtype)].name;
}

DType to_dtype(std::string_view name) {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name) return static_cast<DType>(i);
  }
  fail(ErrorCode::invalid_argument, "[to_dtype] dtype is unknown; got '", std::string(name), "'");
}

std::ostream& operator<<(std::ostream& out, DType dtype) {
  return out << name_of(dtype);
}

}  // namespace halfpixel
