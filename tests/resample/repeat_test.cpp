// Repetition and its gradient against the slow twin: every dtype, rank, data format and layout.
#include <gtest/gtest.h>

#include "resample/checker.hpp"
#include "resample/repeat_plans.hpp"

namespace {

using checker::Placed;
using halfpixel::DataFormat;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Size;
using halfpixel::Tensor;

void check(const Shape& shape, const Size& size, DataFormat format, DType dtype, bool gradient) {
  for (const std::string& target : halfpixel::cpu::available_targets()) {
    const checker::ScopedTarget scope(target);
    const auto plain = problems::repeat_plan(shape, dtype, size, format, gradient);
    halfpixel::set_streaming_bytes(1);
    const auto streaming = problems::repeat_plan(shape, dtype, size, format, gradient);
    halfpixel::set_streaming_bytes(0);
    const Tensor x = problems::values(plain.input_shape(), dtype, 11, true);
    const Tensor want = gradient ? halfpixel::reference::repeat_gradient(x, size, format)
                                 : halfpixel::reference::repeat(x, size, format);
    std::mt19937_64 engine(9);
    for (int i = 0; i < 6; ++i) {
      const auto& plan = i % 2 == 0 ? plain : streaming;
      const auto src = testing_memory::random_layout(engine, shape.rank());
      const auto dst = testing_memory::random_layout(engine, shape.rank());
      Placed in(x.shape(), dtype, src);
      in.write(x);
      in.make_read_only();
      Placed out(want.shape(), dtype, dst);
      plan.run(in.view(), out.view(), halfpixel::serial_executor());
      ASSERT_EQ(oracle::difference(out.read(), want), std::nullopt)
          << plan.describe() << "; source " << src.str() << "; destination " << dst.str();
      ASSERT_TRUE(out.surroundings_untouched()) << plan.describe();
    }
  }
}

TEST(Repeat, EveryDtypeRankAndFormatEqualsTheTwin) {
  for (int d = 0; d < halfpixel::kDTypeCount; ++d) {
    const auto dtype = static_cast<DType>(d);
    for (const std::int64_t c : {1, 2, 3, 4, 5, 7, 8, 13, 16, 33, 64, 65}) {
      check({2, 5, c}, 3, DataFormat::channels_last, dtype, false);
      for (const auto format : {DataFormat::channels_last, DataFormat::channels_first}) {
        const bool first = format == DataFormat::channels_first;
        check(first ? Shape{2, c, 3, 4} : Shape{2, 3, 4, c}, {2, 3}, format, dtype, false);
        check(first ? Shape{1, c, 2, 3, 2} : Shape{1, 2, 3, 2, c}, {2, 1, 3}, format, dtype, false);
      }
    }
  }
}

TEST(RepeatGradient, EveryRankAndFormatEqualsTheTwin) {
  for (const DType dtype : {DType::float16, DType::bfloat16, DType::float32, DType::float64}) {
    for (const std::int64_t c : {1, 2, 3, 5, 17, 70}) {
      check({2, 5, c}, 3, DataFormat::channels_last, dtype, true);
      for (const auto format : {DataFormat::channels_last, DataFormat::channels_first}) {
        const bool first = format == DataFormat::channels_first;
        check(first ? Shape{2, c, 3, 4} : Shape{2, 3, 4, c}, {2, 3}, format, dtype, true);
        check(first ? Shape{2, c, 2, 1} : Shape{2, 2, 1, c}, {5, 7}, format, dtype, true);
        check(first ? Shape{1, c, 2, 3, 2} : Shape{1, 2, 3, 2, c}, {2, 1, 3}, format, dtype, true);
      }
    }
  }
}

TEST(RepeatGradient, OfManyCopiesEqualsTheTwin) {
  for (const DType dtype : {DType::float16, DType::bfloat16, DType::float32, DType::float64}) {
    for (const std::int64_t times : {8, 9, 15, 16, 17, 31, 32, 33, 40, 70}) {
      for (const std::int64_t c : {1, 2}) {
        check({1, 2, c}, times, DataFormat::channels_last, dtype, true);
        for (const auto format : {DataFormat::channels_last, DataFormat::channels_first}) {
          const bool first = format == DataFormat::channels_first;
          check(first ? Shape{1, c, 2, 1} : Shape{1, 2, 1, c}, {2, times}, format, dtype, true);
          check(first ? Shape{1, c, 1, 1} : Shape{1, 1, 1, c}, {times, 3}, format, dtype, true);
        }
      }
    }
  }
}

// From sixteen copies on the order depends on where in TensorFlow's tensor a sum stands: odd
// numbers of channels and columns make vectors that lie in one run of the axis and others that do
// not.
TEST(RepeatGradient, OfSixteenCopiesAndMoreEqualsTheTwinWhereverASumStands) {
  for (const DType dtype : {DType::float16, DType::bfloat16, DType::float32, DType::float64}) {
    for (const std::int64_t c : {1, 3, 7, 8, 11, 16, 29}) {
      check({2, 3, c}, 17, DataFormat::channels_last, dtype, true);
      for (const auto format : {DataFormat::channels_last, DataFormat::channels_first}) {
        const bool first = format == DataFormat::channels_first;
        check(first ? Shape{2, c, 2, 3} : Shape{2, 2, 3, c}, {16, 2}, format, dtype, true);
        check(first ? Shape{2, c, 2, 3} : Shape{2, 2, 3, c}, {3, 18}, format, dtype, true);
        if (c <= 11) {
          check(first ? Shape{2, c, 2, 2, 3} : Shape{2, 2, 2, 3, c}, {17, 1, 2}, format, dtype,
                true);
          check(first ? Shape{2, c, 2, 1, 5} : Shape{2, 2, 1, 5, c}, {2, 16, 1}, format, dtype,
                true);
        }
      }
    }
  }
}

// A part of the result stands where it stands in the whole.
TEST(RepeatGradient, AWindowHasTheBitsOfTheWhole) {
  const Shape shape = {1, 4, 5, 11};
  const auto plan =
      problems::repeat_plan(shape, DType::float32, {17, 2}, DataFormat::channels_last, true);
  const Tensor dy = problems::values(plan.input_shape(), DType::float32, 3, false);
  Tensor want(shape, DType::float32);
  plan.run(dy, want);
  const halfpixel::resample::Window window = {{1, 3}, {2, 5}};
  const auto needed = plan.required_input(window);
  const auto cut = [](const Tensor& x, const halfpixel::resample::Window& w) {
    const std::int64_t width = x.shape()[2], channels = x.shape()[3];
    const Shape part = {1, w[0].end - w[0].begin, w[1].end - w[1].begin, channels};
    const std::int64_t strides[] = {0, width * channels, channels, 1};
    return Tensor(
        halfpixel::ConstTensorView(x.data<float>() + (w[0].begin * width + w[1].begin) * channels,
                                   DType::float32, part, strides));
  };
  Tensor got({1, 2, 3, 11}, DType::float32);
  plan.run_window(cut(dy, needed), got, window);
  EXPECT_EQ(oracle::difference(got, cut(want, window)), std::nullopt);
}

}  // namespace
