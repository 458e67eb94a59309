// resize of libvips against the slow twin, on random calls.
#include <gtest/gtest.h>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/vips_twin.hpp"

namespace {

namespace vips = halfpixel::vips;
using oracle::Dice;
using oracle::DType;
using oracle::Shape;
using oracle::Tensor;

TEST(VipsTwin, AgreesOnRandomCalls) {
  oracle::expect_twin(1, 1500, [](Dice& dice) {
    vips::ResizeOptions options;
    options.kernel = dice.any_of(vips::kernels());
    options.gap = dice.any_of({2.0, 2.0, 0.0, 1.0, 1.5});
    if (dice.once_in(3)) options.access = vips::Access::sequential;
    const DType dtype = dice.any_of({DType::uint8, DType::uint16, DType::float32});
    std::int64_t channels = dice.from(0, 4), height = dice.from(1, 16), width = dice.from(1, 16);
    std::int64_t new_height = dice.once_in(6) ? height : dice.from(1, 20);
    std::int64_t new_width = dice.once_in(6) ? width : dice.from(1, 20);
    if (dice.once_in(10)) {  // many pieces
      channels = dice.from(0, 1);
      height = dice.from(100, 900);
      new_height = 64 * dice.from(1, 7);
      width = dice.from(1, 9);
      new_width = dice.from(1, 2);
      if (options.gap > 1 && dice.once_in(2)) options.gap = 1;
      if (dice.once_in(2)) {
        std::swap(height, width);
        std::swap(new_height, new_width);
      }
    }
    const double scale = vips::scale_of(width, new_width);
    options.vscale = vips::scale_of(height, new_height) * (dice.once_in(4) ? 1.01 : 1);
    const Shape shape = channels == 0 ? Shape{height, width} : Shape{height, width, channels};
    Tensor x = dice.tensor(shape, dtype);
    std::ostringstream line;
    line << vips::name_of(options.kernel) << ' ' << dtype << shape << " by " << *options.vscale
         << ' ' << scale << " gap " << options.gap << ' ' << vips::name_of(options.access);
    oracle::Trial trial{line.str(), [=] { return vips::resize(x, scale, options); },
                        [=] { return twin::vips_resize(x, scale, options); }};
    trial.in = x;
    const bool one_step = oracle::message_of([&] {
                            vips::plan_resize(shape, dtype, scale, options);
                          }) == "nothing was thrown";
    if (one_step) trial.plan = [=] { return vips::plan_resize(shape, dtype, scale, options); };
    return trial;
  });
}

// Columns that are enlarged in tiles, for rows are averaged.
TEST(VipsTwin, AgreesOnTiles) {
  oracle::expect_twin(2, 60, [](Dice& dice) {
    const vips::ResizeOptions options{.vscale = 0.25, .kernel = vips::Kernel::linear};
    const std::int64_t width = dice.from(100, 300);
    const double scale = vips::scale_of(width, dice.from(300, 400));
    const Tensor x = dice.tensor({4, width}, DType::float32);
    return oracle::Trial{"float32 " + std::to_string(width),
                         [=] { return vips::resize(x, scale, options); },
                         [=] { return twin::vips_resize(x, scale, options); }};
  });
}

}  // namespace
