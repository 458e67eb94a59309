#include <halfpixel/dtype.hpp>

#include <array>
#include <ostream>
#include <string>

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

namespace {

const Row& row_of(DType dtype) noexcept {
  static constexpr Row kUnknownRow = {"unknown", 0};
  const auto i = static_cast<std::size_t>(dtype);
  return i < kRows.size() ? kRows[i] : kUnknownRow;
}

}  // namespace

std::size_t size_of(DType dtype) noexcept {
  return row_of(dtype).size;
}

std::string_view name_of(DType dtype) noexcept {
  return row_of(dtype).name;
}

DType to_dtype(std::string_view name) {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name) return static_cast<DType>(i);
  }
  std::string names;
  for (const Row& row : kRows) names += (names.empty() ? "" : ", ") + std::string(row.name);
  fail(ErrorCode::invalid_argument, "[to_dtype] dtype must be one of ", names, "; got '", name,
       "'");
}

std::ostream& operator<<(std::ostream& out, DType dtype) {
  return out << name_of(dtype);
}

}  // namespace halfpixel
