// Convolutions in tiles: close to sums in double, infinities and NaNs where they were, the same
// bits for any number of threads, and what the pass leaves alone.
#include <halfpixel/cpu.hpp>
#include <halfpixel/executor.hpp>

#include "graph/ops/conv.hpp"
#include "graph/ops/winograd_conv.hpp"
#include "graph/passes/list.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::noise;
using testing::record;
using Ids = std::vector<ValueId>;

struct Case {
  Shape x;
  std::int64_t filters;
  bool same = true;

  Tensor kernel() const {
    Tensor kernel = noise({3, 3, x.at(-1), filters}, 2);
    for (float& w : kernel.span<float>()) w /= std::sqrt(static_cast<float>(9 * x.at(-1)));
    return kernel;
  }
  Graph graph(Unary activation = {}) const {
    ConvAttributes attributes;
    attributes.move.same = same;
    attributes.activation = activation;
    return record({noise(x, 1)}, [&](Builder& b, const Ids& in) {
      return Ids{b.add1(make_conv(attributes),
                        {in[0], b.constant(kernel()), b.constant(noise({filters}, 3))})};
    });
  }
};

Tensor tiled(const Case& c, int tile, const Tensor& x, Unary activation = {}) {
  const std::int64_t pad = c.same ? 1 : 0;
  const OpPtr op = make_winograd_conv(
      {.tile = tile, .low = {pad, pad}, .high = {pad, pad}, .activation = activation});
  const Graph graph = record({x}, [&](Builder& b, const Ids& in) {
    return Ids{b.add1(op, {in[0], b.constant(c.kernel()), b.constant(noise({c.filters}, 3))})};
  });
  return testing::run(graph, {x})[0];
}

// From the definition, in double.
std::vector<double> exact(const Case& c, const Tensor& x, const Shape& y) {
  const Tensor kernel = c.kernel(), bias = noise({c.filters}, 3);
  const std::int64_t pad = c.same ? 1 : 0, channels = x.shape()[3];
  std::vector<double> result;
  for (std::int64_t n = 0; n < y[0]; ++n)
    for (std::int64_t i = 0; i < y[1]; ++i)
      for (std::int64_t j = 0; j < y[2]; ++j)
        for (std::int64_t f = 0; f < y[3]; ++f) {
          double sum = static_cast<double>(bias.data<float>()[f]);
          for (std::int64_t tap = 0; tap < 9; ++tap) {
            const std::int64_t row = i + tap / 3 - pad, column = j + tap % 3 - pad;
            if (row < 0 || row >= x.shape()[1] || column < 0 || column >= x.shape()[2]) continue;
            for (std::int64_t k = 0; k < channels; ++k) {
              sum += static_cast<double>(
                         x.data<float>()[((n * x.shape()[1] + row) * x.shape()[2] + column) *
                                             channels +
                                         k]) *
                     static_cast<double>(kernel.data<float>()[(tap * channels + k) * y[3] + f]);
            }
          }
          result.push_back(sum);
        }
  return result;
}

double mean_error(const Tensor& got, const std::vector<double>& wanted) {
  double sum = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    sum += std::fabs(static_cast<double>(got.span<float>()[i]) - wanted[i]);
  return sum / static_cast<double>(wanted.size());
}

const std::vector<Case> kCases = {{{2, 7, 9, 64}, 32},          {{1, 8, 8, 64}, 64},
                                  {{1, 13, 4, 128}, 48, false}, {{1, 3, 3, 16}, 16, false},
                                  {{1, 1, 1, 32}, 16},          {{3, 5, 30, 256}, 16}};

TEST(WinogradConv, LosesAtMostFourTimesWhatTheDirectOneLoses) {
  const std::string best = cpu::target();
  for (const Case& c : kCases) {
    const Tensor x = noise(c.x, 1);
    const Tensor direct = testing::run(c.graph(), {x})[0];
    const std::vector<double> wanted = exact(c, x, direct.shape());
    const double own = std::max(mean_error(direct, wanted), 2e-8);
    for (const std::string& target : cpu::available_targets()) {
      cpu::set_target(target);
      EXPECT_LE(mean_error(tiled(c, 2, x), wanted), 2 * own) << c.x << ' ' << target;
      if (c.x.at(-1) < 64) continue;
      EXPECT_LE(mean_error(tiled(c, 4, x), wanted), 4 * own) << c.x << ' ' << target;
    }
    cpu::set_target(best);
  }
}

TEST(WinogradConv, InfinitiesNaNsAndHugeNumbersStayWhereTheyWere) {
  const Case c{{1, 12, 12, 64}, 32};
  const float inf = std::numeric_limits<float>::infinity();
  for (const float special : {inf, -inf, std::nanf(""), 1e30F}) {
    Tensor x = noise(c.x, 1);
    x.data<float>()[(5 * 12 + 6) * 64 + 7] = special;
    const Tensor direct = testing::run(c.graph(), {x})[0];
    for (const int tile : {2, 4}) {
      const Tensor got = tiled(c, tile, x);
      for (std::int64_t i = 0; i < got.size(); ++i) {
        const float a = got.data<float>()[i], b = direct.data<float>()[i];
        ASSERT_EQ(std::isnan(a), std::isnan(b)) << special << " at " << i;
        ASSERT_EQ(std::isinf(a), std::isinf(b)) << special << " at " << i;
        // The sum that the large number is in hides the rest; its neighbours are as exact as ever.
        if (!std::isfinite(b)) continue;
        ASSERT_LE(std::fabs(a - b), 2e-5F * std::max(1.0F, std::fabs(b))) << i;
      }
    }
  }
}

TEST(WinogradConv, BitsDoNotDependOnThreads) {
  const Case c{{2, 37, 41, 64}, 48};
  const Tensor x = noise(c.x, 1);
  const int before = num_threads();
  for (const int tile : {2, 4}) {
    set_num_threads(1);
    const Tensor one = tiled(c, tile, x, Function::tanh);
    for (const int threads : {2, 3, 7}) {
      set_num_threads(threads);
      EXPECT_TRUE(same_bits(tiled(c, tile, x, Function::tanh), one)) << threads;
    }
  }
  set_num_threads(before);
}

TEST(WinogradConv, ThePassTakesWhatItMakesCheaper) {
  const auto kinds_of = [](const Case& c) {
    Graph graph = c.graph();
    winograd_convolution(graph);
    graph.check();
    return testing::kinds(graph);
  };
  EXPECT_EQ(kinds_of({{1, 32, 32, 64}, 64}), "winograd_conv");
  EXPECT_EQ(kinds_of({{1, 32, 32, 63}, 64}), "conv");
  EXPECT_EQ(kinds_of({{1, 32, 32, 64}, 3}), "conv");
  EXPECT_EQ(kinds_of({{1, 3, 3, 64}, 64, false}), "conv");  // one result
  Graph wild = record({noise({1, 8, 8, 64}, 1)}, [](Builder& b, const Ids& in) {
    ConvAttributes attributes;
    attributes.move.same = true;
    Tensor kernel = noise({3, 3, 64, 64}, 1);
    kernel.data<float>()[5] = std::numeric_limits<float>::infinity();
    return Ids{b.add1(make_conv(attributes), {in[0], b.constant(kernel)})};
  });
  EXPECT_EQ(winograd_convolution(wild), 0);
}

}  // namespace
}  // namespace halfpixel::graph
