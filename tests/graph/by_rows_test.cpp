// Resizes and what follows them, row by row: the bits of one after the other, NaNs among them, for
// any number of threads; and what the pass leaves alone.
#include <halfpixel/executor.hpp>

#include "graph/ops/binary.hpp"
#include "graph/ops/by_rows.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/resample.hpp"
#include "graph/ops/scan.hpp"
#include "graph/ops/softmax.hpp"
#include "graph/ops/unary.hpp"
#include "graph/passes/list.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::kinds;
using testing::noise;
using testing::record;
using Ids = std::vector<ValueId>;
using Tail = std::function<ValueId(Builder&, ValueId)>;

OpPtr up(std::int64_t factor, keras::Interpolation how) {
  return make_up_sampling({2, {factor, factor}, DataFormat::channels_last, how});
}

Graph graph_of(const Tensor& x, const OpPtr& resize, const Tail& tail) {
  return record({x},
                [&](Builder& b, const Ids& in) { return Ids{tail(b, b.add1(resize, {in[0]}))}; });
}

ValueId soft(Builder& b, ValueId x) {
  return b.add1(make_softmax({-1}), {x});
}
ValueId classes(Builder& b, ValueId x) {
  return b.add1(make_arg_extreme({.extreme = Extreme::greatest, .axis = 3}), {x});
}
ValueId threshold(Builder& b, ValueId x) {
  const ValueId level = b.constant(noise({8}, 5));
  const ValueId y = b.add1(make_unary(Function::sigmoid), {x});
  return b.add1(make_cast(DType::uint8),
                {b.add1(make_binary(BinaryFunction::greater), {y, level})});
}

// 131 rows: whole bands and a rest. 2 images.
const Tensor& logits() {
  static const Tensor x = [] {
    Tensor made = noise({2, 131, 66, 8}, 1);
    made.data<float>()[7] = std::nanf("");
    made.data<float>()[66 * 8 * 40 + 3] = std::numeric_limits<float>::infinity();
    return made;
  }();
  return x;
}

TEST(ByRows, HasTheBitsOfOneAfterTheOther) {
  const int before = num_threads();
  for (const auto how : {keras::Interpolation::nearest, keras::Interpolation::bilinear,
                         keras::Interpolation::bicubic}) {
    for (const Tail& tail : {Tail(soft), Tail(classes), Tail(threshold)}) {
      Graph graph = graph_of(logits(), up(4, how), tail);
      const Tensor wanted = testing::run(graph, {logits()})[0];
      ASSERT_EQ(resize_by_rows(graph), 1);
      graph.check();
      EXPECT_EQ(kinds(graph), "by_rows");
      for (const int threads : {1, 2, 3, 7}) {
        set_num_threads(threads);
        EXPECT_TRUE(same_bits(testing::run(graph, {logits()})[0], wanted)) << threads;
      }
      set_num_threads(before);
    }
  }
}

TEST(ByRows, OfResizesToAnySize) {
  for (const Size size : {Size{400, 333}, Size{1400, 101}}) {
    Graph graph = graph_of(logits(), make_tf_resize({.size = size}), soft);
    const Tensor wanted = testing::run(graph, {logits()})[0];
    ASSERT_EQ(resize_by_rows(graph), 1);
    EXPECT_TRUE(same_bits(testing::run(graph, {logits()})[0], wanted));
  }
}

TEST(ByRows, LeavesAlone) {
  const auto bilinear = up(4, keras::Interpolation::bilinear);
  const auto left = [&](const Tensor& x, const OpPtr& resize, const Tail& tail) {
    Graph graph = graph_of(x, resize, tail);
    return resize_by_rows(graph) == 0;
  };
  const Tensor x = noise({1, 100, 100, 16}, 1);
  EXPECT_FALSE(left(x, bilinear, soft));
  // What needs more than a row.
  EXPECT_TRUE(
      left(x, bilinear, [](Builder& b, ValueId y) { return b.add1(make_softmax({1}), {y}); }));
  // A constant that differs from row to row.
  EXPECT_TRUE(left(x, bilinear, [](Builder& b, ValueId y) {
    return b.add1(make_binary(BinaryFunction::add), {y, b.constant(noise({400, 1, 1}, 2))});
  }));
  // Two readers.
  EXPECT_TRUE(left(x, bilinear, [](Builder& b, ValueId y) {
    return b.add1(make_binary(BinaryFunction::add), {soft(b, y), y});
  }));
  // Small images, few channels.
  EXPECT_TRUE(left(noise({1, 20, 20, 16}, 1), bilinear, soft));
  EXPECT_TRUE(left(noise({1, 400, 400, 1}, 1), bilinear, soft));
  // The rows of images whose channels come first are not axis 1.
  EXPECT_TRUE(left(
      noise({1, 16, 100, 100}, 1),
      make_up_sampling({2, {4, 4}, DataFormat::channels_first, keras::Interpolation::bilinear}),
      [](Builder& b, ValueId y) { return b.add1(make_softmax({-1}), {y}); }));
}

}  // namespace
}  // namespace halfpixel::graph
