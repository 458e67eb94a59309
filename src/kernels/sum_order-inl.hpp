// Steps that kernels of ordered sums share. Compiled once per target, after Highway.
#if defined(HALFPIXEL_KERNELS_SUM_ORDER_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef HALFPIXEL_KERNELS_SUM_ORDER_INL_HPP
#undef HALFPIXEL_KERNELS_SUM_ORDER_INL_HPP
#else
#define HALFPIXEL_KERNELS_SUM_ORDER_INL_HPP
#endif

#include <cmath>
#include <type_traits>

#include "kernels/sum_order.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {

// Exact on every target: without the instruction it is a call of the C library.
struct Fma {
  HWY_INLINE HWY_ATTR float operator()(float x, float w, float sum) const {
    return __builtin_fmaf(x, w, sum);
  }
  HWY_INLINE HWY_ATTR double operator()(double x, double w, double sum) const {
    return __builtin_fma(x, w, sum);
  }
};

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
