// How much a graph computes: multiply-adds counted by hand, what passes report of them, and the
// time of each node.
#include <algorithm>

#include "graph/ops/conv.hpp"
#include "graph/ops/conv_transpose.hpp"
#include "graph/ops/einsum.hpp"
#include "graph/ops/low_resolution_conv.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/recurrent.hpp"
#include "graph/ops/resample.hpp"
#include "graph/ops/unary.hpp"
#include "graph/ops/winograd_conv.hpp"
#include "graph/passes/pass.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::noise;
using testing::record;
using testing::same_bits;
using Ids = std::vector<ValueId>;

double work(const OpPtr& op, const std::vector<Shape>& shapes) {
  PrepareArgs args;
  for (const Shape& shape : shapes) args.inputs.push_back({shape, DType::float32});
  args.constants.resize(shapes.size());
  args.outputs = op->infer(args.inputs);
  return op->multiply_adds(args);
}

TEST(Work, OfConvolutionsAndProductsIsWhatTheirDefinitionsSay) {
  ConvAttributes conv;
  conv.move.same = true;
  EXPECT_EQ(work(make_conv(conv), {{2, 5, 7, 4}, {3, 3, 4, 6}}), 2 * 5 * 7 * 6 * 3 * 3 * 4);
  conv.move.strides = {2, 2, 1};
  EXPECT_EQ(work(make_conv(conv), {{2, 5, 7, 4}, {3, 3, 4, 6}, {6}}), 2 * 3 * 4 * 6 * 9 * 4);
  conv.groups = 4;
  EXPECT_EQ(work(make_conv(conv), {{2, 5, 7, 4}, {3, 3, 1, 8}}), 2 * 3 * 4 * 8 * 9);
  ConvTransposeAttributes transposed;
  transposed.strides = {2, 2, 1};
  EXPECT_EQ(work(make_conv_transpose(transposed), {{2, 5, 7, 4}, {3, 2, 6, 4}}),
            2 * 5 * 7 * 4 * 3 * 2 * 6);
  EXPECT_EQ(work(make_matmul({}), {{3, 5, 4}, {4, 6}}), 3 * 5 * 4 * 6);
  EXPECT_EQ(work(make_matmul({.transpose_a = true, .transpose_b = true}), {{4, 5}, {6, 4}}),
            5 * 4 * 6);
  EXPECT_EQ(work(make_einsum("bqhd,bkhd->bhqk"), {{2, 3, 4, 5}, {2, 6, 4, 5}}), 2 * 3 * 4 * 5 * 6);
  EXPECT_EQ(work(make_einsum("...ab,bc->...ac"), {{7, 3, 4}, {4, 5}}), 7 * 3 * 4 * 5);
  EXPECT_EQ(work(make_recurrent({.cell = RecurrentCell::lstm}), {{2, 5, 12}, {3, 12}}),
            2 * 5 * 3 * 12);
  EXPECT_EQ(
      work(make_recurrent({.cell = RecurrentCell::gru_reset_before}), {{2, 5, 9}, {3, 6}, {3, 3}}),
      2 * 5 * (3 * 6 + 3 * 3));
  EXPECT_EQ(work(make_unary(Function::relu), {{2, 3}}), 0);
}

TEST(Work, OfConvolutionsInTilesCountsWholeTiles) {
  EXPECT_EQ(work(make_winograd_conv({.tile = 4, .low = {1, 1}, .high = {1, 1}}),
                 {{3, 9, 8, 32}, {3, 3, 32, 16}}),
            3 * (3 * 2) * 36 * 32 * 16);
  EXPECT_EQ(work(make_winograd_conv({.tile = 2}), {{1, 10, 12, 16}, {3, 3, 16, 16}, {16}}),
            (4 * 5) * 16 * 16 * 16);
  // Four images of 5 x 6 results, whose channels are summed.
  EXPECT_EQ(work(make_winograd_conv({.tile = 3, .stride = 2, .low = {1, 1}, .high = {1, 1}}),
                 {{1, 10, 12, 32}, {4, 4, 32, 16}}),
            (2 * 2) * 16 * (4 * 32) * 16);
  // Four images of 6 x 7 places, of which the first or the last are cut off.
  EXPECT_EQ(work(make_winograd_conv(
                     {.tile = 3, .stride = 2, .transposed = true, .low = {1, 1}, .high = {1, 1}}),
                 {{1, 5, 6, 32}, {4, 4, 16, 32}}),
            (2 * 3) * 16 * 32 * (4 * 16));
}

TEST(Work, OfConvolutionsAtLowResolutionIsProductsAndSums) {
  const LinearAxis twice = [] {
    LinearAxis axis(4);
    axis.next();  // padding
    for (std::int64_t i = 0; i < 8; ++i) {
      axis.add(i / 2, 1.0F);
      axis.next();
    }
    axis.next();
    return axis;
  }();
  const LowResolutionConv conv{.axes = {twice, twice}};
  // Of 8 x 3 taps along an axis two lie in the padding. Columns are summed for each of 4 source
  // rows and 3 taps, rows for each of 8 columns.
  EXPECT_EQ(work(make_low_resolution_conv(conv), {{2, 4, 4, 5}, {3, 3, 5, 7}, {7}}),
            2 * (4 * 4 * 3 * 3 * 5 * 7 + (4 * 3 * 22 + 22 * 8) * 7));
}

// relu(conv(up(x))), then a convolution in tiles.
Graph decoder() {
  ConvAttributes same;
  same.move.same = true;
  return record({noise({2, 16, 16, 32}, 1)}, [&](Builder& b, const Ids& in) {
    const ValueId large = b.add1(make_up_sampling({2, {2, 2}, DataFormat::channels_last}), {in[0]});
    const ValueId first =
        b.add1(make_unary(Function::relu),
               {b.add1(make_conv(same), {large, b.constant(noise({3, 3, 32, 32}, 2))})});
    return Ids{b.add1(make_conv(same), {first, b.constant(noise({3, 3, 32, 32}, 3))})};
  });
}

TEST(Work, IsReportedBeforeAndAfterEachPass) {
  const Graph recorded = decoder();
  const double direct = 2.0 * 32 * 32 * 9 * 32 * (32 + 32);
  EXPECT_EQ(multiply_adds(recorded), direct);
  const auto compiled = Executable::compile(recorded);
  double passed = direct;
  std::vector<std::string_view> names;
  for (const Pass& pass : passes()) {
    if (!pass.fast_only) names.push_back(pass.name);
  }
  std::size_t i = 0;
  ASSERT_EQ(compiled->report().size(), names.size());
  for (const PassReport& pass : compiled->report()) {
    EXPECT_EQ(pass.pass, names[i++]);
    EXPECT_EQ(pass.multiply_adds_before, passed) << pass.pass;
    passed = pass.multiply_adds_after;
    const double saved = pass.multiply_adds_before - passed;
    if (pass.pass == "low_resolution_convolution") {
      EXPECT_GT(saved, 0.6 * 2 * 32 * 32 * 9 * 32 * 32);
    } else if (pass.pass == "winograd_convolution") {
      EXPECT_EQ(saved, 2.0 * 32 * 32 * 32 * 32 * (9 - 4));
    } else {
      EXPECT_EQ(saved, 0) << pass.pass;
    }
  }
  EXPECT_EQ(passed, multiply_adds(compiled->graph()));
  const auto plain = Executable::compile(recorded, {.optimise = false});
  EXPECT_TRUE(plain->report().empty());
  EXPECT_EQ(multiply_adds(plain->graph()), direct);
}

TEST(Work, TimedRunsGiveTheSameBitsAndAddTheTimeOfEachNode) {
  const Tensor x = noise({2, 16, 16, 32}, 4);
  const auto compiled = Executable::compile(decoder());
  const Tensor wanted = (*compiled)(std::vector<Tensor>{x})[0];
  Tensor got(wanted.shape(), DType::float32);
  std::vector<double> seconds(compiled->graph().nodes.size(), 1.0);
  const ConstTensorView in[] = {x};
  const TensorView out[] = {got};
  compiled->run(in, out, seconds);
  EXPECT_TRUE(same_bits(got, wanted));
  for (const double time : seconds) {
    EXPECT_GT(time, 1.0);
    EXPECT_LT(time, 60.0);
  }
}

}  // namespace
}  // namespace halfpixel::graph
