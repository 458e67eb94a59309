// Matrix products of bfloat16 numbers whose sums are float32, where the processor has instructions
// for them. Not by Highway: its targets have no tiles.
#pragma once

#include <cstdint>
#include <vector>

#include <halfpixel/export.hpp>

namespace halfpixel::kernels {

// Numbers of a row of a, and of a column of b, are taken so many at once: depths are whole
// multiples.
inline constexpr std::int64_t kBf16Depth = 32;
// Columns that are made at once.
inline constexpr std::int64_t kBf16Panel = 32;

// c[r, p] = sum over k of a[r, k] * b[k, p], r < rows, p < kBf16Panel. Sums are added up in an
// order that the depth alone decides.
struct Bf16ProductsJob {
  const std::uint16_t* a;  // row r at a + r * a_step, exact
  const std::uint16_t* b;  // packed (bf16_packed)
  float* c;                // row r at c + r * c_step, exact
  std::int64_t a_step, c_step;
  std::int64_t rows, depth;
};

struct Bf16Kernels {
  const char* name;  // of the instructions: "amx_bf16", "avx512_bf16"
  double speed;      // products made in the time of one of float32, as measured
  void (*products)(const Bf16ProductsJob&);
  // dst[i] = src[i] rounded to the nearest, ties to even; subnormals are 0.
  void (*round)(const float* src, std::uint16_t* dst, std::int64_t count);
};

// Those that take less time than float32 ones on this machine; null: there are none. Asks the
// system for AMX's registers once. Thread-safe.
HALFPIXEL_EXPORT const Bf16Kernels* bf16_kernels();
// All that this machine has, the best first.
HALFPIXEL_EXPORT std::vector<const Bf16Kernels*> all_bf16_kernels();

// Where element (k, p) of b is in its packed form.
constexpr std::int64_t bf16_packed(std::int64_t k, std::int64_t p) {
  return (k / 2 * kBf16Panel + p) * 2 + k % 2;
}

}  // namespace halfpixel::kernels
