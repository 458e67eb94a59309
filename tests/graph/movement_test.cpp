#include <gmock/gmock.h>
#include <halfpixel/error.hpp>

#include "core/equal.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/depth_space.hpp"
#include "graph/ops/gather.hpp"
#include "graph/ops/pad.hpp"
#include "graph/ops/repeat.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/split.hpp"
#include "graph/ops/transpose.hpp"
#include "graph/running.hpp"

namespace halfpixel::graph {
namespace {

using Position = std::vector<std::int64_t>;

Tensor numbers(const Shape& shape) {
  return arange(shape.num_elements()).reshape(shape);
}

TEST(Transpose, EveryOrderOfFourAxes) {
  const Tensor x = numbers({3, 5, 34, 7});
  std::vector<int> axes = {0, 1, 2, 3};
  do {
    Shape shape;
    for (const int axis : axes) shape.push_back(x.shape()[axis]);
    const Tensor wanted = picked(x, shape, [&](const Position& p) {
      Position from(4);
      for (std::size_t i = 0; i < 4; ++i) from[static_cast<std::size_t>(axes[i])] = p[i];
      return from;
    });
    EXPECT_TRUE(same_bits(run_op(make_transpose(axes), {x})[0], wanted));
  } while (std::next_permutation(axes.begin(), axes.end()));
}

TEST(Transpose, ChannelsThereAndBackIsNothing_AlsoForLargeTensorsAndOtherWidths) {
  for (const DType dtype : {DType::uint8, DType::float16, DType::float32, DType::int64}) {
    for (const std::int64_t channels : {1, 2, 3, 4, 64, 70}) {
      const Tensor x = numbers({2, 41, 37, channels}).astype(dtype);
      const auto there = run_op(make_to_channels_first(4), {x});
      EXPECT_EQ(there[0].shape(), (Shape{2, channels, 41, 37}));
      EXPECT_TRUE(same_bits(run_op(make_to_channels_last(4), there)[0], x));
    }
  }
}

TEST(Transpose, RefusesAxesThatAreNotEachOnce) {
  EXPECT_THROW(make_transpose({0, 0}), Error);
  EXPECT_THROW(make_transpose({0, 2}), Error);
  EXPECT_THROW(inferred(make_transpose({1, 0}), {2, 3, 4}), Error);
}

TEST(Reshape, KnowsWhatUnknownExtentsAllow) {
  const auto flatten = make_reshape({Extent::same_as(0), Extent::rest()});
  EXPECT_EQ(inferred(flatten, {kUnknown, 7, 7, 64}), (Shape{kUnknown, 3136}));
  EXPECT_EQ(inferred(flatten, {kUnknown, kUnknown, 3}), (Shape{kUnknown, kUnknown}));
  EXPECT_EQ(inferred(flatten, {5}), (Shape{5, 1}));
  EXPECT_EQ(inferred(flatten, {0, 3}), (Shape{0, 3}));
  const std::vector<std::int64_t> any_rows = {-1, 8};
  EXPECT_EQ(inferred(make_reshape(any_rows), {kUnknown, 4}), (Shape{kUnknown, 8}));
  EXPECT_EQ(inferred(make_reshape(any_rows), {6, 4}), (Shape{3, 8}));
  EXPECT_THROW(inferred(make_reshape(any_rows), {3, 3}), Error);
  EXPECT_EQ(inferred(make_expand_dims(-1, 2), {2, kUnknown}), (Shape{2, kUnknown, 1}));
  EXPECT_EQ(inferred(make_squeeze({1}, {2, 1, 3}), {2, 1, 3}), (Shape{2, 3}));
  EXPECT_THROW(make_squeeze({0}, {2, 1}), Error);
  EXPECT_TRUE(same_bits(run_op(flatten, {numbers({2, 3, 4})})[0], numbers({2, 12})));
}

TEST(Slice, IsPythonsSlice) {
  const Tensor x = numbers({4, 9, 3});
  const auto end = std::optional<std::int64_t>();
  for (const auto& range : std::vector<SliceRange>{{1, 2, 7, 1},
                                                   {1, end, end, 2},
                                                   {1, -3, end, 1},
                                                   {1, end, -2, 3},
                                                   {1, end, end, -1},
                                                   {1, 7, 1, -2},
                                                   {1, 100, -100, -4},
                                                   {1, -100, 100, 8},
                                                   {1, 3, 3, 1},
                                                   {1, 5, 2, 1},
                                                   {0, 1, 2, 1},
                                                   {-1, end, end, -1},
                                                   {1, end, end, INT64_MIN},
                                                   {1, end, end, INT64_MAX}}) {
    // Python's own rule, one position at a time.
    const int axis = range.axis < 0 ? range.axis + 3 : range.axis;
    const std::int64_t extent = x.shape()[axis];
    std::vector<std::int64_t> taken;
    const auto clamp = [&](std::int64_t at, std::int64_t low, std::int64_t high) {
      return std::min(std::max(at < 0 ? at + extent : at, low), high);
    };
    if (range.step > 0) {
      const std::int64_t stop = clamp(range.end.value_or(extent), 0, extent);
      for (std::int64_t i = clamp(range.begin.value_or(0), 0, extent); i < stop;) {
        taken.push_back(i);
        if (range.step > extent) break;
        i += range.step;
      }
    } else {
      const std::int64_t stop = range.end ? clamp(*range.end, -1, extent - 1) : -1;
      for (std::int64_t i = range.begin ? clamp(*range.begin, -1, extent - 1) : extent - 1;
           i > stop;) {
        taken.push_back(i);
        if (range.step < -extent) break;
        i += range.step;
      }
    }
    Shape shape = x.shape();
    shape[axis] = static_cast<std::int64_t>(taken.size());
    const Tensor wanted = picked(x, shape, [&](Position p) {
      p[static_cast<std::size_t>(axis)] =
          taken[static_cast<std::size_t>(p[static_cast<std::size_t>(axis)])];
      return p;
    });
    EXPECT_TRUE(same_bits(run_op(make_slice({range}), {x})[0], wanted))
        << make_slice({range})->attributes();
  }
  EXPECT_EQ(inferred(make_slice({{1, 2, 5, 1}}), {kUnknown, kUnknown}),
            (Shape{kUnknown, kUnknown}));
  EXPECT_EQ(inferred(make_slice({{1, 2, 5, 1}}), {kUnknown, 9}), (Shape{kUnknown, 3}));
  EXPECT_THROW(make_slice({{1, {}, {}, 0}}), Error);
}

TEST(Split, PartsJoinAgain) {
  const Tensor x = numbers({3, 12, 5});
  for (const int axis : {0, 1}) {
    const auto parts = run_op(make_split(axis, 3), {x});
    ASSERT_EQ(parts.size(), 3u);
    EXPECT_TRUE(same_bits(run_op(make_concat(axis), parts)[0], x));
  }
  const auto uneven = run_op(make_split_at(1, {1, 5, 5}), {x});
  ASSERT_EQ(uneven.size(), 4u);
  EXPECT_EQ(uneven[2].shape(), (Shape{3, 0, 5}));
  EXPECT_TRUE(same_bits(run_op(make_concat(1), uneven)[0], x));
  for (const int axis : {0, 1, 2, -1}) {
    const auto rows = run_op(make_unstack(axis, static_cast<int>(x.shape().at(axis))), {x});
    EXPECT_TRUE(same_bits(run_op(make_stack(axis), rows)[0], x));
  }
  EXPECT_THROW(inferred(make_split(1, 5), {3, 12}), Error);
  EXPECT_THROW(inferred(make_split_at(1, {13}), {3, 12}), Error);
}

TEST(Repetition, TileRepeatAndBroadcast) {
  const Tensor x = numbers({2, 3, 4});
  EXPECT_TRUE(same_bits(
      run_op(make_tile({2, 1, 3}), {x})[0],
      picked(x, {4, 3, 12}, [](const Position& p) { return Position{p[0] % 2, p[1], p[2] % 4}; })));
  EXPECT_TRUE(same_bits(
      run_op(make_tile({2, 1, 1, 1}), {x})[0],
      picked(x, {2, 2, 3, 4}, [](const Position& p) { return Position{p[1], p[2], p[3]}; })));
  for (const int axis : {0, 1, 2}) {
    Shape shape = x.shape();
    shape[axis] *= 5;
    EXPECT_TRUE(same_bits(run_op(make_repeat(axis, 5), {x})[0], picked(x, shape, [&](Position p) {
                            p[static_cast<std::size_t>(axis)] /= 5;
                            return p;
                          })));
  }
  const Tensor column = numbers({3, 1});
  EXPECT_TRUE(
      same_bits(run_op(make_broadcast_to({2, 3, 4}), {column})[0],
                picked(column, {2, 3, 4}, [](const Position& p) { return Position{p[1], 0}; })));
  EXPECT_THROW(inferred(make_broadcast_to({2, 4}), {3}), Error);
  EXPECT_EQ(inferred(make_repeat(1, 2), {kUnknown, kUnknown, 3}), (Shape{kUnknown, kUnknown, 3}));
}

TEST(Flip, IsItsOwnInverse) {
  const Tensor x = numbers({3, 4, 5});
  const auto once = run_op(make_flip({0, 2}), {x});
  EXPECT_TRUE(same_bits(once[0], picked(x, x.shape(), [](const Position& p) {
                          return Position{2 - p[0], p[1], 4 - p[2]};
                        })));
  EXPECT_TRUE(same_bits(run_op(make_flip({0, 2}), once)[0], x));
}

TEST(DepthToSpace, FollowsTensorFlowsDefinition) {
  const std::int64_t b = 3;
  const Tensor x = numbers({2, 2, 4, 2 * b * b});
  const Tensor wanted = picked(x, {2, 2 * b, 4 * b, 2}, [&](const Position& p) {
    return Position{p[0], p[1] / b, p[2] / b, ((p[1] % b) * b + p[2] % b) * 2 + p[3]};
  });
  const auto wide = run_op(make_depth_to_space(3, DataFormat::channels_last), {x});
  EXPECT_TRUE(same_bits(wide[0], wanted));
  EXPECT_TRUE(same_bits(run_op(make_space_to_depth(3, DataFormat::channels_last), wide)[0], x));
  // channels_first is the same between transposes
  const auto first = run_op(make_to_channels_first(4), {x});
  const auto wide_first = run_op(make_depth_to_space(3, DataFormat::channels_first), first);
  EXPECT_TRUE(same_bits(run_op(make_to_channels_last(4), wide_first)[0], wanted));
  EXPECT_TRUE(same_bits(run_op(make_space_to_depth(3, DataFormat::channels_first), wide_first)[0],
                        first[0]));
  EXPECT_THROW(inferred(make_depth_to_space(2, DataFormat::channels_last), {1, 2, 2, 6}), Error);
  EXPECT_THROW(make_depth_to_space(1, DataFormat::channels_last), Error);
}

TEST(Pad, EveryModeIsItsRule) {
  const Tensor x = numbers({3, 4, 5});
  const PadAmounts amounts = {{1, 2}, {0, 3}, {4, 1}};
  const auto rule = [&](PadMode mode) {
    return picked(
        x, {6, 7, 10},
        [&](Position p) -> Position {
          for (std::size_t i = 0; i < 3; ++i) {
            const std::int64_t n = x.shape()[static_cast<int>(i)];
            std::int64_t at = p[i] - amounts[i].first;
            if (mode == PadMode::constant && (at < 0 || at >= n)) return {};
            while (at < 0 || at >= n) {  // walk back as a person would on a mirrored strip
              if (mode == PadMode::reflect) at = at < 0 ? -at : 2 * n - 2 - at;
              if (mode == PadMode::symmetric) at = at < 0 ? -at - 1 : 2 * n - 1 - at;
              if (mode == PadMode::edge) at = at < 0 ? 0 : n - 1;
            }
            p[i] = at;
          }
          return p;
        },
        -2.5f);
  };
  for (const PadMode mode :
       {PadMode::constant, PadMode::reflect, PadMode::symmetric, PadMode::edge}) {
    EXPECT_TRUE(same_bits(run_op(make_pad(amounts, mode, -2.5), {x})[0], rule(mode)))
        << name_of(mode);
  }
  EXPECT_THROW(inferred(make_pad({{3, 0}}, PadMode::reflect), {3}), Error);
  EXPECT_NO_THROW(inferred(make_pad({{3, 0}}, PadMode::symmetric), {3}));
  EXPECT_THROW(inferred(make_pad({{4, 0}}, PadMode::symmetric), {3}), Error);
  EXPECT_THROW(make_pad({{-1, 0}}), Error);
  EXPECT_EQ(inferred(make_pad({{0, 0}, {1, 1}}), {kUnknown, 4}), (Shape{kUnknown, 6}));
}

TEST(Gather, TakesRowsAndZerosForWhatIsNotThere) {
  const Tensor table = numbers({4, 3});
  const Tensor at(Shape{2, 3}, {0, 3, -1, 4, 2, -5});
  const Tensor got = run_op(make_gather(0), {table, at})[0];
  EXPECT_TRUE(same_bits(got, picked(table, {2, 3, 3}, [&](const Position& p) -> Position {
                          const int row[] = {0, 3, 3, -1, 2, -1};
                          const int r = row[p[0] * 3 + p[1]];
                          return r < 0 ? Position{} : Position{r, p[2]};
                        })));
  const Tensor columns(Shape{2}, {2.0f, 0.0f});
  EXPECT_TRUE(same_bits(
      run_op(make_gather(1), {table, columns})[0],
      picked(table, {4, 2}, [](const Position& p) { return Position{p[0], p[1] == 0 ? 2 : 0}; })));
}

TEST(Concatenation, TakesMovedPartsInPlace) {
  // Every op that says strided_output writes with gaps between its rows.
  const Tensor x = numbers({1, 6, 5, 4});
  const std::vector<OpPtr> ops = {
      make_transpose({0, 1, 2, 3}),   make_flip({1}),    make_slice({{3, 1, 4, 1}}),
      make_tile({1, 1, 1, 2}),        make_repeat(3, 3), make_pad({{0, 0}, {0, 0}, {0, 0}, {1, 2}}),
      make_broadcast_to({1, 6, 5, 4})};
  const Record record = [&](Builder& b, std::span<const ValueId> in) {
    std::vector<ValueId> parts;
    for (const OpPtr& op : ops) parts.push_back(b.add1(op, {in[0]}));
    return b.add(make_concat(3), parts);
  };
  std::vector<Tensor> parts;
  for (const OpPtr& op : ops) parts.push_back(run_op(op, {x})[0]);
  const Tensor wanted = run_op(make_concat(3), parts)[0];
  EXPECT_TRUE(same_bits(run_graph(record, {x})[0], wanted));
  EXPECT_TRUE(same_bits(run_graph(record, {x}, /*optimise=*/true)[0], wanted));
}

}  // namespace
}  // namespace halfpixel::graph
