// cv::resize against the slow twin, on random calls.
#include <gtest/gtest.h>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/opencv_twin.hpp"

namespace {

namespace cv = halfpixel::cv;
using oracle::Dice;
using oracle::DType;
using oracle::Shape;
using oracle::Tensor;
using Flags = cv::InterpolationFlags;

DType random_dtype(Dice& dice, Flags flag) {
  std::vector<DType> dtypes{DType::uint8, DType::uint8,   DType::uint16,
                            DType::int16, DType::float32, DType::float64};
  const bool nearest = flag == Flags::inter_nearest || flag == Flags::inter_nearest_exact;
  if (nearest || flag == Flags::inter_linear_exact)
    dtypes.insert(dtypes.end(), {DType::int8, DType::int32});
  if (nearest) dtypes.insert(dtypes.end(), {DType::uint32, DType::float16, DType::boolean});
  return dice.any_of(dtypes);
}

TEST(OpencvTwin, AgreesOnRandomCalls) {
  oracle::expect_twin(1, 4000, [](Dice& dice) {
    const Flags flag = dice.any_of(cv::interpolation_flags());
    const DType dtype = random_dtype(dice, flag);
    const std::int64_t channels = dice.any_of({0, 1, 2, 3, 4, 5, 16, 33});
    std::int64_t height = dice.from(1, 14), width = dice.from(1, 14);
    cv::Size dsize{dice.from(1, 20), dice.from(1, 20)};
    cv::ResizeOptions options{.interpolation = flag};
    if (dice.once_in(4)) {  // whole steps
      dsize = {dice.from(1, 6), dice.from(1, 6)};
      const bool half = dice.once_in(2);
      height = dsize.height * (half ? 2 : dice.from(1, 5));
      width = dsize.width * (half ? 2 : dice.from(1, 5));
    }
    if (dice.once_in(3)) {
      const auto factor = [&] {
        return dice.any_of({0.5, 2.0, 1.5, 1.0 / 3, 0.25, 0.75, dice.real(0.2, 3)});
      };
      dsize = {};
      options.fx = factor();
      options.fy = dice.once_in(2) ? options.fx : factor();
    }
    const Shape shape = channels == 0 ? Shape{height, width} : Shape{height, width, channels};
    const Tensor x = dice.tensor(shape, dtype);
    std::ostringstream line;
    line.precision(17);
    line << cv::name_of(flag) << ' ' << dtype << shape << " dsize " << dsize.width << 'x'
         << dsize.height << " fx=" << options.fx << " fy=" << options.fy;
    return oracle::Trial{line.str(), [=] { return cv::resize(x, dsize, options); },
                         [=] { return twin::opencv_resize(x, dsize, options); },
                         [=] { return cv::plan_resize(shape, dtype, dsize, options); }, x};
  });
}

}  // namespace
