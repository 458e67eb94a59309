#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <halfpixel/cpu.hpp>
#include <halfpixel/error.hpp>

#include "core/equal.hpp"
#include "graph/graph_testing.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/scan.hpp"
#include "graph/ops/sort.hpp"
#include "graph/ops/take_along.hpp"
#include "graph/ops/transpose.hpp"
#include "graph/running.hpp"

namespace halfpixel::graph {
namespace {

// The definition, in float64.
Tensor defined(const Tensor& x, Reduction reduction, const std::vector<int>& axes, bool keepdims) {
  std::vector<bool> gone(x.shape().size(), axes.empty());
  for (const int axis : axes)
    gone[static_cast<std::size_t>(axis < 0 ? axis + x.rank() : axis)] = true;
  Shape shape;
  for (int i = 0; i < x.rank(); ++i) {
    if (!gone[static_cast<std::size_t>(i)])
      shape.push_back(x.shape()[i]);
    else if (keepdims)
      shape.push_back(1);
  }
  std::vector<std::vector<double>> groups(static_cast<std::size_t>(shape.num_elements()));
  const Tensor wide = x.astype(DType::float64);
  std::size_t at = 0;
  for (const auto& position : positions_of(x.shape())) {
    std::int64_t group = 0;
    for (int i = 0; i < x.rank(); ++i) {
      if (!gone[static_cast<std::size_t>(i)])
        group = group * x.shape()[i] + position[static_cast<std::size_t>(i)];
    }
    groups[static_cast<std::size_t>(group)].push_back(wide.span<double>()[at++]);
  }
  Tensor result(shape, DType::float64);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto& v = groups[g];
    const auto n = static_cast<double>(v.size());
    const double sum = std::accumulate(v.begin(), v.end(), 0.0);
    double squares = 0;
    for (const double value : v) squares += (value - sum / n) * (value - sum / n);
    double& r = result.span<double>()[g];
    switch (reduction) {
      case Reduction::sum:
        r = sum;
        break;
      case Reduction::mean:
        r = sum / n;
        break;
      case Reduction::prod:
        r = std::accumulate(v.begin(), v.end(), 1.0, std::multiplies<>());
        break;
      case Reduction::max:
        r = *std::max_element(v.begin(), v.end());
        break;
      case Reduction::min:
        r = *std::min_element(v.begin(), v.end());
        break;
      case Reduction::var:
        r = squares / n;
        break;
      default:
        r = std::sqrt(squares / n);
        break;
    }
  }
  return result;
}

TEST(Reduce, EveryReductionOverEverySetOfAxes) {
  const Tensor x = random::normal({3, 4, 5, 9}, 1.0, 2.0, DType::float32, 7);
  for (const Reduction reduction :
       {Reduction::sum, Reduction::mean, Reduction::prod, Reduction::max, Reduction::min,
        Reduction::var, Reduction::std}) {
    for (int set = 0; set < 16; ++set) {
      std::vector<int> axes;
      for (int i = 0; i < 4; ++i) {
        if ((set >> i & 1) != 0) axes.push_back(i % 2 == 0 ? i : i - 4);
      }
      for (const bool keepdims : {false, true}) {
        const Tensor got = run_op(make_reduce(reduction, axes, keepdims), {x})[0];
        EXPECT_TRUE(close(got, defined(x, reduction, axes, keepdims), 1e-6))
            << name_of(reduction) << " " << set;
      }
    }
  }
}

TEST(Reduce, LongSumsKeepFloatsPrecision) {
  // 0.1f a million times: a plain float32 sum is off by a percent.
  const Tensor x = full({1, 1000, 1000, 1}, 0.1);
  EXPECT_FLOAT_EQ(run_op(make_reduce(Reduction::mean, {1, 2}), {x})[0].span<float>()[0], 0.1f);
  const Tensor wide = full({2, 300, 500, 130}, 0.1);
  EXPECT_TRUE(
      same_bits(run_op(make_reduce(Reduction::mean, {1, 2}), {wide})[0], full({2, 130}, 0.1f)));
  EXPECT_EQ(run_op(make_reduce(Reduction::var, {}), {x})[0].span<float>()[0], 0.0f);
}

TEST(Reduce, IntegersAreExactAndBoolsLogical) {
  const Tensor x(Shape{2, 3}, {std::int64_t{1} << 60, std::int64_t{1}, std::int64_t{-3},
                               std::int64_t{5}, std::int64_t{7}, std::int64_t{9}});
  EXPECT_TRUE(same_bits(run_op(make_reduce(Reduction::sum, {1}), {x})[0],
                        Tensor(Shape{2}, {(std::int64_t{1} << 60) - 2, std::int64_t{21}})));
  EXPECT_TRUE(
      same_bits(run_op(make_reduce(Reduction::max, {0}), {x})[0],
                Tensor(Shape{3}, {std::int64_t{1} << 60, std::int64_t{7}, std::int64_t{9}})));
  const Tensor b(Shape{2, 2}, {true, false, true, true});
  EXPECT_TRUE(
      same_bits(run_op(make_reduce(Reduction::all, {1}), {b})[0], Tensor(Shape{2}, {false, true})));
  EXPECT_TRUE(
      same_bits(run_op(make_reduce(Reduction::any, {0}), {b})[0], Tensor(Shape{2}, {true, true})));
  EXPECT_THROW(inferred(make_reduce(Reduction::any, {0}), {2, 2}), Error);
  EXPECT_THROW(inferred(make_reduce(Reduction::sum, {2}), {2, 2}), Error);
}

TEST(Reduce, NanWinsAndEmptyAxesGiveTheNeutralElement) {
  const float nan = std::numeric_limits<float>::quiet_NaN(),
              inf = std::numeric_limits<float>::infinity();
  const Tensor x(Shape{3}, {1.0f, nan, 2.0f});
  EXPECT_TRUE(std::isnan(run_op(make_reduce(Reduction::max, {0}), {x})[0].span<float>()[0]));
  const Tensor none(Shape{2, 0}, DType::float32);
  EXPECT_TRUE(same_bits(run_op(make_reduce(Reduction::sum, {1}), {none})[0], zeros({2})));
  EXPECT_TRUE(same_bits(run_op(make_reduce(Reduction::max, {1}), {none})[0],
                        Tensor(Shape{2}, {-inf, -inf})));
}

TEST(ArgExtreme, IsTheFirstOfEquals) {
  const Tensor x(Shape{2, 4}, {1.0f, 3.0f, 3.0f, 0.0f, -1.0f, -5.0f, -1.0f, -5.0f});
  EXPECT_TRUE(same_bits(run_op(make_arg_extreme({}), {x})[0], Tensor(Shape{2}, {1, 0})));
  EXPECT_TRUE(same_bits(run_op(make_arg_extreme({Extreme::least, 1, true, DType::int64}), {x})[0],
                        Tensor(Shape{2, 1}, {std::int64_t{3}, std::int64_t{1}})));
  EXPECT_TRUE(
      same_bits(run_op(make_arg_extreme({.axis = 0}), {x})[0], Tensor(Shape{4}, {0, 0, 0, 0})));
}

// As a walk from the first element finds it that passes over NaNs, on every target.
TEST(ArgExtreme, NaNsAndTiesAreAsInAWalk) {
  const std::string best_target = cpu::target();
  for (std::int64_t extent = 1; extent <= 40; ++extent) {
    Tensor x({60, extent}, DType::float32);
    std::uint32_t state = static_cast<std::uint32_t>(extent);
    for (std::int64_t i = 0; i < x.size(); ++i) {
      state = state * 1664525U + 1013904223U;
      const std::uint32_t draw = state >> 24U;
      x.data<float>()[i] = draw == 0   ? std::numeric_limits<float>::quiet_NaN()
                           : draw == 1 ? -std::numeric_limits<float>::infinity()
                           : draw < 40 ? -0.0F
                                       : static_cast<float>(draw % 5) - 2.0F;
    }
    // As Keras has them: a -0 is a little less than 0.
    Tensor moved({60, extent}, DType::float32);
    for (std::int64_t i = 0; i < x.size(); ++i) {
      const float value = x.data<float>()[i];
      const bool is_minus_zero = value == 0 && std::signbit(value);
      moved.data<float>()[i] = is_minus_zero ? -std::numeric_limits<float>::min() : value;
    }
    for (const bool zeros_apart : {false, true}) {
      std::vector<std::int32_t> greatest, least;
      for (std::int64_t r = 0; r < 60; ++r) {
        const float* const row = (zeros_apart ? moved : x).data<float>() + r * extent;
        std::int32_t most = 0, fewest = 0;
        float high = std::numeric_limits<float>::lowest(), low = -high;  // TensorFlow's beginning
        for (std::int32_t k = 0; k < extent; ++k) {
          if (row[k] > high) high = row[most = k];
          if (row[k] < low) low = row[fewest = k];
        }
        greatest.push_back(most);
        least.push_back(fewest);
      }
      const auto places = [&](Extreme extreme, const Tensor& of, int axis) {
        return run_op(
            make_arg_extreme({.extreme = extreme, .axis = axis, .zeros_apart = zeros_apart}),
            {of})[0];
      };
      for (const std::string& target : cpu::available_targets()) {
        cpu::set_target(target);
        const Tensor most = places(Extreme::greatest, x, 1), fewest = places(Extreme::least, x, 1);
        EXPECT_TRUE(std::ranges::equal(most.span<std::int32_t>(), greatest)) << target << extent;
        EXPECT_TRUE(std::ranges::equal(fewest.span<std::int32_t>(), least)) << target << extent;
      }
      cpu::set_target(best_target);
      const Tensor columns = run_op(make_transpose({1, 0}), {x})[0];
      const Tensor most = places(Extreme::greatest, columns, 0),
                   fewest = places(Extreme::least, columns, 0);
      EXPECT_TRUE(std::ranges::equal(most.span<std::int32_t>(), greatest)) << extent;
      EXPECT_TRUE(std::ranges::equal(fewest.span<std::int32_t>(), least)) << extent;
    }
  }
}

TEST(Cumsum, RunsEitherWay) {
  const Tensor x(Shape{2, 3}, {1, 2, 3, 10, 20, 30});
  EXPECT_TRUE(same_bits(run_op(make_cumsum({.axis = 1}), {x})[0],
                        Tensor(Shape{2, 3}, {1, 3, 6, 10, 30, 60})));
  EXPECT_TRUE(same_bits(run_op(make_cumsum({.axis = 1, .exclusive = true}), {x})[0],
                        Tensor(Shape{2, 3}, {0, 1, 3, 0, 10, 30})));
  EXPECT_TRUE(same_bits(run_op(make_cumsum({.axis = 1, .reverse = true}), {x})[0],
                        Tensor(Shape{2, 3}, {6, 5, 3, 60, 50, 30})));
  EXPECT_TRUE(same_bits(run_op(make_cumsum({.axis = 0}), {x})[0],
                        Tensor(Shape{2, 3}, {1, 2, 3, 11, 22, 33})));
}

TEST(Cumprod, BeginsWithOneAndWraps) {
  const Tensor x(Shape{2, 3}, {1, 2, 3, 10, 20, 30});
  EXPECT_TRUE(same_bits(run_op(make_cumprod({.axis = 1}), {x})[0],
                        Tensor(Shape{2, 3}, {1, 2, 6, 10, 200, 6000})));
  EXPECT_TRUE(same_bits(run_op(make_cumprod({.axis = 1, .exclusive = true}), {x})[0],
                        Tensor(Shape{2, 3}, {1, 1, 2, 1, 10, 200})));
  const Tensor small = Tensor(Shape{3}, {3, 100, 7}).astype(DType::int8);
  EXPECT_TRUE(same_bits(run_op(make_cumprod({.axis = 0}), {small})[0],
                        Tensor(Shape{3}, {3, 44, 52}).astype(DType::int8)));
}

TEST(Sort, KeepsTheOrderOfWhatIsEqualAndPutsNaNsLast) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x(Shape{6}, {2.0F, kNan, -0.0F, 2.0F, 0.0F, -kNan});
  for (const bool descending : {false, true}) {
    const auto sorted = run_op(make_sort({.axis = 0, .descending = descending}), {x});
    const Tensor order = descending ? Tensor(Shape{6}, {0, 3, 2, 4, 1, 5}).astype(DType::int32)
                                    : Tensor(Shape{6}, {2, 4, 0, 3, 1, 5}).astype(DType::int32);
    EXPECT_TRUE(same_bits(sorted[1], order)) << sorted[1];
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(sorted[0].data<float>()[i], x.data<float>()[order.data<std::int32_t>()[i]]);
    EXPECT_NE(sorted[0].data<float>()[4], sorted[0].data<float>()[4]);
  }
  // Along an axis that is not the last, the first two alone, and on several threads.
  const Tensor wide = testing::noise({3, 40, 700}, 11);
  const auto first = run_op(make_sort({.axis = 1, .most = 2}), {wide});
  const auto least = run_op(make_arg_extreme({.extreme = Extreme::least, .axis = 1}), {wide})[0];
  for (std::int64_t i = 0; i < 3 * 700; ++i) {
    const std::int64_t at = i / 700 * 1400 + i % 700;
    ASSERT_EQ(first[1].data<std::int32_t>()[at], least.data<std::int32_t>()[i]);
    ASSERT_LE(first[0].data<float>()[at], first[0].data<float>()[at + 700]);
  }
  EXPECT_THROW(run_op(make_sort({.axis = 0, .most = 7}), {x}), Error);
}

TEST(TakeAlong, BroadcastsAndGivesZerosOutside) {
  const Tensor x(Shape{2, 1, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor at = Tensor(Shape{1, 2, 4}, {0, -1, 3, 1, 2, 2, -4, -3}).astype(DType::int64);
  EXPECT_TRUE(same_bits(run_op(make_take_along(-1), {x, at})[0],
                        Tensor(Shape{2, 2, 4}, {1, 3, 0, 2, 3, 3, 0, 1, 4, 6, 0, 5, 6, 6, 0, 4})));
  EXPECT_THROW(run_op(make_take_along(-1), {x, at.reshape({2, 4})}), Error);
}

}  // namespace
}  // namespace halfpixel::graph
