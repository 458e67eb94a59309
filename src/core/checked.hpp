// Products and sums of sizes that refuse instead of wrapping; text joined without a formatting
// library.
#pragma once

#include <cstdint>
#include <sstream>
#include <string>

#include <halfpixel/error.hpp>

namespace halfpixel {

template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return std::move(out).str();
}

template <class... Parts>
[[noreturn]] void fail(ErrorCode code, const Parts&... parts) {
  throw Error(code, concat(parts...));
}

inline bool multiply_overflows(std::int64_t a, std::int64_t b, std::int64_t* product) noexcept {
  return __builtin_mul_overflow(a, b, product);
}

// a * b, or Error naming `what`.
inline std::int64_t checked_multiply(std::int64_t a, std::int64_t b, const char* what) {
  std::int64_t product = 0;
  if (multiply_overflows(a, b, &product)) {
    fail(ErrorCode::invalid_argument, "[halfpixel] ", what, " is too large; got ", a, " * ", b);
  }
  return product;
}

}  // namespace halfpixel
