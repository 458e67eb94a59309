// Convolutions behind resizes, computed before them: on whole numbers, of which no sum rounds, the
// recorded graph's bits; whatever the shapes, targets and number of threads.
#include <halfpixel/cpu.hpp>
#include <halfpixel/executor.hpp>

#include "graph/ops/concat.hpp"
#include "graph/ops/conv.hpp"
#include "graph/ops/conv_transpose.hpp"
#include "graph/ops/low_resolution_conv.hpp"
#include "graph/ops/pad.hpp"
#include "graph/ops/resample.hpp"
#include "graph/ops/unary.hpp"
#include "graph/passes/list.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using keras::Interpolation;
using testing::kinds;
using testing::record;
using Ids = std::vector<ValueId>;

// -3 … 3, in no order.
Tensor whole_numbers(const Shape& shape, std::int64_t seed) {
  Tensor result(shape, DType::float32);
  std::uint32_t state = static_cast<std::uint32_t>(seed) * 2654435761U + 1U;
  for (float& value : result.span<float>()) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<float>(static_cast<int>(state >> 24U) % 7 - 3);
  }
  return result;
}

struct Case {
  Shape x;
  Size size;
  Interpolation interpolation;
  Shape kernel;
  bool same = true;
  std::int64_t stride = 1, dilation = 1;
  PadMode pad = PadMode::constant;
  std::int64_t padding = 0;  // of the large image, on each side

  OpPtr up() const {
    return make_up_sampling({x.rank() - 2, size, DataFormat::channels_last, interpolation});
  }
  OpPtr conv(Unary activation = {}) const {
    ConvAttributes attributes;
    attributes.move.spatial_rank = x.rank() - 2;
    attributes.move.same = same;
    for (int i = 0; i < x.rank() - 2; ++i) {
      attributes.move.strides[static_cast<std::size_t>(i)] = stride;
      attributes.move.dilation[static_cast<std::size_t>(i)] = dilation;
    }
    attributes.activation = activation;
    return make_conv(attributes);
  }
  ValueId large(Builder& b, ValueId from) const {
    ValueId value = b.add1(up(), {from});
    if (padding == 0) return value;
    PadAmounts amounts(x.size(), {padding, padding + 1});
    amounts.front() = amounts.back() = {0, 0};
    return b.add1(make_pad(amounts, pad), {value});
  }
  Graph graph(Unary activation = {}) const {
    return record({whole_numbers(x, 1)}, [&](Builder& b, const Ids& in) {
      return Ids{b.add1(conv(activation), {large(b, in[0]), b.constant(whole_numbers(kernel, 2)),
                                           b.constant(whole_numbers({kernel.at(-1)}, 3))})};
    });
  }

  std::string str() const {
    return x.str() + " times " + std::to_string(size[0]) + " " +
           std::string(keras::name_of(interpolation)) + ", kernel " + kernel.str() +
           (same ? " same" : " valid") + " stride " + std::to_string(stride) + " dilation " +
           std::to_string(dilation) + " padding " + std::to_string(padding);
  }
};

std::vector<Case> cases() {
  using enum Interpolation;
  std::vector<Case> list = {
      {{2, 5, 7, 20}, {2, 2}, nearest, {3, 3, 20, 64}},
      {{1, 9, 130, 8}, {2, 2}, nearest, {3, 3, 8, 33}},
      {{1, 6, 5, 16}, {2, 2}, nearest, {5, 5, 16, 16}, false},
      {{1, 4, 5, 17}, {4, 2}, nearest, {3, 5, 17, 20}},
      {{1, 40, 3, 9}, {3, 3}, nearest, {4, 2, 9, 3}},
      {{1, 4, 40, 24}, {2, 4}, nearest, {3, 3, 24, 1}},
      {{3, 1, 1, 32}, {2, 2}, nearest, {3, 3, 32, 100}},
      {{1, 6, 6, 12}, {4, 4}, nearest, {3, 3, 12, 48}, true, 1, 2},
      {{1, 6, 6, 12}, {4, 4}, nearest, {3, 3, 12, 5}, true, 2},
      {{1, 6, 6, 12}, {2, 2}, nearest, {3, 3, 12, 8}, false, 1, 1, PadMode::reflect, 1},
      {{1, 6, 6, 12}, {2, 2}, nearest, {3, 3, 12, 8}, false, 1, 1, PadMode::edge, 2},
      {{1, 6, 6, 12}, {2, 2}, nearest, {3, 3, 12, 8}, false, 1, 1, PadMode::symmetric, 3},
      {{1, 6, 6, 12}, {2, 2}, nearest, {3, 3, 12, 8}, false, 1, 1, PadMode::constant, 2},
      {{2, 7, 5, 33}, {2, 2}, bilinear, {3, 3, 33, 40}},
      {{1, 7, 50, 16}, {4, 2}, bilinear, {5, 3, 16, 3}, false},
      {{1, 5, 6, 40}, {2, 2}, bilinear, {2, 2, 40, 36}},
      {{1, 5, 6, 40}, {2, 2}, bicubic, {3, 3, 40, 36}},
      {{2, 50, 24}, {4}, nearest, {9, 24, 40}},
      {{1, 5, 4, 6, 16}, {2, 2, 2}, nearest, {3, 3, 3, 16, 20}},
      {{2, 1, 4, 6, 16}, {3, 2, 1}, nearest, {2, 3, 3, 16, 32}, false},
  };
  return list;
}

Tensor run_on(const Executable& executable, const Tensor& x, int threads) {
  const int before = num_threads();
  set_num_threads(threads);
  Tensor result = executable(std::vector<Tensor>{x})[0];
  set_num_threads(before);
  return result;
}

TEST(LowResolutionConv, WholeNumbersGiveTheRecordedGraphsBits) {
  const std::string best = cpu::target();
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.str());
    if (c.interpolation == Interpolation::bicubic) continue;  // its weights are rounded
    const Tensor x = whole_numbers(c.x, 1);
    const Tensor wanted = (*Executable::compile(c.graph(), {.optimise = false}))({{x}})[0];
    for (const std::string& target : cpu::available_targets()) {
      cpu::set_target(target);
      SCOPED_TRACE(target);
      Graph graph = c.graph();
      ASSERT_EQ(low_resolution_convolution(graph), 1);
      graph.check();
      EXPECT_EQ(kinds(graph), "low_resolution_conv");
      const auto executable = Executable::compile(graph, {.optimise = false});
      EXPECT_TRUE(same_bits(run_on(*executable, x, 1), wanted));
    }
    cpu::set_target(best);
  }
}

TEST(LowResolutionConv, BitsDoNotDependOnThreads) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.str());
    const Tensor x = testing::noise(c.x, 5);
    const auto executable = Executable::compile(c.graph(Function::tanh));
    const Tensor one = run_on(*executable, x, 1);
    for (const int threads : {2, 3, 7})
      EXPECT_TRUE(same_bits(run_on(*executable, x, threads), one));
  }
}

TEST(LowResolutionConv, DifferencesAreRounding) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.str());
    const Tensor x = testing::noise(c.x, 5);
    const Tensor direct = (*Executable::compile(c.graph(), {.optimise = false}))({{x}})[0];
    const Tensor low = (*Executable::compile(c.graph()))({{x}})[0];
    double largest = 0;
    for (const float value : direct.span<float>())
      largest = std::max(largest, std::fabs(static_cast<double>(value)));
    EXPECT_LE(testing::largest_difference(low, direct), 2e-6 * largest);
  }
}

TEST(LowResolutionConv, InfinitiesAndNaNsAreWhereTheyWere) {
  const Case c{{1, 6, 7, 8}, {2, 2}, Interpolation::nearest, {3, 3, 8, 24}};
  const Case smooth{{1, 6, 7, 8}, {3, 3}, Interpolation::bilinear, {3, 3, 8, 24}};
  const float inf = std::numeric_limits<float>::infinity();
  for (const float special : {inf, -inf, std::nanf(""), 3e36F}) {
    Tensor x = testing::noise(c.x, 7);
    x.data<float>()[(2 * 7 + 3) * 8 + 4] = special;
    x.data<float>()[(5 * 7 + 6) * 8] = -special;
    for (const bool nearest : {true, false}) {
      const Graph graph = nearest ? c.graph() : smooth.graph();
      const Tensor direct = (*Executable::compile(graph, {.optimise = false}))({{x}})[0];
      const Tensor low = (*Executable::compile(graph))({{x}})[0];
      for (std::int64_t i = 0; i < low.size(); ++i) {
        const float a = low.data<float>()[i], b = direct.data<float>()[i];
        ASSERT_EQ(std::isfinite(a), std::isfinite(b)) << special << " at " << i;
        if (!nearest) continue;
        ASSERT_EQ(std::isnan(a), std::isnan(b)) << special << " at " << i;
        ASSERT_TRUE(!std::isinf(a) || a == b) << special << " at " << i;
      }
    }
  }
}

// A U-Net's: what comes from below is small, what comes from beside is not.
TEST(LowResolutionConv, PartsOfAConcatenationAreTakenOut) {
  const Tensor low = whole_numbers({1, 6, 5, 24}, 1), skip = whole_numbers({1, 12, 10, 7}, 2);
  const Tensor deep = whole_numbers({1, 3, 5, 16}, 3);
  const Case up{low.shape(), {2, 2}, Interpolation::nearest, {3, 3, 54, 40}};
  const Case more{deep.shape(), {4, 2}, Interpolation::bilinear, {3, 3, 54, 40}};
  const Graph graph = record({low, skip, deep}, [&](Builder& b, const Ids& in) {
    const ValueId all = b.add1(
        make_concat(3), {b.add1(up.up(), {in[0]}), in[1], b.add1(more.up(), {in[2]}), in[1]});
    return Ids{b.add1(up.conv(kRelu), {all, b.constant(whole_numbers(up.kernel, 4)),
                                       b.constant(whole_numbers({40}, 5))})};
  });
  Graph split = graph;
  EXPECT_EQ(low_resolution_convolution(split), 1);
  split.check();
  EXPECT_EQ(kinds(split), "concat conv low_resolution_conv low_resolution_conv");
  const std::vector<Tensor> inputs = {low, skip, deep};
  EXPECT_TRUE(same_bits(testing::run(split, inputs)[0], testing::run(graph, inputs)[0]));
  EXPECT_TRUE(same_bits(testing::run(graph, inputs, true)[0], testing::run(graph, inputs)[0]));
}

TEST(LowResolutionConv, TransposedConvolutionsAreConvolutionsToo) {
  struct Transposed {
    Shape x, kernel;  // (…window…, filters, channels)
    ConvTransposeAttributes attributes;
  };
  const std::vector<Transposed> list = {
      {{2, 5, 7, 20}, {4, 4, 33, 20}, {.strides = {2, 2, 1}, .same = true}},
      {{1, 5, 7, 32}, {3, 3, 64, 32}, {.strides = {2, 2, 1}, .same = true}},
      {{1, 5, 7, 16}, {2, 2, 16, 16}, {.strides = {2, 2, 1}, .same = true}},
      {{1, 5, 7, 16}, {5, 3, 3, 16}, {.strides = {3, 2, 1}}},
      {{1, 5, 7, 16}, {2, 2, 8, 16}, {.strides = {4, 3, 1}}},
      {{1, 5, 7, 16},
       {5, 4, 8, 16},
       {.strides = {3, 3, 1}, .same = true, .output_padding = PerAxis{1, 2, 0}}},
      {{1, 6, 7, 16}, {3, 3, 8, 16}, {.dilation = {2, 2, 1}, .same = true}},
      {{2, 9, 24}, {8, 40, 24}, {.spatial_rank = 1, .strides = {4, 1, 1}, .same = true}},
      {{1, 3, 4, 5, 16}, {3, 3, 3, 8, 16}, {.spatial_rank = 3, .strides = {2, 2, 2}, .same = true}},
  };
  for (const Transposed& t : list) {
    const Tensor x = whole_numbers(t.x, 1);
    const OpPtr op = make_conv_transpose(t.attributes);
    SCOPED_TRACE(op->attributes());
    const Graph graph = record({x}, [&](Builder& b, const Ids& in) {
      return Ids{b.add1(op, {in[0], b.constant(whole_numbers(t.kernel, 2)),
                             b.constant(whole_numbers({t.kernel.at(-2)}, 3))})};
    });
    Graph rewritten = graph;
    EXPECT_EQ(low_resolution_convolution(rewritten), 1);
    rewritten.check();
    EXPECT_EQ(kinds(rewritten), "low_resolution_conv");
    EXPECT_TRUE(same_bits(testing::run(rewritten, {x})[0], testing::run(graph, {x})[0]));
  }
}

TEST(LowResolutionConv, ResizesInARowAreOne) {
  const Tensor x = whole_numbers({1, 5, 4, 16}, 1);
  const Case c{x.shape(), {2, 2}, Interpolation::nearest, {3, 3, 16, 32}};
  const Graph graph = record({x}, [&](Builder& b, const Ids& in) {
    return Ids{b.add1(c.conv(), {b.add1(c.up(), {b.add1(c.up(), {in[0]})}),
                                 b.constant(whole_numbers(c.kernel, 4))})};
  });
  Graph rewritten = graph;
  EXPECT_EQ(low_resolution_convolution(rewritten), 1);
  EXPECT_EQ(kinds(rewritten), "low_resolution_conv");
  EXPECT_TRUE(same_bits(testing::run(rewritten, {x})[0], testing::run(graph, {x})[0]));
}

TEST(LowResolutionConv, StaysWhereItWouldCostMore) {
  const auto changes = [](const Case& c) {
    Graph graph = c.graph();
    return low_resolution_convolution(graph);
  };
  using enum Interpolation;
  EXPECT_EQ(changes({{1, 8, 8, 1}, {2, 2}, nearest, {3, 3, 1, 64}}), 0);  // sums cost more
  EXPECT_EQ(changes({{1, 8, 8, 32}, {1, 1}, nearest, {3, 3, 32, 64}}), 0);
  EXPECT_EQ(changes({{1, 8, 8, 32}, {4, 4}, nearest, {3, 3, 32, 64}, true, 4}), 0);
}

}  // namespace
}  // namespace halfpixel::graph
