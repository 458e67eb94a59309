// Convolutions in tiles: close to sums in double, infinities and NaNs where they were, the same
// bits for any number of threads, and what the pass leaves alone.
#include <halfpixel/cpu.hpp>
#include <halfpixel/executor.hpp>

#include "graph/ops/conv.hpp"
#include "graph/ops/conv_transpose.hpp"
#include "graph/ops/depth_space.hpp"
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
  std::int64_t window = 3, stride = 1;
  bool transposed = false;

  Tensor kernel() const {
    const std::int64_t channels = x.at(-1);
    Tensor kernel = noise(transposed ? Shape{window, window, filters, channels}
                                     : Shape{window, window, channels, filters},
                          2);
    for (float& w : kernel.span<float>())
      w /= std::sqrt(static_cast<float>(window * window * channels));
    return kernel;
  }
  Graph graph(Unary activation = {}) const {
    return record({noise(x, 1)}, [&](Builder& b, const Ids& in) {
      return Ids{
          b.add1(op(activation), {in[0], b.constant(kernel()), b.constant(noise({filters}, 3))})};
    });
  }
  // What is added in front; cut off there, of a transposed one.
  std::int64_t low(int axis) const {
    if (!same) return 0;
    if (transposed) return std::max<std::int64_t>(window - stride, 0) / 2;
    const std::int64_t extent = x[axis + 1], out = (extent + stride - 1) / stride;
    return std::max<std::int64_t>((out - 1) * stride + window - extent, 0) / 2;
  }
  // The extent of the result.
  std::int64_t out(int axis) const {
    const std::int64_t extent = x[axis + 1];
    if (transposed) return same ? extent * stride : (extent - 1) * stride + window;
    return same ? (extent + stride - 1) / stride : (extent - window) / stride + 1;
  }
  // The tiles that its taps allow.
  std::vector<int> tiles() const {
    if ((window + stride - 1) / stride == 2) return {3};
    return x.at(-1) < 64 ? std::vector<int>{2} : std::vector<int>{2, 4};
  }

 private:
  OpPtr op(Unary activation) const {
    if (!transposed) {
      ConvAttributes attributes;
      attributes.move.same = same;
      attributes.move.strides = {stride, stride, 1};
      attributes.activation = activation;
      return make_conv(attributes);
    }
    ConvTransposeAttributes attributes;
    attributes.same = same;
    attributes.strides = {stride, stride, 1};
    attributes.activation = activation;
    return make_conv_transpose(attributes);
  }
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << (c.transposed ? "transposed " : "") << c.window << " stride " << c.stride << " of "
             << c.x << " to " << c.filters << (c.same ? " same" : " valid");
}

Tensor tiled(const Case& c, int tile, const Tensor& x, Unary activation = {}) {
  WinogradConv conv{
      .tile = tile, .stride = c.stride, .transposed = c.transposed, .activation = activation};
  for (int i = 0; i < 2; ++i) {
    const auto axis = static_cast<std::size_t>(i);
    conv.low[axis] = c.low(i);
    conv.high[axis] = c.transposed ? (c.x[i + 1] - 1) * c.stride + c.window - c.low(i) - c.out(i)
                                   : (c.out(i) - 1) * c.stride + c.window - c.x[i + 1] - c.low(i);
  }
  const Graph graph = record({x}, [&](Builder& b, const Ids& in) {
    return Ids{b.add1(make_winograd_conv(conv),
                      {in[0], b.constant(c.kernel()), b.constant(noise({c.filters}, 3))})};
  });
  return testing::run(graph, {x})[0];
}

// From the definition, in double: every element of x and tap of the kernel that meet.
std::vector<double> exact(const Case& c, const Tensor& x) {
  const Tensor kernel = c.kernel(), bias = noise({c.filters}, 3);
  const std::int64_t rows = c.out(0), columns = c.out(1), channels = c.x[3];
  std::vector<double> result;
  for (std::int64_t i = 0; i < c.x[0] * rows * columns * c.filters; ++i)
    result.push_back(static_cast<double>(bias.data<float>()[i % c.filters]));
  const auto meet = [&](std::int64_t n, std::int64_t from_row, std::int64_t from_column,
                        std::int64_t row, std::int64_t column, std::int64_t tap) {
    if (from_row < 0 || from_row >= c.x[1] || from_column < 0 || from_column >= c.x[2]) return;
    if (row < 0 || row >= rows || column < 0 || column >= columns) return;
    const float* const from =
        x.data<float>() + ((n * c.x[1] + from_row) * c.x[2] + from_column) * channels;
    const float* const weights = kernel.data<float>() + tap * channels * c.filters;
    double* const to = result.data() + ((n * rows + row) * columns + column) * c.filters;
    for (std::int64_t f = 0; f < c.filters; ++f)
      for (std::int64_t k = 0; k < channels; ++k)
        to[f] += static_cast<double>(from[k]) *
                 static_cast<double>(weights[c.transposed ? f * channels + k : k * c.filters + f]);
  };
  for (std::int64_t n = 0; n < c.x[0]; ++n)
    for (std::int64_t tap = 0; tap < c.window * c.window; ++tap) {
      const std::int64_t a = tap / c.window - c.low(0), b = tap % c.window - c.low(1);
      for (std::int64_t i = 0; i < (c.transposed ? c.x[1] : rows); ++i)
        for (std::int64_t j = 0; j < (c.transposed ? c.x[2] : columns); ++j) {
          const std::int64_t row = i * c.stride + a, column = j * c.stride + b;
          c.transposed ? meet(n, i, j, row, column, tap) : meet(n, row, column, i, j, tap);
        }
    }
  return result;
}

double mean_error(const Tensor& got, const std::vector<double>& wanted) {
  double sum = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    sum += std::fabs(static_cast<double>(got.span<float>()[i]) - wanted[i]);
  return sum / static_cast<double>(wanted.size());
}

const std::vector<Case> kCases = {{{2, 7, 9, 64}, 32},
                                  {{1, 8, 8, 64}, 64},
                                  {{1, 13, 4, 128}, 48, false},
                                  {{1, 3, 3, 16}, 16, false},
                                  {{1, 1, 1, 32}, 16},
                                  {{3, 5, 30, 256}, 16},
                                  {{1, 9, 7, 32}, 32, true, 2},
                                  {{2, 13, 10, 32}, 48, true, 4, 2},
                                  {{1, 12, 12, 16}, 16, false, 4, 2},
                                  {{1, 9, 16, 64}, 32, true, 3, 2},
                                  {{1, 17, 12, 64}, 32, true, 5, 2},
                                  {{1, 16, 14, 64}, 16, false, 6, 2},
                                  {{1, 7, 6, 64}, 32, true, 4, 2, true},
                                  {{2, 5, 8, 32}, 48, false, 4, 2, true},
                                  {{1, 6, 7, 16}, 16, true, 3, 2, true},
                                  {{1, 9, 7, 128}, 32, true, 5, 2, true},
                                  {{1, 6, 9, 64}, 16, false, 5, 2, true},
                                  {{1, 5, 5, 64}, 16, true, 6, 2, true},
                                  {{1, 1, 2, 64}, 16, true, 4, 2, true},
                                  {{1, 8, 9, 64}, 16, true, 3, 1, true},
                                  {{1, 8, 9, 32}, 16, false, 2, 1, true},
                                  {{1, 9, 10, 64}, 12},
                                  {{1, 9, 10, 64}, 40},
                                  {{1, 5, 6, 32}, 9, true, 4, 2, true},
                                  {{1, 16, 16, 512}, 64},  // sums so long that their cut counts
                                  {{1, 32, 32, 256}, 16}};

// On average; the direct sums are those of whichever order the processor's direct kernel has.
TEST(WinogradConv, LosesAtMostFourTimesWhatTheDirectOneLoses) {
  const std::string best = cpu::target();
  if (best == "sse4" || best == "scalar")
    GTEST_SKIP() << "the bound is that of processors with fused multiply-adds";
  for (const Case& c : kCases) {
    const Tensor x = noise(c.x, 1);
    const Tensor direct = testing::run(c.graph(), {x})[0];
    ASSERT_EQ(direct.shape(), (Shape{c.x[0], c.out(0), c.out(1), c.filters})) << c;
    const std::vector<double> wanted = exact(c, x);
    const double own = std::max(mean_error(direct, wanted), 2e-8);
    for (const std::string& target : cpu::available_targets()) {
      cpu::set_target(target);
      for (const int tile : c.tiles()) {
        const Tensor got = tiled(c, tile, x);
        ASSERT_EQ(got.shape(), direct.shape()) << c;
        EXPECT_LE(mean_error(got, wanted), (tile == 4 ? 4 : 2) * own) << c << ' ' << tile << target;
      }
    }
    cpu::set_target(best);
  }
}

// Filters of a pixel go to several rows; in the wild tile, too.
TEST(WinogradConv, WritesWhereDepthToSpacePutsIt) {
  for (const int block : {2, 3}) {
    for (const std::int64_t filters : {4, 12, 64}) {
      const Case c{{2, 43, 45, 64}, filters * block * block};
      Tensor x = noise(c.x, 1);
      x.data<float>()[40 * 64 + 3] = std::numeric_limits<float>::infinity();
      for (const Unary activation : {Unary(), kRelu, Unary(Function::tanh)}) {
        Graph graph = record({x}, [&](Builder& b, const Ids& in) {
          ConvAttributes attributes;
          attributes.move.same = true;
          attributes.activation = activation;
          const ValueId deep = b.add1(make_conv(attributes), {in[0], b.constant(c.kernel()),
                                                              b.constant(noise({c.filters}, 3))});
          return Ids{b.add1(make_depth_to_space(block, DataFormat::channels_last), {deep})};
        });
        ASSERT_EQ(winograd_convolution(graph), 1);
        const Tensor wanted = testing::run(graph, {x})[0];
        ASSERT_EQ(store_depth_to_space(graph), 1);
        graph.check();
        EXPECT_EQ(testing::kinds(graph), "winograd_conv");
        EXPECT_TRUE(same_bits(testing::run(graph, {x})[0], wanted)) << block << ' ' << filters;
      }
    }
  }
}

TEST(WinogradConv, InfinitiesNaNsAndHugeNumbersStayWhereTheyWere) {
  const float inf = std::numeric_limits<float>::infinity();
  for (const Case& c :
       {Case{{1, 12, 12, 64}, 32}, Case{{1, 12, 12, 64}, 32, true, 4, 2},
        Case{{1, 12, 12, 64}, 32, true, 4, 2, true}, Case{{1, 12, 12, 64}, 32, true, 5, 2, true}}) {
    for (const float special : {inf, -inf, std::nanf(""), 1e30F}) {
      Tensor x = noise(c.x, 1);
      x.data<float>()[(5 * 12 + 6) * 64 + 7] = special;
      const Tensor direct = testing::run(c.graph(), {x})[0];
      for (const int tile : c.tiles()) {
        const Tensor got = tiled(c, tile, x);
        for (std::int64_t i = 0; i < got.size(); ++i) {
          const float a = got.data<float>()[i], b = direct.data<float>()[i];
          ASSERT_EQ(std::isnan(a), std::isnan(b)) << c << ' ' << special << " at " << i;
          ASSERT_EQ(std::isinf(a), std::isinf(b)) << c << ' ' << special << " at " << i;
          // The sum that the large number is in hides the rest; its neighbours are as exact as
          // ever.
          if (!std::isfinite(b)) continue;
          ASSERT_LE(std::fabs(a - b), 2e-5F * std::max(1.0F, std::fabs(b))) << c << ' ' << i;
        }
      }
    }
  }
}

TEST(WinogradConv, BitsDoNotDependOnThreads) {
  const int before = num_threads();
  for (const Case& c :
       {Case{{2, 37, 41, 64}, 48}, Case{{2, 37, 41, 64}, 48, true, 4, 2},
        Case{{2, 37, 41, 64}, 48, true, 5, 2, true}, Case{{2, 37, 41, 64}, 48, true, 4, 2, true}}) {
    const Tensor x = noise(c.x, 1);
    for (const int tile : c.tiles()) {
      set_num_threads(1);
      const Tensor one = tiled(c, tile, x, Function::tanh);
      for (const int threads : {2, 3, 7}) {
        set_num_threads(threads);
        EXPECT_TRUE(same_bits(tiled(c, tile, x, Function::tanh), one)) << c << ' ' << threads;
      }
    }
  }
  set_num_threads(before);
}

TEST(WinogradConv, ThePassTakesWhatItMakesCheaper) {
  const auto kinds_of = [](const Case& c) {
    Graph graph = c.graph();
    c.transposed ? winograd_transpose(graph) : winograd_convolution(graph);
    graph.check();
    return testing::kinds(graph);
  };
  EXPECT_EQ(kinds_of({{1, 32, 32, 64}, 64}), "winograd_conv");
  EXPECT_EQ(kinds_of({{1, 32, 32, 63}, 64}), "conv");
  EXPECT_EQ(kinds_of({{1, 32, 32, 64}, 3}), "conv");
  EXPECT_EQ(kinds_of({{1, 3, 3, 64}, 64, false}), "conv");  // one result
  EXPECT_EQ(kinds_of({{1, 64, 64, 64}, 64, true, 4, 2}), "winograd_conv");
  EXPECT_EQ(kinds_of({{1, 64, 64, 64}, 64, true, 3, 2}), "conv");  // too few taps
  EXPECT_EQ(kinds_of({{1, 64, 64, 64}, 64, true, 4, 3}), "conv");
  EXPECT_EQ(kinds_of({{1, 4, 4, 512}, 512, true, 4, 2}), "conv");  // too many weights
  for (const std::int64_t window : {4, 5, 6})
    EXPECT_EQ(kinds_of({{1, 32, 32, 64}, 64, true, window, 2, true}), "winograd_conv");
  EXPECT_EQ(kinds_of({{1, 32, 32, 64}, 64, true, 3, 1, true}), "winograd_conv");
  EXPECT_EQ(kinds_of({{1, 32, 32, 64}, 64, true, 2, 2, true}), "conv_transpose");  // one tap
  EXPECT_EQ(kinds_of({{1, 32, 32, 64}, 64, true, 8, 4, true}), "conv_transpose");
  EXPECT_EQ(kinds_of({{1, 4, 4, 512}, 512, true, 4, 2, true}), "conv_transpose");
  EXPECT_EQ(kinds_of({{1, 32, 32, 64}, 3, true, 4, 2, true}), "conv_transpose");
  Graph wild = record({noise({1, 8, 8, 64}, 1)}, [](Builder& b, const Ids& in) {
    ConvAttributes attributes;
    attributes.move.same = true;
    Tensor kernel = noise({3, 3, 64, 64}, 1);
    kernel.data<float>()[5] = std::numeric_limits<float>::infinity();
    return Ids{b.add1(make_conv(attributes), {in[0], b.constant(kernel)})};
  });
  EXPECT_EQ(winograd_convolution(wild), 0);
}

// With output_padding the result goes on where no tap reaches: there it is the bias.
TEST(WinogradConv, OfTransposedOnesThatAreLongerThanTheirTaps) {
  ConvTransposeAttributes attributes;
  attributes.strides = {2, 2, 1};
  attributes.output_padding = PerAxis{1, 0, 0};
  const Tensor x = noise({1, 16, 20, 64}, 1);
  Graph graph = record({x}, [&](Builder& b, const Ids& in) {
    return Ids{b.add1(make_conv_transpose(attributes),
                      {in[0], b.constant(noise({4, 4, 64, 64}, 2)), b.constant(noise({64}, 3))})};
  });
  const Tensor direct = testing::run(graph, {x})[0];
  ASSERT_EQ(winograd_transpose(graph), 1);
  graph.check();
  const Tensor got = testing::run(graph, {x})[0];
  ASSERT_EQ(got.shape(), direct.shape());
  for (std::int64_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(got.data<float>()[i], direct.data<float>()[i], 1e-4F) << i;
}

}  // namespace
}  // namespace halfpixel::graph
