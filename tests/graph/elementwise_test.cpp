// Ops on one, two and three tensors, element by element; values as NumPy and Keras give them.
#include "graph/ops/affine.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/unary.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::compute;
using testing::error_of;
using testing::noise;
using testing::values;
using Floats = std::vector<float>;

Tensor floats(std::initializer_list<float> v) {
  return Tensor(Shape{static_cast<std::int64_t>(v.size())}, v);
}

TEST(Unary, ActivationsGiveKerasValuesAtTheirCorners) {
  const Tensor x = floats({-4.0F, -1.0F, 0.0F, 0.5F, 3.0F, 7.0F});
  const auto at = [&](const Unary& f) { return values<float>(compute(make_unary(f), {x})); };
  EXPECT_EQ(at(kRelu), (Floats{0, 0, 0, 0.5F, 3, 7}));
  EXPECT_EQ(at({Function::relu, {.alpha = 0.25F}}), (Floats{-1, -0.25F, 0, 0.5F, 3, 7}));
  EXPECT_EQ(at({Function::relu, {.high = 6}}), (Floats{0, 0, 0, 0.5F, 3, 6}));
  EXPECT_EQ(at({Function::relu, {.threshold = 1}}), (Floats{0, 0, 0, 0, 3, 7}));
  // keras.activations.relu(x, negative_slope=0.5, max_value=5, threshold=1)
  EXPECT_EQ(at({Function::relu, {.alpha = 0.5F, .threshold = 1, .high = 5}}),
            (Floats{-2.5F, -1, -0.5F, -0.25F, 3, 5}));
  EXPECT_EQ(at({Function::hard_sigmoid}), (Floats{0, 2.0F / 6, 0.5F, 3.5F / 6, 1, 1}));
  EXPECT_EQ(at({Function::sparse_sigmoid}), (Floats{0, 0, 0.5F, 0.75F, 1, 1}));
  EXPECT_EQ(at({Function::sparse_plus}), (Floats{0, 0, 0.25F, 0.5625F, 3, 7}));
  EXPECT_EQ(at({Function::hard_tanh}), (Floats{-1, -1, 0, 0.5F, 1, 1}));
  EXPECT_EQ(at({Function::soft_shrink, {.threshold = 0.5F}}),
            (Floats{-3.5F, -0.5F, 0, 0, 2.5F, 6.5F}));
  EXPECT_EQ(at({Function::hard_shrink, {.threshold = 0.5F}}), (Floats{-4, -1, 0, 0, 3, 7}));
  EXPECT_EQ(at({Function::threshold, {.threshold = 0.4F, .otherwise = -9}}),
            (Floats{-9, -9, -9, 0.5F, 3, 7}));
  EXPECT_EQ(at({Function::round}), (Floats{-4, -1, 0, 0, 3, 7}));
  EXPECT_EQ(at({Function::clip, {.low = -2, .high = 2}}), (Floats{-2, -1, 0, 0.5F, 2, 2}));
}

TEST(Unary, IntegersStayIntegersWhereTheFunctionAllows) {
  const Tensor x(Shape{3}, {std::int32_t{-5}, 0, 9});
  EXPECT_EQ(values<std::int32_t>(compute(make_unary(kRelu), {x})),
            (std::vector<std::int32_t>{0, 0, 9}));
  EXPECT_EQ(values<std::int32_t>(compute(make_unary(Function::abs), {x})),
            (std::vector<std::int32_t>{5, 0, 9}));
  EXPECT_EQ(error_of([&] { compute(make_unary(Function::exp), {x}); }),
            "[exp] input of another dtype is needed; got int32");
}

TEST(Binary, BroadcastsAsNumPy) {
  const Tensor a = arange(6).reshape({2, 1, 3}), b = arange(4).reshape({4, 1});
  const Tensor y = compute(make_binary(BinaryFunction::subtract), {a, b});
  ASSERT_EQ(y.shape(), Shape({2, 4, 3}));
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 4; ++j) {
      for (int k = 0; k < 3; ++k)
        EXPECT_EQ(y.data<float>()[(i * 4 + j) * 3 + k], static_cast<float>(i * 3 + k - j));
    }
  }
  EXPECT_EQ(error_of([&] { compute(make_binary(BinaryFunction::add), {arange(3), arange(4)}); }),
            "[add] Inputs have incompatible shapes. Received shapes (3,) and (4,)");
}

TEST(Binary, EveryBroadcastPatternEqualsAPlainLoop) {
  const Shape patterns[] = {{3, 4, 5}, {1, 4, 5}, {3, 1, 5}, {3, 4, 1}, {1, 1, 5},
                            {1, 1, 1}, {5},       {4, 1},    {}};
  for (const Shape& pa : patterns) {
    for (const Shape& pb : patterns) {
      const Tensor a = noise(pa, 1), b = noise(pb, 2);
      const Tensor y = compute(make_binary(BinaryFunction::multiply), {a, b});
      const auto at = [&](const Tensor& t, const std::int64_t* place) {
        std::int64_t offset = 0;
        for (int axis = 0; axis < t.rank(); ++axis) {
          const std::int64_t p = place[axis + y.rank() - t.rank()];
          offset = offset * t.shape()[axis] + (t.shape()[axis] == 1 ? 0 : p);
        }
        return t.data<float>()[offset];
      };
      for (std::int64_t i = 0; i < y.size(); ++i) {
        std::int64_t place[3] = {}, rest = i;
        for (int axis = y.rank() - 1; axis >= 0; --axis)
          place[axis] = rest % y.shape()[axis], rest /= y.shape()[axis];
        ASSERT_EQ(y.data<float>()[i], at(a, place) * at(b, place)) << pa << pb << i;
      }
    }
  }
}

TEST(Binary, IntegerDivisionFollowsPythonAndNeverTraps) {
  const Tensor a(Shape{5}, {std::int32_t{7}, -7, 7, 5, std::numeric_limits<std::int32_t>::min()});
  const Tensor b(Shape{5}, {std::int32_t{2}, 2, -2, 0, -1});
  EXPECT_EQ(values<std::int32_t>(compute(make_binary(BinaryFunction::floor_divide), {a, b})),
            (std::vector<std::int32_t>{3, -4, -4, 0, std::numeric_limits<std::int32_t>::min()}));
  EXPECT_EQ(values<std::int32_t>(compute(make_binary(BinaryFunction::mod), {a, b})),
            (std::vector<std::int32_t>{1, 1, -1, 0, 0}));
}

TEST(Binary, ComparisonsGiveBool) {
  const Tensor y = compute(make_binary(BinaryFunction::greater), {floats({1, 2, 3}), floats({2})});
  EXPECT_EQ(values<bool>(y), (std::vector<bool>{false, false, true}));
}

TEST(Binary, PReLUIsReluMinusAlphaReluOfMinus) {
  const Tensor x = noise({2, 3, 4}, 3), alpha = noise({1, 4}, 4);
  const Tensor y = compute(make_binary(BinaryFunction::prelu), {x, alpha});
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const float v = x.data<float>()[i], a = alpha.data<float>()[i % 4];
    EXPECT_EQ(y.data<float>()[i], std::max(v, 0.0F) - a * std::max(-v, 0.0F));
  }
}

TEST(Cast, FloatingToIntegerTruncatesAndSaturates) {
  const Tensor x = floats({-1.9F, 1.9F, 300.0F, -3e10F, std::numeric_limits<float>::quiet_NaN()});
  EXPECT_EQ(values<std::uint8_t>(compute(make_cast(DType::uint8), {x})),
            (std::vector<std::uint8_t>{0, 1, 255, 0, 0}));
  EXPECT_EQ(values<bool>(compute(make_cast(DType::boolean), {x})),
            (std::vector<bool>{true, true, true, true, true}));
}

// As x86-64 has it, and TensorFlow and NumPy there.
TEST(Cast, ToWideIntegersWhatDoesNotFitIsTheLeast) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const Tensor x = floats({std::nanf(""), kInfinity, -kInfinity, 9.3e18F, -9.3e18F, 3e9F, -7.9F});
  constexpr auto kLeast = std::numeric_limits<std::int32_t>::min();
  constexpr auto kLeast64 = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(values<std::int32_t>(compute(make_cast(DType::int32), {x})),
            (std::vector<std::int32_t>{kLeast, kLeast, kLeast, kLeast, kLeast, kLeast, -7}));
  EXPECT_EQ(values<std::int64_t>(compute(make_cast(DType::int64), {x})),
            (std::vector<std::int64_t>{kLeast64, kLeast64, kLeast64, kLeast64, kLeast64, 3000000000,
                                       -7}));
}

TEST(Cast, EveryPairOfDtypesKeepsSmallNumbers) {
  for (int from = 0; from < kDTypeCount; ++from) {
    for (int to = 0; to < kDTypeCount; ++to) {
      const Tensor x = full({3}, 1.0, static_cast<DType>(from));
      const Tensor y = compute(make_cast(static_cast<DType>(to)), {x});
      EXPECT_TRUE(testing::same_bits(y, full({3}, 1.0, static_cast<DType>(to))))
          << from << " to " << to;
    }
  }
}

TEST(Select, ChoosesWithBroadcasting) {
  const Tensor condition(Shape{2, 1}, {true, false});
  const Tensor y = compute(make_select(), {condition, floats({1, 2, 3}), floats({-1})});
  EXPECT_EQ(values<float>(y), (Floats{1, 2, 3, -1, -1, -1}));
}

TEST(Affine, WorksAlongAnyAxis) {
  const Tensor x = noise({2, 3, 4}, 5);
  for (int axis = 0; axis < 3; ++axis) {
    const Tensor scale = noise({x.shape()[axis]}, 6), shift = noise({x.shape()[axis]}, 7);
    const Tensor y = compute(make_affine(axis), {x, scale, shift});
    for (std::int64_t i = 0; i < x.size(); ++i) {
      const std::int64_t c = axis == 0 ? i / 12 : axis == 1 ? i / 4 % 3 : i % 4;
      EXPECT_EQ(y.data<float>()[i],
                x.data<float>()[i] * scale.data<float>()[c] + shift.data<float>()[c]);
    }
  }
}

TEST(Elementwise, UnknownExtentsStayUnknown) {
  const Spec unknown{{kUnknown, kUnknown, 3}, DType::float32}, one{{1, 5, 1}, DType::float32};
  const Spec pair[] = {unknown, one};
  EXPECT_EQ(make_binary(BinaryFunction::add)->infer(pair)[0].shape, Shape({kUnknown, 5, 3}));
  EXPECT_EQ(make_unary(kRelu)->infer({&unknown, 1})[0], unknown);
}

}  // namespace
}  // namespace halfpixel::graph
