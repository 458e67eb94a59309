// Steps that kernels of ordered sums share. Compiled once per target, after Highway.
#if defined(HALFPIXEL_KERNELS_SUM_ORDER_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef HALFPIXEL_KERNELS_SUM_ORDER_INL_HPP
#undef HALFPIXEL_KERNELS_SUM_ORDER_INL_HPP
#else
#define HALFPIXEL_KERNELS_SUM_ORDER_INL_HPP
#endif

#include <cmath>
#include <cstring>
#include <type_traits>

#include "kernels/sum_order.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Exact on every target: without the instruction it is a call of the C library.
struct Fma {
  HWY_INLINE HWY_ATTR float operator()(float x, float w, float sum) const {
    return __builtin_fmaf(x, w, sum);
  }
  HWY_INLINE HWY_ATTR double operator()(double x, double w, double sum) const {
    return __builtin_fma(x, w, sum);
  }
  template <class V>
  HWY_INLINE HWY_ATTR V operator()(V x, V w, V sum) const {
    return hn::MulAdd(x, w, sum);
  }
};
// Of vectors it is exact where the target has the instruction.
inline constexpr bool kVectorsFuse = HWY_NATIVE_FMA && HWY_TARGET != HWY_SCALAR;

// Of single numbers and of vectors.
template <class V>
HWY_INLINE HWY_ATTR V Times(V a, V b) {
  if constexpr (std::is_arithmetic_v<V>)
    return a * b;
  else
    return hn::Mul(a, b);
}
template <class V>
HWY_INLINE HWY_ATTR V Plus(V a, V b) {
  if constexpr (std::is_arithmetic_v<V>)
    return a + b;
  else
    return hn::Add(a, b);
}
template <class V>
HWY_INLINE HWY_ATTR V Minus(V a, V b) {
  if constexpr (std::is_arithmetic_v<V>)
    return a - b;
  else
    return hn::Sub(a, b);
}
template <class V>
HWY_INLINE HWY_ATTR V Over(V a, V b) {
  if constexpr (std::is_arithmetic_v<V>)
    return a / b;
  else
    return hn::Div(a, b);
}

HWY_INLINE std::int32_t HighProduct(std::int32_t x, std::int32_t w) {
  return (x >> 4) * w >> 16;
}
HWY_INLINE std::int64_t HighProduct(std::int64_t x, std::int64_t w) {
  // |x| (an image's 32 bits before the point) in two halves; w is at most 2^32.
  const auto bits = static_cast<std::uint64_t>(x), by = static_cast<std::uint64_t>(w);
  const std::uint64_t size = x < 0 ? std::uint64_t{0} - bits : bits;
  const std::uint64_t low = (size & 0xFFFFFFFFu) * by;
  const std::uint64_t high =
      (size >> 32) * by + (low >> 32) + ((low & 0xFFFFFFFFu) >= 0x80000000u ? 1 : 0);
  return static_cast<std::int64_t>(x < 0 ? std::uint64_t{0} - high : high);
}

// Whether a step of an order is fused.
constexpr bool fuses(SumOrder order) {
  return order == SumOrder::fused || order == SumOrder::fours_then_fused ||
         order == SumOrder::first_pair_fused;
}

// The sum after one step, the one of term k, whose numbers (or vectors) are x and w.
template <SumOrder kOrder, class T>
HWY_INLINE HWY_ATTR T Step(T sum, T x, T w, T divisor, std::int64_t step, std::int64_t total,
                           T first_x, T first_w) {
  if constexpr (kOrder == SumOrder::high_products) {
    return sum + HighProduct(x, w);
  } else if constexpr (std::is_integral_v<T>) {
    using U = std::make_unsigned_t<T>;  // wraps, as the programs' own do
    return static_cast<T>(static_cast<U>(sum) + static_cast<U>(x) * static_cast<U>(w));
  } else if constexpr (kOrder == SumOrder::ascending || kOrder == SumOrder::scaled ||
                       kOrder == SumOrder::mean) {
    return Plus(sum, Times(x, w));
  } else if constexpr (kOrder == SumOrder::divided) {
    return Plus(sum, Over(Times(x, w), divisor));
  } else if constexpr (kOrder == SumOrder::lerp) {
    return step == 0 ? x : Plus(sum, Times(Minus(x, sum), w));
  } else if constexpr (kOrder == SumOrder::descending) {
    return step == 0 ? Times(x, w) : Plus(Times(x, w), sum);
  } else if constexpr (kOrder == SumOrder::fused) {
    return Fma()(x, w, sum);
  } else if constexpr (kOrder == SumOrder::fours_then_fused) {
    if (step == 0) return Times(x, w);
    return step <= (total - 1) / 4 * 4 ? Plus(sum, Times(x, w)) : Fma()(x, w, sum);
  } else {
    if (step == 0) return Times(x, w);
    return step == 1 ? Fma()(first_x, first_w, Times(x, w)) : Fma()(x, w, sum);
  }
}

// A whole sum of kTerms numbers or vectors.
template <SumOrder kOrder, int kTerms, class V>
HWY_INLINE HWY_ATTR V SumOf(const V (&x)[kTerms], const V (&w)[kTerms], V start, V divisor) {
  V sum = start;
  for (int j = 0; j < kTerms; ++j) {
    const int k = kOrder == SumOrder::descending ? kTerms - 1 - j : j;
    sum = Step<kOrder>(sum, x[k], w[k], divisor, j, kTerms, x[0], w[0]);
  }
  return sum;
}

// Lanes [begin, end) of a vector that would lie at p; nothing beside them is written. (Stores by a
// mask take hundreds of nanoseconds on Zen 4 where the rest of a line went past the caches.)
template <class D>
HWY_INLINE HWY_ATTR void StoreLanes(D d, hn::Vec<D> v, float* p, std::int64_t begin,
                                    std::int64_t end) {
  alignas(64) float lanes[hn::MaxLanes(D())];
  hn::Store(v, d, lanes);
  std::int64_t l = begin;
  if constexpr (hn::MaxLanes(D()) >= 4) {
    for (; l + 4 <= end; l += 4) std::memcpy(p + l, lanes + l, 4 * sizeof(float));
  }
  for (; l < end; ++l) p[l] = lanes[l];
}

// value / 2^bits, cut off towards zero, without a division.
template <class T>
HWY_INLINE HWY_ATTR T CutShift(T value, int bits) {
  const T sign = static_cast<T>(value >> (sizeof(T) * 8 - 1));  // all bits of what is negative
  return static_cast<T>((value + (sign & ((T{1} << bits) - 1))) >> bits);
}

// Of a Finish or a KnownFinish.
template <class T, class F>
HWY_INLINE HWY_ATTR T Finished(T sum, const F& finish) {
  if constexpr (std::is_integral_v<T>) {
    if (finish.kind == Finish::Kind::none) return sum;
    if (finish.kind == Finish::Kind::cut_shift) return CutShift(sum, finish.bits);
    const T half = T{1} << (finish.bits - 1);
    const bool wraps = finish.kind == Finish::Kind::wrapped_shift;
    const T value = finish.kind == Finish::Kind::shift || wraps
                        ? static_cast<T>(sum >> finish.bits)
                        : CutShift(static_cast<T>(sum > 0 ? sum + half : sum - half), finish.bits);
    const auto low = static_cast<T>(finish.low), high = static_cast<T>(finish.high);
    const T clamped = value < low ? low : value > high ? high : value;
    return wraps ? static_cast<T>(static_cast<std::int8_t>(clamped)) : clamped;
  } else if constexpr (std::is_same_v<T, double>) {
    if (finish.kind == Finish::Kind::away) {
      const double value = std::trunc(sum >= 0 ? sum + 0.5 : sum - 0.5);
      const auto low = static_cast<double>(finish.low), high = static_cast<double>(finish.high);
      return value < low ? low : value > high ? (finish.bits == 0 ? high : low) : value;
    }
    if (finish.kind == Finish::Kind::unit) {
      const double value = std::trunc(65535.0 * sum + 0.5);
      const auto low = static_cast<double>(finish.low), high = static_cast<double>(finish.high);
      const double inside = value < low ? low : value > high ? high : value;
      return std::trunc(inside / static_cast<double>(1 << finish.bits));
    }
    if (finish.kind == Finish::Kind::clamp) {
      const auto low = static_cast<double>(finish.low), high = static_cast<double>(finish.high);
      return sum < low ? low : sum > high ? high : sum;
    }
    return sum;
  } else {
    const auto low = static_cast<T>(finish.low), high = static_cast<T>(finish.high);
    const auto clamped = [&](T value) HWY_ATTR {
      return value < low ? low : value > high ? high : value;
    };
    if (finish.kind == Finish::Kind::clamp) return clamped(sum);
    if (finish.kind == Finish::Kind::away) {
      const T whole = std::trunc(sum);  // exact; half of a unit is not lost in a sum
      const T value = std::fabs(sum - whole) >= T{0.5} ? whole + std::copysign(T{1}, sum) : whole;
      return low < high ? clamped(value) : value;
    }
    return finish.kind == Finish::Kind::half_up ? sum + T{0.5} : sum;
  }
}

// A Finish whose kind the compiler knows.
template <Finish::Kind kKind>
struct KnownFinish {
  explicit KnownFinish(const Finish& f) : bits(f.bits), low(f.low), high(f.high) {}
  static constexpr Finish::Kind kind = kKind;
  int bits;
  std::int64_t low, high;
};

// Calls f with a KnownFinish where a loop in f then becomes vectors.
template <class T, class F>
HWY_INLINE HWY_ATTR void WithFinish(const Finish& finish, F&& f) {
  using enum Finish::Kind;
  if constexpr (std::is_integral_v<T>) {
    if (finish.kind == shift) return f(KnownFinish<shift>(finish));
    if (finish.kind == cut_shift) return f(KnownFinish<cut_shift>(finish));
    if (finish.kind == away_shift) return f(KnownFinish<away_shift>(finish));
  } else if constexpr (std::is_same_v<T, float>) {
    if (finish.kind == away) return f(KnownFinish<away>(finish));
    if (finish.kind == clamp) return f(KnownFinish<clamp>(finish));
  } else {
    if (finish.kind == unit) return f(KnownFinish<unit>(finish));
    if (finish.kind == clamp) return f(KnownFinish<clamp>(finish));
  }
  f(finish);
}

// Doubles rounded to float32, by instructions that are asked for: GCC 12 makes nothing of a cast
// there and back where it turns loops into vectors of AVX-512. (Highway's scalar DemoteTo makes the
// largest float of infinities.)
HWY_NOINLINE inline void RoundToFloats(double* values, std::int64_t count) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::ScalableTag<double> d64;
  const hn::Rebind<float, decltype(d64)> d32;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d64));
  std::int64_t i = 0;
  for (; HWY_TARGET != HWY_SCALAR && i + lanes <= count; i += lanes) {
    const auto narrow = hn::DemoteTo(d32, hn::LoadU(d64, values + i));
    hn::StoreU(hn::PromoteTo(d64, narrow), d64, values + i);
  }
  for (; i < count; ++i) {
    const volatile float narrow = static_cast<float>(values[i]);
    values[i] = static_cast<double>(narrow);
  }
}

// What becomes of finished sums, in a loop for each kind, so that it is made of vectors.
template <class T>
HWY_NOINLINE void FinishAll(T* values, std::int64_t count, const Finish& finish) {
  if (finish.kind == Finish::Kind::none) return;
  if constexpr (std::is_same_v<T, double>) {
    if (finish.kind == Finish::Kind::to_float32) return RoundToFloats(values, count);
  }
  WithFinish<T>(finish, [&](const auto known) HWY_ATTR {
    for (std::int64_t i = 0; i < count; ++i) values[i] = Finished(values[i], known);
  });
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
