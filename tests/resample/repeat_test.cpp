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

// Factors below 8: there the order of TensorFlow's sums is known on every machine.
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
    for (const std::int64_t times : {8, 9, 31, 32, 33, 40, 70}) {
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

}  // namespace
