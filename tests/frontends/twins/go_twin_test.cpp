// Scale of Go's x/image/draw against the slow twin, on random calls.
#include <gtest/gtest.h>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/go_twin.hpp"

namespace {

namespace draw = halfpixel::go::draw;
using oracle::Dice;
using oracle::DType;
using oracle::Shape;
using oracle::Tensor;

TEST(GoTwin, AgreesOnRandomCalls) {
  oracle::expect_twin(1, 2000, [](Dice& dice) {
    const auto interpolator = dice.any_of(draw::interpolators());
    const DType dtype = dice.any_of({DType::uint8, DType::uint16});
    const std::int64_t channels = dice.any_of({0, 1, 3, 4});
    const std::int64_t height = dice.from(1, 16), width = dice.from(1, 16);
    const std::int64_t new_width = dice.once_in(6) ? width : dice.from(1, 20);
    const std::int64_t new_height = dice.once_in(6) ? height : dice.from(1, 20);
    const Shape shape = channels == 0 ? Shape{height, width} : Shape{height, width, channels};
    const Tensor x = dice.tensor(shape, dtype);
    std::ostringstream line;
    line << draw::name_of(interpolator) << ' ' << dtype << shape << " to " << new_width << 'x'
         << new_height;
    oracle::Trial trial{line.str(),
                        [=] { return draw::scale(x, new_width, new_height, interpolator); },
                        [=] { return twin::go_scale(x, new_width, new_height, interpolator); }};
    trial.in = x;
    // Other layouts of alpha are for scale(), not for plans.
    if (channels != 4)
      trial.plan = [=] {
        return draw::plan_scale(shape, dtype, new_width, new_height, interpolator);
      };
    return trial;
  });
}

}  // namespace
