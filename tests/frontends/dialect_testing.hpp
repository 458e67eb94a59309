// What the tests of every dialect ask: the committed cases of the real program, those on every
// instruction set, layout and window, and random calls against the slow twin.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <string>

#include <halfpixel/error.hpp>

#include "frontends/oracle_cases.hpp"
#include "frontends/plan_everywhere.hpp"

namespace oracle {

// One row of pixels of one channel, (1, width).
template <class T>
Tensor row_of(std::initializer_list<T> values) {
  return Tensor(Shape{1, static_cast<std::int64_t>(values.size())},
                std::span<const T>(values.begin(), values.size()));
}

inline Reader committed(const std::string& folder) {
  return Reader(HALFPIXEL_TEST_DATA "/" + folder);
}

// run(case): an optional Tensor, empty where it does not know the case. `unknown`: how many such
// cases there are.
template <class Run>
void expect_committed_bits(const std::string& folder, std::size_t at_least, Run run,
                           int unknown = 0) {
  const Reader cases = committed(folder);
  EXPECT_GE(cases.size(), at_least);
  int not_known = 0;
  const auto counted = [&](const Case& c) {
    const std::optional<Tensor> got = run(c);
    not_known += !got;
    return got;
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (const auto wrong = failure(cases[i], counted)) ADD_FAILURE() << *wrong;
  }
  EXPECT_EQ(not_known, unknown);
}

// plan_of(case): its plan, made anew for every target; known(case): whether it is one plan.
// first_axis: of the spatial ones.
template <class PlanOf, class Known>
void expect_bits_everywhere(const std::string& folder, int first_axis, PlanOf plan_of,
                            Known known) {
  const Reader cases = committed(folder);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case c = cases[i];
    if (!known(c)) continue;
    const auto plan = [&] { return plan_of(c); };
    const auto wrong = failure_everywhere(plan, c.in, c.out, first_axis, i);
    if (wrong) ADD_FAILURE() << c.line << "\n  " << *wrong;
  }
}
template <class PlanOf>
void expect_bits_everywhere(const std::string& folder, int first_axis, PlanOf plan_of) {
  expect_bits_everywhere(folder, first_axis, plan_of, [](const Case&) { return true; });
}

// Choices for random calls, the same for a seed on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::int64_t from(std::int64_t low, std::int64_t high) {  // both possible
    return low + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool once_in(std::int64_t times) { return from(1, times) == 1; }
  double real(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() >> 11) * 0x1p-53;
  }
  template <class List>
  auto any_of(const List& list) {
    return *(std::begin(list) + from(0, static_cast<std::int64_t>(std::size(list)) - 1));
  }
  template <class T>
  T any_of(std::initializer_list<T> list) {
    return *(list.begin() + from(0, static_cast<std::int64_t>(list.size()) - 1));
  }
  // Any numbers: integers, now and then the extremes alone; floats from -2 to 2, of any size, or
  // with infinities, NaN and signed zeros among them.
  Tensor tensor(const Shape& shape, DType dtype) {
    Tensor t(shape, dtype);
    const std::int64_t kind = from(0, 7);
    if (halfpixel::is_floating(dtype)) {
      Tensor wide(shape, DType::float64);
      for (double& v : wide.span<double>()) v = floating(kind);
      return wide.astype(dtype);
    }
    const std::size_t bytes = size_of(dtype);
    const bool is_signed = dtype == DType::int8 || dtype == DType::int16 || dtype == DType::int32;
    auto* const data = static_cast<unsigned char*>(t.data());
    for (std::size_t i = 0; i < static_cast<std::size_t>(t.size()); ++i) {
      std::uint64_t bits = engine_();
      const std::uint64_t most =
          is_signed ? ~std::uint64_t{0} >> (65 - 8 * bytes) : ~std::uint64_t{0};
      if (kind == 0) bits = (bits & 1) != 0 ? most : is_signed ? most + 1 : 0;
      if (dtype == DType::boolean) bits &= 1;
      std::memcpy(data + i * bytes, &bits, bytes);
    }
    return t;
  }

 private:
  double floating(std::int64_t kind) {
    const double v = real(-2, 2);
    if (kind == 0) return std::ldexp(v, static_cast<int>(from(-140, 120)));
    if (kind > 1 || !once_in(9)) return v;
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    return any_of({kInfinity, -kInfinity, kNan, 0.0, -0.0});
  }
  std::mt19937_64 engine_;
};

// A random call: the library's way and the twin's. Of calls that are one plan with two spatial axes
// perhaps the plan as well, for layouts and windows.
struct Trial {
  std::string line;
  std::function<Tensor()> fast, slow;
  std::function<halfpixel::resample::Plan()> plan = {};
  Tensor in = {};
  int first_axis = 0;
};

// What is wrong with a trial on some instruction set. Throws Error when the call is refused.
inline std::optional<std::string> failure_of(const Trial& trial, std::uint64_t seed) {
  std::optional<Tensor> want;
  for (const std::string& target : halfpixel::cpu::available_targets()) {
    const checker::ScopedTarget scope(target);
    const Tensor got = trial.fast();
    if (!want) want = trial.slow();
    if (const auto wrong = difference(got, *want)) return "on " + target + ": " + *wrong;
  }
  if (!trial.plan || want->size() == 0 || seed % 16 != 0) return std::nullopt;
  return failure_everywhere(trial.plan, trial.in, *want, trial.first_axis, seed);
}

// draw(dice): a Trial. Fast and slow must have the same bits on every instruction set; calls that
// are refused (there must be few) are not compared.
template <class Draw>
void expect_twin(std::uint64_t seed, int count, Draw draw) {
  Dice dice(seed);
  int failures = 0, refused = 0;
  for (int i = 0; i < count && failures < 10; ++i) {
    const Trial trial = draw(dice);
    try {
      const auto wrong = failure_of(trial, static_cast<std::uint64_t>(i));
      if (wrong) ADD_FAILURE() << trial.line << ' ' << *wrong;
      failures += wrong.has_value();
    } catch (const halfpixel::Error&) {
      ++refused;
    }
  }
  EXPECT_LE(refused, count / 4);
}

}  // namespace oracle
