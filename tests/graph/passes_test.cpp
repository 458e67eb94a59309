// Each pass: what it makes of a small graph, and that the results are the same: to the bit where
// the pass says so, else within rounding.
#include <stdexcept>

#include "graph/ops/affine.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/conv.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/resample.hpp"
#include "graph/ops/transpose.hpp"
#include "graph/ops/unary.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/pass.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::kinds;
using testing::noise;
using testing::record;
using testing::Record;
using testing::run;
using testing::same_bits;
using Ids = std::vector<ValueId>;

const Pass& pass_of(std::string_view name) {
  for (const Pass& pass : passes()) {
    if (pass.name == name) return pass;
  }
  throw std::logic_error("no such pass");
}

// What a pass makes of the graph that `body` records, and the largest difference that it makes to
// the outputs: none where the pass says that it keeps how they are rounded.
struct Outcome {
  std::string before, after;
  int changes = 0;
  double difference = 0;
};

Outcome outcome(std::string_view name, const std::vector<Tensor>& inputs, const Record& body) {
  const Pass& pass = pass_of(name);
  const Graph recorded = record(inputs, body);
  Graph rewritten = recorded;
  Outcome result;
  result.before = kinds(recorded);
  result.changes = pass.run(rewritten);
  remove_dead_code(rewritten);
  rewritten.check();
  result.after = kinds(rewritten);
  const auto a = run(recorded, inputs), b = run(rewritten, inputs);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(pass.changes_rounding || same_bits(a[i], b[i])) << name << ", output " << i;
    result.difference = std::max(result.difference, testing::largest_difference(a[i], b[i]));
  }
  return result;
}

OpPtr conv_3x3() {
  ConvAttributes attributes;
  attributes.move.spatial_rank = 2;
  return make_conv(attributes);
}

TEST(Passes, ConstantsAreComputedOnce) {
  const Outcome o = outcome("fold_constants", {noise({2, 3}, 1)}, [](Builder& b, const Ids& in) {
    const ValueId c = b.add1(make_unary(Function::sqrt), {b.scalar(4.0F)});
    const ValueId d = b.add1(make_binary(BinaryFunction::add), {c, b.scalar(1.0F)});
    return Ids{b.add1(make_binary(BinaryFunction::multiply), {in[0], d})};
  });
  EXPECT_EQ(o.before, "unary add multiply");
  EXPECT_EQ(o.after, "multiply");
}

TEST(Passes, NodesWithoutReadersAndWithoutEffectGo) {
  const Outcome o = outcome("dead_code", {noise({2, 3}, 1)}, [](Builder& b, const Ids& in) {
    b.add1(make_unary(Function::exp), {in[0]});
    const ValueId same = b.add1(make_cast(DType::float32), {in[0]});
    const ValueId one = b.add1(make_binary(BinaryFunction::multiply), {same, b.scalar(1.0F)});
    return Ids{b.add1(make_unary(Function::tanh), {b.add1(make_unary(Function::linear), {one})})};
  });
  EXPECT_EQ(o.before, "unary cast multiply unary unary");
  EXPECT_EQ(o.after, "unary");
}

TEST(Passes, AddingZeroIsNotWithoutEffectOnMinusZero) {
  const Outcome o =
      outcome("dead_code", {Tensor(Shape{1}, {-0.0F})}, [](Builder& b, const Ids& in) {
        return Ids{b.add1(make_binary(BinaryFunction::add), {in[0], b.scalar(0.0F)})};
      });
  EXPECT_EQ(o.after, "add");
}

TEST(Passes, ResultsThatAreComputedTwiceAreShared) {
  const Tensor shared = noise({3}, 2);
  const Outcome o =
      outcome("common_subexpressions", {noise({2, 3}, 1)}, [&](Builder& b, const Ids& in) {
        Ids sums;
        for (int i = 0; i < 2; ++i) {
          const ValueId scaled =
              b.add1(make_binary(BinaryFunction::multiply), {in[0], b.constant(shared)});
          sums.push_back(b.add1(make_unary({Function::elu, {.alpha = 0.3F}}), {scaled}));
        }
        sums.push_back(b.add1(make_unary({Function::elu, {.alpha = 0.30000004F}}), {in[0]}));
        return Ids{b.add1(make_binary(BinaryFunction::add), {sums[0], sums[1]}), sums[2]};
      });
  EXPECT_EQ(o.before, "multiply unary multiply unary unary add");
  EXPECT_EQ(o.after, "multiply unary unary add");
}

TEST(Passes, TransposesMeetBehindElementwiseNodesAndVanish) {
  const Tensor x = noise({2, 3, 4, 5}, 1), scale = noise({5}, 2), shift = noise({5}, 3),
               bias = noise({5, 1, 1}, 4);
  const Outcome o = outcome("cancel_transposes", {x}, [&](Builder& b, const Ids& in) {
    ValueId v = b.add1(make_to_channels_first(4), {in[0]});
    v = b.add1(make_affine(1), {v, b.constant(scale), b.constant(shift)});
    v = b.add1(make_unary(kRelu), {v});
    v = b.add1(make_binary(BinaryFunction::add), {v, b.constant(bias)});
    return Ids{b.add1(make_to_channels_last(4), {v})};
  });
  EXPECT_EQ(o.before, "transpose affine unary add transpose");
  EXPECT_EQ(o.after, "affine unary add");
}

TEST(Passes, TransposesMoveBehindConcatenationAndUpSampling) {
  const Tensor x = noise({1, 4, 4, 2}, 1), y = noise({1, 8, 8, 3}, 2);
  const Outcome o = outcome("cancel_transposes", {x, y}, [](Builder& b, const Ids& in) {
    const ValueId small = b.add1(make_to_channels_first(4), {in[0]});
    const ValueId up = b.add1(make_up_sampling({.data_format = DataFormat::channels_first,
                                                .interpolation = keras::Interpolation::bilinear}),
                              {small});
    const ValueId skip = b.add1(make_to_channels_first(4), {in[1]});
    const ValueId joined = b.add1(make_concat(1), {up, skip});
    return Ids{b.add1(make_to_channels_last(4), {joined})};
  });
  EXPECT_EQ(o.before, "transpose up_sampling transpose concat transpose");
  EXPECT_EQ(o.after, "up_sampling concat");
}

TEST(Passes, ATransposeThatIsReadElsewhereStays) {
  const Outcome o =
      outcome("cancel_transposes", {noise({2, 3, 4}, 1)}, [](Builder& b, const Ids& in) {
        const ValueId t = b.add1(make_transpose({0, 2, 1}), {in[0]});
        const ValueId r = b.add1(make_unary(kRelu), {t});
        return Ids{t, b.add1(make_transpose({1, 0, 2}), {r})};
      });
  EXPECT_EQ(o.changes, 0);
}

TEST(Passes, FactorsAndSummandsGoIntoTheKernel) {
  const Tensor x = noise({1, 6, 6, 3}, 1), kernel = noise({3, 3, 3, 4}, 2), bias = noise({4}, 3);
  const Tensor scale = noise({4}, 4), shift = noise({4}, 5);
  const Outcome o = outcome("fuse_bias_and_affine", {x}, [&](Builder& b, const Ids& in) {
    ValueId v = b.add1(conv_3x3(), {in[0], b.constant(kernel), b.constant(bias)});
    v = b.add1(make_affine(-1), {v, b.constant(scale), b.constant(shift)});
    v = b.add1(make_binary(BinaryFunction::subtract), {b.scalar(1.0F), v});
    v = b.add1(make_binary(BinaryFunction::divide), {v, b.scalar(3.0F)});
    return Ids{b.add1(make_binary(BinaryFunction::add), {b.constant(shift), v})};
  });
  EXPECT_EQ(o.before, "conv affine subtract divide add");
  EXPECT_EQ(o.after, "conv");
  EXPECT_LT(o.difference, 2e-5);
}

TEST(Passes, AProductThatOthersReadKeepsItsKernel) {
  const Tensor x = noise({2, 3}, 1), kernel = noise({3, 4}, 2);
  const Outcome o = outcome("fuse_bias_and_affine", {x}, [&](Builder& b, const Ids& in) {
    const ValueId v = b.add1(make_matmul(), {in[0], b.constant(kernel)});
    return Ids{v, b.add1(make_binary(BinaryFunction::multiply), {v, b.scalar(2.0F)})};
  });
  EXPECT_EQ(o.changes, 0);
}

TEST(Passes, ActivationsMoveIntoProducts) {
  const Tensor x = noise({1, 6, 6, 3}, 1), kernel = noise({3, 3, 3, 4}, 2);
  for (const Unary& f :
       {kRelu, Unary{Function::sigmoid}, Unary{Function::gelu}, Unary{Function::softsign}}) {
    const Outcome o = outcome("fuse_activation", {x}, [&](Builder& b, const Ids& in) {
      const ValueId v = b.add1(conv_3x3(), {in[0], b.constant(kernel)});
      return Ids{b.add1(make_unary(Function::tanh), {b.add1(make_unary(f), {v})})};
    });
    EXPECT_EQ(o.after, "conv unary") << str(f);
    EXPECT_LT(o.difference, 2e-6) << str(f);
  }
}

TEST(Passes, ElementwiseChainsBecomeOnePass) {
  for (const Shape& shape : {Shape{2, 5, 7, 3}, Shape{3, 5000}, Shape{1, 1, 1, 1}, Shape{0, 4}}) {
    const std::int64_t channels = shape[shape.rank() - 1];
    const Tensor x = noise(shape, 1), other = noise(shape, 2), scale = noise({channels}, 3),
                 shift = noise({channels}, 4);
    const Outcome o = outcome("fuse_elementwise", {x, other}, [&](Builder& b, const Ids& in) {
      ValueId v = b.add1(make_affine(-1), {in[0], b.constant(scale), b.constant(shift)});
      v = b.add1(make_unary(kRelu), {v});
      v = b.add1(make_binary(BinaryFunction::add), {in[1], v});
      v = b.add1(make_binary(BinaryFunction::subtract), {b.scalar(2.0F), v});
      v = b.add1(make_binary(BinaryFunction::prelu), {v, b.constant(shift)});
      return Ids{b.add1(make_unary(Function::tanh), {v})};
    });
    EXPECT_EQ(o.before, "affine unary add subtract prelu unary");
    EXPECT_EQ(o.after, "fused") << shape;
  }
}

TEST(Passes, AChainStopsWhereAnotherReadsItsValue) {
  const Outcome o = outcome("fuse_elementwise", {noise({4, 5}, 1)}, [](Builder& b, const Ids& in) {
    const ValueId a = b.add1(make_unary(kRelu), {in[0]});
    const ValueId c = b.add1(make_unary(Function::tanh), {a});
    const ValueId d = b.add1(make_unary(Function::exp), {c});
    return Ids{b.add1(make_binary(BinaryFunction::multiply), {d, a})};
  });
  EXPECT_EQ(o.after, "unary fused");
}

TEST(Passes, AllTogetherAgreeWithTheRecordedGraph) {
  const Tensor x = noise({2, 3, 8, 8}, 1), kernel = noise({3, 3, 3, 4}, 2), scale = noise({4}, 3),
               shift = noise({4}, 4);
  const auto body = [&](Builder& b, const Ids& in) {
    ValueId v = b.add1(make_to_channels_last(4), {in[0]});
    v = b.add1(conv_3x3(), {v, b.constant(kernel)});
    v = b.add1(make_to_channels_first(4), {v});
    v = b.add1(make_affine(1), {v, b.constant(scale), b.constant(shift)});
    v = b.add1(make_unary(kRelu), {v});
    v = b.add1(make_to_channels_last(4), {v});
    return Ids{b.add1(make_unary(Function::tanh), {v})};
  };
  const auto executable = Executable::compile(record({x}, body));
  EXPECT_EQ(kinds(executable->graph()), "transpose conv unary");
  const std::vector<Tensor> inputs = {x};
  EXPECT_LT(testing::largest_difference((*executable)(inputs)[0], run(record({x}, body), {x})[0]),
            2e-6);
}

// A convolution with batch normalisation and an activation behind it: what two passes round anew.
Graph rounded_anew(const Tensor& x) {
  const Tensor kernel = noise({3, 3, 3, 4}, 2), scale = noise({4}, 3), shift = noise({4}, 4);
  return record({x}, [&](Builder& b, const Ids& in) {
    ValueId v = b.add1(conv_3x3(), {in[0], b.constant(kernel)});
    v = b.add1(make_affine(), {v, b.constant(scale), b.constant(shift)});
    v = b.add1(make_unary(Function::tanh), {v});
    return Ids{b.add1(make_unary(Function::linear), {v})};
  });
}

TEST(Passes, ThoseThatChangeRoundingAreLeftOutOnRequest) {
  const Tensor x = noise({1, 6, 6, 3}, 1);
  const std::vector<Tensor> inputs = {x};
  const auto all = Executable::compile(rounded_anew(x));
  EXPECT_EQ(kinds(all->graph()), "conv");
  const auto exact = Executable::compile(rounded_anew(x), {.keep_rounding = true});
  EXPECT_EQ(kinds(exact->graph()), "conv fused");
  EXPECT_TRUE(same_bits((*exact)(inputs)[0], run(rounded_anew(x), inputs)[0]));
  for (const PassReport& report : exact->report())
    EXPECT_FALSE(pass_of(report.pass).changes_rounding) << report.pass;
}

// Bit by bit: `outcome` compares.
TEST(Passes, FunctionsOfElementsAreComputedBeforeNearestUpSampling) {
  const auto up = [](keras::Interpolation interpolation) {
    return make_up_sampling({2, {2, 3}, DataFormat::channels_last, interpolation});
  };
  const auto body = [&](const OpPtr& first) {
    return [&, first](Builder& b, const Ids& in) {
      const ValueId large = b.add1(first, {in[0]});
      const ValueId curved = b.add1(make_unary(Function::tanh), {large});
      return Ids{
          b.add1(make_binary(BinaryFunction::multiply), {curved, b.constant(noise({3}, 2))})};
    };
  };
  const std::vector<Tensor> x = {noise({2, 4, 5, 3}, 1)};
  const Outcome o = outcome("sink_up_sampling", x, body(up(keras::Interpolation::nearest)));
  EXPECT_EQ(o.before, "up_sampling unary multiply");
  EXPECT_EQ(o.after, "unary multiply up_sampling");
  const Outcome kept = outcome("sink_up_sampling", x, body(up(keras::Interpolation::bilinear)));
  EXPECT_EQ(kept.after, kept.before);
  // A summand of its own for every position stays behind.
  const Outcome beside =
      outcome("sink_up_sampling", {x[0], noise({2, 8, 15, 3}, 3)}, [&](Builder& b, const Ids& in) {
        const ValueId large = b.add1(up(keras::Interpolation::nearest), {in[0]});
        return Ids{b.add1(make_binary(BinaryFunction::add), {large, in[1]})};
      });
  EXPECT_EQ(beside.after, "up_sampling add");
}

TEST(Passes, AreLeftOutByName) {
  const Tensor x = noise({1, 6, 6, 3}, 1);
  const auto kept = Executable::compile(
      rounded_anew(x),
      {.fast = true,
       .without = {"fuse_bias_and_affine", "fuse_elementwise", "dead_code", "multiply_in_bf16"}});
  EXPECT_EQ(kinds(kept->graph()), "conv affine unary unary");
  EXPECT_EQ(kept->report().size(), passes().size() - 4);
  EXPECT_EQ(testing::error_of(
                [&] { Executable::compile(rounded_anew(x), {.without = {"dead_code", "fly"}}); }),
            "[tf.function] argument without must name passes, which are fold_constants, "
            "common_subexpressions, cancel_transposes, fuse_bias_and_affine, fuse_activation, "
            "multiply_in_bf16, sink_up_sampling, winograd_transpose, low_resolution_convolution, "
            "winograd_convolution, store_depth_to_space, fuse_elementwise, resize_by_rows, "
            "store_bf16, dead_code; got 'fly'");
}

}  // namespace
}  // namespace halfpixel::graph
