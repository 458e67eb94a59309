// Tensors that own, views that borrow.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/tensor.hpp>

#include "core/dispatch.hpp"

namespace {

using halfpixel::ConstTensorView;
using halfpixel::DType;
using halfpixel::Error;
using halfpixel::ErrorCode;
using halfpixel::kUnknown;
using halfpixel::Shape;
using halfpixel::Tensor;
using halfpixel::TensorView;

constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max();

TEST(Tensor, CopiesShareAndClonesDoNot) {
  Tensor a = halfpixel::arange(6);
  Tensor b = a;
  Tensor c = a.clone();
  b.span<float>()[0] = 7;
  EXPECT_EQ(a.span<float>()[0], 7);
  EXPECT_EQ(c.span<float>()[0], 0);
}

TEST(Tensor, MemoryIsAligned) {
  for (const std::int64_t count : {1, 3, 1000, 100000, 3000000}) {
    const Tensor x({count}, DType::uint8);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(x.data()) % 64, 0u);
  }
}

TEST(Tensor, RefusesWhatCannotBeHeld) {
  EXPECT_THROW(Tensor({kFar}, DType::float32), Error);
  EXPECT_THROW(Tensor({kFar, kFar}, DType::uint8), Error);
  EXPECT_THROW(Tensor({2, kUnknown}, DType::uint8), Error);
  EXPECT_THROW(Tensor({kFar / 2}, DType::float16), Error);
  try {
    const Tensor x({std::int64_t{1} << 61}, DType::uint8);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::out_of_memory);
  }
  EXPECT_THROW(Tensor(Shape{3}, {1.0f, 2.0f}), Error);
}

TEST(Tensor, GivesElementsOfItsOwnTypeOnly) {
  Tensor x({2}, DType::float32);
  EXPECT_NO_THROW(x.data<float>());
  EXPECT_THROW(x.data<double>(), Error);
  EXPECT_THROW(x.view().data<int>(), Error);
}

TEST(Tensor, ReshapesToTheSameNumberOfElements) {
  const Tensor x = halfpixel::arange(12);
  EXPECT_EQ(x.reshape({3, 4}).shape(), Shape({3, 4}));
  EXPECT_EQ(x.reshape({3, kUnknown, 2}).shape(), Shape({3, 2, 2}));
  EXPECT_EQ(x.reshape({3, 4}).data(), x.data());
  EXPECT_THROW(x.reshape({5, kUnknown}), Error);
  EXPECT_THROW(x.reshape({kUnknown, kUnknown}), Error);
  EXPECT_THROW(x.reshape({13}), Error);
  EXPECT_THROW(x.reshape({0, kUnknown}), Error);
  EXPECT_THROW(x.reshape({kFar, kFar}), Error);
  EXPECT_EQ(Tensor({0, 3}, DType::int8).reshape({3, 0}).size(), 0);
}

TEST(Tensor, FloatsBecomeIntegersTowardsZeroAndSaturate) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  const Tensor x(Shape{9}, {1.9, -1.9, 300.0, -300.0, kInf, -kInf, std::nan(""), 1e19, -1e19});
  const auto u8 = x.astype(DType::uint8);
  EXPECT_EQ(std::vector<int>(u8.span<std::uint8_t>().begin(), u8.span<std::uint8_t>().end()),
            (std::vector<int>{1, 0, 255, 0, 255, 0, 0, 255, 0}));
  const auto i8 = x.astype(DType::int8);
  EXPECT_EQ(std::vector<int>(i8.span<std::int8_t>().begin(), i8.span<std::int8_t>().end()),
            (std::vector<int>{1, -1, 127, -128, 127, -128, 0, 127, -128}));
  const auto i64 = x.astype(DType::int64);
  EXPECT_EQ(i64.span<std::int64_t>()[7], kFar);
  EXPECT_EQ(i64.span<std::int64_t>()[8], std::numeric_limits<std::int64_t>::min());
  const auto u64 = x.astype(DType::uint64);
  EXPECT_EQ(u64.span<std::uint64_t>()[7], 10000000000000000000u);
  const auto truth = x.astype(DType::boolean);
  EXPECT_TRUE(truth.span<bool>()[6]);
}

TEST(Tensor, EveryDtypeConvertsToEveryOther) {
  for (int from = 0; from < halfpixel::kDTypeCount; ++from) {
    for (int to = 0; to < halfpixel::kDTypeCount; ++to) {
      const Tensor x = halfpixel::full({2, 3}, 1.0, static_cast<DType>(from));
      const Tensor y = x.astype(static_cast<DType>(to));
      EXPECT_EQ(y.dtype(), static_cast<DType>(to));
      EXPECT_EQ(y.shape(), x.shape());
      halfpixel::dispatch(y.dtype(), [&]<class T>(std::type_identity<T>) {
        for (const T value : y.span<T>()) EXPECT_EQ(static_cast<float>(value), 1.0f);
      });
    }
  }
}

TEST(Tensor, ArangeIsExactOrRefused) {
  EXPECT_EQ(halfpixel::arange(0, DType::boolean).size(), 0);
  EXPECT_EQ(halfpixel::arange(256, DType::uint8).span<std::uint8_t>()[255], 255);
  EXPECT_THROW(halfpixel::arange(257, DType::uint8), Error);
  EXPECT_THROW(halfpixel::arange(129, DType::int8), Error);
  EXPECT_THROW(halfpixel::arange(3, DType::boolean), Error);
  EXPECT_THROW(halfpixel::arange(-1), Error);
  const Tensor half = halfpixel::arange(2049, DType::float16);
  EXPECT_EQ(static_cast<float>(half.span<halfpixel::float16>()[2048]), 2048.0f);
  EXPECT_THROW(halfpixel::arange(2050, DType::float16), Error);
  EXPECT_THROW(halfpixel::arange(258, DType::bfloat16), Error);
}

TEST(View, KnowsWhetherItIsContiguous) {
  std::vector<float> memory(24);
  const auto contiguous = [&](const Shape& shape, std::vector<std::int64_t> strides) {
    return ConstTensorView(memory.data(), shape, strides).is_contiguous();
  };
  EXPECT_TRUE(ConstTensorView(memory.data(), {2, 3, 4}).is_contiguous());
  EXPECT_TRUE(contiguous({2, 3, 4}, {12, 4, 1}));
  EXPECT_TRUE(contiguous({2, 1, 4}, {4, 99, 1}));  // an axis of one has no stride to speak of
  EXPECT_FALSE(contiguous({2, 3, 2}, {12, 4, 1}));
  EXPECT_FALSE(contiguous({3, 2}, {1, 3}));
  EXPECT_TRUE(contiguous({0, 2}, {7, 7}));
}

TEST(View, CopiesAnyStrides) {
  std::vector<std::int32_t> memory(24);
  std::iota(memory.begin(), memory.end(), 0);
  const std::int64_t transposed[] = {1, 4};
  const Tensor a(ConstTensorView(memory.data(), {4, 2}, transposed));
  EXPECT_EQ(a.str(), "[[0 4]\n [1 5]\n [2 6]\n [3 7]]");
  const std::int64_t backwards[] = {-4, -1};
  const Tensor b(ConstTensorView(memory.data() + 23, {2, 3}, backwards));
  EXPECT_EQ(b.str(), "[[23 22 21]\n [19 18 17]]");
  const std::int64_t still[] = {0, 0};
  EXPECT_EQ(Tensor(ConstTensorView(memory.data() + 5, {1, 2}, still)).str(), "[[5 5]]");
}

TEST(View, RefusesWhatIsNoMemory) {
  std::vector<float> memory(8);
  const float* const none = nullptr;
  EXPECT_THROW(ConstTensorView(none, {1}), Error);
  EXPECT_NO_THROW(ConstTensorView(none, {3, 0}));
  EXPECT_THROW(ConstTensorView(memory.data(), {kUnknown}), Error);
  EXPECT_THROW(ConstTensorView(memory.data(), {kFar}), Error);
  EXPECT_THROW(ConstTensorView(memory.data(), {kFar / 4}), Error);  // beyond the last address
  EXPECT_THROW(ConstTensorView(memory.data(), {kFar, kFar}), Error);
  const auto strided = [&](const Shape& shape, std::vector<std::int64_t> strides) {
    return ConstTensorView(memory.data(), shape, strides);
  };
  EXPECT_THROW(strided({2, 2}, {1}), Error);
  EXPECT_THROW(strided({2, 2}, {1, 1, 1}), Error);
  EXPECT_THROW(strided({3, 2}, {kFar, 1}), Error);
  EXPECT_THROW(strided({2}, {kFar}), Error);
  EXPECT_THROW(strided({2}, {std::numeric_limits<std::int64_t>::min()}), Error);
  EXPECT_THROW(strided({2, 2}, {kFar / 8, kFar / 8}), Error);
  EXPECT_THROW(strided({2}, {-kFar / 4}), Error);
  EXPECT_NO_THROW(strided({1, 2}, {kFar, 1}));
  const auto* const odd = reinterpret_cast<const char*>(memory.data()) + 1;
  EXPECT_THROW(ConstTensorView(odd, DType::float32, {1}), Error);
  EXPECT_NO_THROW(ConstTensorView(odd, DType::uint8, {1}));
}

TEST(View, OverlapsWhereAddressRangesMeet) {
  std::vector<float> memory(32);
  const TensorView a(memory.data(), {8});
  EXPECT_TRUE(overlaps(a, a));
  EXPECT_TRUE(overlaps(a, TensorView(memory.data() + 7, {8})));
  EXPECT_FALSE(overlaps(a, TensorView(memory.data() + 8, {8})));
  EXPECT_FALSE(overlaps(a, TensorView(memory.data() + 3, {0})));
  const std::int64_t backwards[] = {-1};
  EXPECT_TRUE(overlaps(a, TensorView(memory.data() + 15, {9}, backwards)));
  EXPECT_FALSE(overlaps(a, TensorView(memory.data() + 15, {8}, backwards)));
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(memory.data());
  EXPECT_TRUE(overlaps(a, ConstTensorView(bytes + 31, {1})));
  EXPECT_FALSE(overlaps(a, ConstTensorView(bytes + 32, {1})));
}

}  // namespace
