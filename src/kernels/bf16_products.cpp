#include "kernels/bf16_products.hpp"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#define HALFPIXEL_DOT __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")))
#define HALFPIXEL_TILES \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,amx-tile,amx-bf16")))
#endif

namespace halfpixel::kernels {

#if defined(HALFPIXEL_TILES)
namespace {

constexpr std::int64_t kLanes = 16;
constexpr std::int64_t kPairs = kBf16Depth / 2;
static_assert(kBf16Panel == 2 * kLanes);

HALFPIXEL_DOT void round_numbers(const float* src, std::uint16_t* dst, std::int64_t count) {
  std::int64_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
    const auto both =
        _mm512_cvtne2ps_pbh(_mm512_loadu_ps(src + i + kLanes), _mm512_loadu_ps(src + i));
    std::memcpy(dst + i, &both, sizeof(both));
  }
  for (; i < count; i += kLanes) {
    const std::int64_t left = std::min(kLanes, count - i);
    const auto mask = static_cast<__mmask16>((1U << left) - 1);
    const auto some = _mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, src + i));
    std::memcpy(dst + i, &some, static_cast<std::size_t>(left) * sizeof(*dst));
  }
}

// Sums of the rows stay in registers while b passes by: loops over them are unrolled.
template <int Rows>
HALFPIXEL_DOT void dot_rows(const Bf16ProductsJob& job, std::int64_t row) {
  const std::uint16_t* const a = job.a + row * job.a_step;
  const std::uint16_t* b = job.b;
  __m512 low[Rows], high[Rows];
  for (int r = 0; r < Rows; ++r) low[r] = high[r] = _mm512_setzero_ps();
  for (std::int64_t k = 0; k < job.depth; k += 2, b += 2 * kBf16Panel) {
    const auto left = (__m512bh)_mm512_loadu_si512(b);
    const auto right = (__m512bh)_mm512_loadu_si512(b + kBf16Panel);
    for (int r = 0; r < Rows; ++r) {
      std::int32_t pair;
      std::memcpy(&pair, a + r * job.a_step + k, sizeof(pair));
      __m512i both = _mm512_set1_epi32(pair);
      asm("" : "+v"(both));  // out of the optimiser's sight: clang 16 does not get over it
      low[r] = _mm512_dpbf16_ps(low[r], (__m512bh)both, left);
      high[r] = _mm512_dpbf16_ps(high[r], (__m512bh)both, right);
    }
  }
  for (int r = 0; r < Rows; ++r) {
    float* const c = job.c + (row + r) * job.c_step;
    _mm512_storeu_ps(c, low[r]);
    _mm512_storeu_ps(c + kLanes, high[r]);
  }
}

template <int Rows>
HALFPIXEL_DOT void dot_rest(const Bf16ProductsJob& job, std::int64_t row) {
  if constexpr (Rows > 0) {
    if (job.rows - row < Rows) return dot_rest<Rows - 1>(job, row);
    dot_rows<Rows>(job, row);
  }
}

void dot_products(const Bf16ProductsJob& job) {
  constexpr int kRows = 12;
  for (std::int64_t row = 0; row < job.rows; row += kRows) dot_rest<kRows>(job, row);
}

// What ldtilecfg reads.
struct alignas(64) TileConfig {
  std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
  std::uint16_t bytes[16] = {};
  std::uint8_t rows[16] = {};
};

// Tiles 0 to 3: sums of two blocks of rows and two of columns; 4, 5: rows of a; 6, 7: columns of b.
TileConfig tile_config(std::int64_t upper, std::int64_t lower) {
  TileConfig config;
  for (int tile = 0; tile < 8; ++tile) {
    const bool of_lower = tile == 2 || tile == 3 || tile == 5;
    config.bytes[tile] = 64;
    config.rows[tile] = static_cast<std::uint8_t>(tile >= 6 ? kPairs : (of_lower ? lower : upper));
  }
  return config;
}

// What the intrinsic reads is not all told to the compiler.
HALFPIXEL_TILES inline void configure(const TileConfig& config) {
  asm volatile("" : : "r"(&config) : "memory");
  _tile_loadconfig(&config);
}

template <bool Lower>
HALFPIXEL_TILES inline void tile_rows(const Bf16ProductsJob& job, std::int64_t row) {
  const std::uint16_t* const a = job.a + row * job.a_step;
  const std::uint16_t* const below = a + kLanes * job.a_step;
  const auto a_bytes = static_cast<std::size_t>(job.a_step) * sizeof(*a);
  constexpr std::size_t kBytes = 2 * kBf16Panel * sizeof(*job.b);
  _tile_zero(0);
  _tile_zero(1);
  if constexpr (Lower) {
    _tile_zero(2);
    _tile_zero(3);
  }
  for (std::int64_t k = 0; k < job.depth; k += kBf16Depth) {
    const std::uint16_t* const b = job.b + k * kBf16Panel;
    _tile_loadd(4, a + k, a_bytes);
    _tile_loadd(6, b, kBytes);
    _tile_loadd(7, b + kBf16Panel, kBytes);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    if constexpr (Lower) {
      _tile_loadd(5, below + k, a_bytes);
      _tile_dpbf16ps(2, 5, 6);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  float* const c = job.c + row * job.c_step;
  const auto c_bytes = static_cast<std::size_t>(job.c_step) * sizeof(*c);
  _tile_stored(0, c, c_bytes);
  _tile_stored(1, c + kLanes, c_bytes);
  if constexpr (Lower) {
    _tile_stored(2, c + kLanes * job.c_step, c_bytes);
    _tile_stored(3, c + kLanes * job.c_step + kLanes, c_bytes);
  }
}

HALFPIXEL_TILES void tile_products(const Bf16ProductsJob& job) {
  std::int64_t row = 0;
  if (job.rows >= 2 * kLanes) {
    configure(tile_config(kLanes, kLanes));
    for (; row + 2 * kLanes <= job.rows; row += 2 * kLanes) tile_rows<true>(job, row);
  }
  const std::int64_t left = job.rows - row;
  if (left > kLanes) {
    configure(tile_config(kLanes, left - kLanes));
    tile_rows<true>(job, row);
  } else if (left > 0) {
    configure(tile_config(left, left));
    tile_rows<false>(job, row);
  }
  _tile_release();
}

bool has_bit(std::uint32_t number, int bit) {
  return (number >> bit & 1U) != 0;
}

struct Machine {
  bool dot = false, tiles = false;
  bool quick_dot = false;  // Intel's processors make fewer such products than float32 ones
};

Machine look() {
  std::uint32_t a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(1, 0, &a, &b, &c, &d) == 0 || !has_bit(c, 27)) return {};  // xgetbv
  std::uint32_t low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  constexpr std::uint32_t kVectors = 0xE6, kTiles = 0x60000;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (low & kVectors) != kVectors) return {};
  // AVX512F, DQ, BW, VL
  const bool vectors = has_bit(b, 16) && has_bit(b, 17) && has_bit(b, 30) && has_bit(b, 31);
  const bool amx = has_bit(d, 22) && has_bit(d, 24);
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) == 0) return {};
  Machine machine;
  machine.dot = vectors && has_bit(a, 5);
  machine.quick_dot = machine.dot && __builtin_cpu_is("intel") == 0;
  // Linux gives a process the large registers when it asks for them.
  constexpr long kAskForRegisters = 0x1023, kTileData = 18;
  machine.tiles = machine.dot && amx && (low & kTiles) == kTiles &&
                  syscall(SYS_arch_prctl, kAskForRegisters, kTileData) == 0;
  return machine;
}

const Machine& this_machine() {
  static const Machine machine = look();
  return machine;
}

}  // namespace

std::vector<const Bf16Kernels*> all_bf16_kernels() {
  static constexpr Bf16Kernels kTiles{"amx_bf16", 8.0, tile_products, round_numbers};
  static constexpr Bf16Kernels kDot{"avx512_bf16", 1.7, dot_products, round_numbers};
  const Machine& machine = this_machine();
  std::vector<const Bf16Kernels*> list;
  if (machine.tiles) list.push_back(&kTiles);
  if (machine.dot) list.push_back(&kDot);
  return list;
}

const Bf16Kernels* bf16_kernels() {
  static const Bf16Kernels* const best = [] {
    const bool gains = this_machine().tiles || this_machine().quick_dot;
    return gains ? all_bf16_kernels().front() : nullptr;
  }();
  return best;
}
#else
std::vector<const Bf16Kernels*> all_bf16_kernels() {
  return {};
}
const Bf16Kernels* bf16_kernels() {
  return nullptr;
}
#endif

}  // namespace halfpixel::kernels
