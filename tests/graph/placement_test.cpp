// Places of values: the caller's memory, the arena, and who shares bytes with whom.
#include "graph/placement.hpp"

#include "graph/ops/binary.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/unary.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::noise;
using testing::record;
using Ids = std::vector<ValueId>;
using Kind = Place::Kind;

Placement placed(const Graph& graph, std::size_t scratch_of_first = 0) {
  std::vector<std::size_t> scratch(graph.nodes.size(), 0);
  if (!scratch.empty()) scratch[0] = scratch_of_first;
  return place_values(graph, find_in_place_concats(graph), scratch);
}

const Place& place_of(const Placement& placement, ValueId id) {
  return placement.values[static_cast<std::size_t>(id)];
}

TEST(Placement, InputsOutputsAndConstantsAreUsedWhereTheyAre) {
  ValueId constant = -1;
  const Graph graph = record({noise({8}, 1)}, [&](Builder& b, const Ids& in) {
    constant = b.constant(noise({8}, 2));
    return Ids{b.add1(make_binary(BinaryFunction::add), {in[0], constant})};
  });
  const Placement p = placed(graph);
  EXPECT_EQ(place_of(p, graph.inputs[0]).kind, Kind::input);
  EXPECT_EQ(place_of(p, graph.outputs[0]).kind, Kind::output);
  EXPECT_EQ(place_of(p, constant).constant,
            graph.values[static_cast<std::size_t>(constant)].constant->data());
  EXPECT_EQ(p.arena_bytes, 0U);
  EXPECT_TRUE(p.copies.empty());
}

TEST(Placement, WhatNoNodeWritesIsCopied) {
  const Tensor x = noise({8}, 1);
  const auto body = [&](Builder& b, const Ids& in) {
    const ValueId y = b.add1(make_unary(kRelu), {in[0]});
    return Ids{y, in[0], y, b.constant(x)};
  };
  const Graph graph = record({x}, body);
  const Placement p = placed(graph);
  ASSERT_EQ(p.copies.size(), 3U);
  EXPECT_EQ(p.copies[0].output, 1U);
  EXPECT_EQ(p.copies[0].from.kind, Kind::input);
  EXPECT_EQ(p.copies[1].output, 2U);
  EXPECT_EQ(p.copies[1].from.kind, Kind::output);
  EXPECT_EQ(p.copies[1].from.index, 0U);
  EXPECT_EQ(p.copies[2].from.kind, Kind::constant);
  const auto results = testing::run(graph, {x});
  EXPECT_TRUE(testing::same_bits(results[1], x));
  EXPECT_TRUE(testing::same_bits(results[2], results[0]));
  EXPECT_TRUE(testing::same_bits(results[3], x));
}

TEST(Placement, AResultTakesTheMemoryOfAnInputThatDies) {
  ValueId first = -1, second = -1;
  const Graph graph = record({noise({64}, 1)}, [&](Builder& b, const Ids& in) {
    first = b.add1(make_unary(Function::exp), {in[0]});
    second = b.add1(make_unary(Function::tanh), {first});
    return Ids{b.add1(make_reduce(Reduction::sum, {0}), {second})};
  });
  const Placement p = placed(graph);
  EXPECT_EQ(place_of(p, first).kind, Kind::arena);
  EXPECT_EQ(place_of(p, second).offset, place_of(p, first).offset);
  EXPECT_EQ(p.arena_bytes, 256U);
  EXPECT_EQ(p.unplanned_bytes, 256U);
}

TEST(Placement, AnInputThatIsReadLaterKeepsItsMemory) {
  ValueId first = -1, second = -1;
  const Graph graph = record({noise({64}, 1)}, [&](Builder& b, const Ids& in) {
    first = b.add1(make_unary(Function::exp), {in[0]});
    second = b.add1(make_unary(Function::tanh), {first});
    return Ids{b.add1(make_reduce(Reduction::sum, {0}),
                      {b.add1(make_binary(BinaryFunction::add), {second, first})})};
  });
  const Placement p = placed(graph);
  EXPECT_NE(place_of(p, second).offset, place_of(p, first).offset);
  EXPECT_EQ(p.arena_bytes, 512U);
}

TEST(Placement, PartsOfAConcatenationLieInIt) {
  ValueId left = -1, right = -1, whole = -1;
  const Graph graph = record({noise({4, 6}, 1)}, [&](Builder& b, const Ids& in) {
    left = b.add1(make_unary(Function::exp), {in[0]});
    right = b.add1(make_unary(Function::tanh), {in[0]});
    whole = b.add1(make_concat(-1), {left, right});
    return Ids{b.add1(make_reduce(Reduction::sum, {0}), {whole})};
  });
  const Placement p = placed(graph);
  EXPECT_EQ(place_of(p, left).offset, place_of(p, whole).offset);
  EXPECT_EQ(place_of(p, right).offset, place_of(p, whole).offset + 24);
  EXPECT_EQ(p.arena_bytes, 192U);
}

TEST(Placement, PartsOfAnOutputLieInTheCallersMemory) {
  ValueId right = -1;
  const Graph graph = record({noise({4, 6}, 1)}, [&](Builder& b, const Ids& in) {
    const ValueId left = b.add1(make_unary(Function::exp), {in[0]});
    right = b.add1(make_unary(Function::tanh), {in[0]});
    return Ids{b.add1(make_concat(-1), {left, right})};
  });
  const Placement p = placed(graph);
  EXPECT_EQ(place_of(p, right).kind, Kind::output);
  EXPECT_EQ(place_of(p, right).offset, 24U);
  EXPECT_EQ(p.arena_bytes, 0U);
}

TEST(Placement, ScratchSharesNoByteWithWhatLivesBesideIt) {
  ValueId first = -1;
  const Graph graph = record({noise({64}, 1)}, [&](Builder& b, const Ids& in) {
    first = b.add1(make_unary(Function::exp), {in[0]});
    return Ids{b.add1(make_reduce(Reduction::sum, {0}), {first})};
  });
  const Placement p = placed(graph, 1000);
  const std::size_t value = place_of(p, first).offset, scratch = p.scratch[0];
  EXPECT_TRUE(value + 256 <= scratch || scratch + 1000 <= value);
  EXPECT_EQ(p.arena_bytes, 1024U + 256U);
  EXPECT_EQ(p.unplanned_bytes, 1256U);
}

}  // namespace
}  // namespace halfpixel::graph
