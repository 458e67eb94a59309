#include "io/npy_dtype.hpp"
#include "core/checked.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>

#include <halfpixel/error.hpp>

namespace halfpixel::io {
namespace {

static_assert(std::endian::native == std::endian::little, "byte orders are told apart below");

struct Row {
  char kind;
  int bytes;
  DType dtype;
};
constexpr Row kRows[] = {
    {'b', 1, DType::boolean}, {'i', 1, DType::int8},    {'i', 2, DType::int16},
    {'i', 4, DType::int32},   {'i', 8, DType::int64},   {'u', 1, DType::uint8},
    {'u', 2, DType::uint16},  {'u', 4, DType::uint32},  {'u', 8, DType::uint64},
    {'f', 2, DType::float16}, {'f', 4, DType::float32}, {'f', 8, DType::float64},
};

// What NumPy calls the types that are refused, for people who search for the word.
std::string name_of_refused(char kind, int bytes) {
  const std::string bits = std::to_string(std::int64_t{8} * bytes);
  switch (kind) {
    case 'O':
      return "object";
    case 'c':
      return "complex" + bits;
    case 'S':
    case 'a':
      return "string (bytes)";
    case 'U':
      return "string (unicode)";
    case 'V':
      return "void (raw bytes or a structured dtype)";
    case 'M':
      return "datetime64";
    case 'm':
      return "timedelta64";
    case 'f':
      return bytes > 8 ? "longdouble (float" + bits + ")" : "float" + bits;
    case 'T':
      return "string (StringDType)";
    default:
      return "";
  }
}

}  // namespace

NpyDType parse_npy_dtype(std::string_view text, const std::string& where) {
  std::string_view rest = text;
  bool swap = false;
  if (!rest.empty() && std::string_view("<>=|").find(rest[0]) != std::string_view::npos) {
    swap = rest[0] == '>';
    rest.remove_prefix(1);
  }
  const char kind = rest.empty() ? '\0' : rest[0];
  int bytes = 0;
  if (rest == "?") return {DType::boolean, false};
  if (rest.size() > 1) std::from_chars(rest.data() + 1, rest.data() + rest.size(), bytes);
  for (const Row& row : kRows) {
    const std::string spelled = row.kind + std::to_string(row.bytes);
    if (rest == spelled) return {row.dtype, swap && row.bytes > 1};
  }
  const std::string quoted = "'" + std::string(text.substr(0, 60)) + "'";
  const std::string name = name_of_refused(kind, bytes);
  if (name.empty()) {
    fail(ErrorCode::malformed_file, where, ": descr is not a dtype; got ", quoted);
  }
  fail(ErrorCode::unsupported, where, ": dtype ", name,
       " is not supported, expected bool, integers or "
       "float16/32/64; got ",
       quoted);
}

std::string print_npy_dtype(DType dtype) {
  for (const Row& row : kRows) {
    if (row.dtype == dtype) {
      return (row.bytes == 1 ? "|" : "<") + std::string(1, row.kind) + std::to_string(row.bytes);
    }
  }
  fail(ErrorCode::internal, "[write_npy] dtype has no .npy name; got ",
       std::string(name_of(dtype)));
}

}  // namespace halfpixel::io
