// imageops::resize of the Rust crate image against the slow twin, on random calls.
#include <gtest/gtest.h>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/image_rs_twin.hpp"

namespace {

namespace image_rs = halfpixel::image_rs;
using oracle::Dice;
using oracle::DType;
using oracle::Shape;
using oracle::Tensor;

TEST(ImageRsTwin, AgreesOnRandomCalls) {
  oracle::expect_twin(1, 2000, [](Dice& dice) {
    const auto filter = dice.any_of(image_rs::filter_types());
    const DType dtype = dice.any_of({DType::uint8, DType::uint16, DType::float32});
    const std::int64_t channels = dice.from(0, 4);
    const std::int64_t height = dice.from(1, 16), width = dice.from(1, 16);
    const std::int64_t nwidth = dice.once_in(6) ? width : dice.from(1, 20);
    const std::int64_t nheight = dice.once_in(6) ? height : dice.from(1, 20);
    const Shape shape = channels == 0 ? Shape{height, width} : Shape{height, width, channels};
    Tensor x = dice.tensor(shape, dtype);
    std::ostringstream line;
    line << image_rs::name_of(filter) << ' ' << dtype << shape << " to " << nwidth << 'x'
         << nheight;
    return oracle::Trial{
        line.str(), [=] { return image_rs::imageops::resize(x, nwidth, nheight, filter); },
        [=] { return twin::image_rs_resize(x, nwidth, nheight, filter); },
        [=] { return image_rs::imageops::plan_resize(shape, dtype, nwidth, nheight, filter); }, x};
  });
}

}  // namespace
