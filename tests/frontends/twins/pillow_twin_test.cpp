// pillow::resize against the slow twin, on random calls.
#include <gtest/gtest.h>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/pillow_twin.hpp"

namespace {

namespace pillow = halfpixel::pillow;
using oracle::Dice;
using oracle::DType;
using oracle::Shape;
using oracle::Tensor;

struct Format {
  pillow::Mode mode;
  DType dtype;
  std::int64_t channels;
};
constexpr Format kFormats[] = {
    {pillow::Mode::one, DType::boolean, 1}, {pillow::Mode::L, DType::uint8, 1},
    {pillow::Mode::LA, DType::uint8, 2},    {pillow::Mode::RGB, DType::uint8, 3},
    {pillow::Mode::RGBA, DType::uint8, 4},  {pillow::Mode::CMYK, DType::uint8, 4},
    {pillow::Mode::I16, DType::uint16, 1},  {pillow::Mode::I, DType::int32, 1},
    {pillow::Mode::F, DType::float32, 1},
};

// Whole numbers half of the time.
std::array<double, 4> random_box(Dice& dice, std::int64_t width, std::int64_t height) {
  const auto edges = [&](std::int64_t length) {
    double a = dice.real(0, static_cast<double>(length));
    double b = dice.real(0, static_cast<double>(length));
    if (dice.once_in(2)) a = std::floor(a), b = std::ceil(b);
    return std::pair(std::min(a, b), std::max(a, b));
  };
  const auto [left, right] = edges(width);
  const auto [top, bottom] = edges(height);
  return {left, top, right, bottom};
}

TEST(PillowTwin, AgreesOnRandomCalls) {
  oracle::expect_twin(1, 4000, [](Dice& dice) {
    const Format format = dice.any_of(kFormats);
    const std::int64_t most = dice.once_in(8) ? 40 : 12;
    const std::int64_t height = dice.from(1, most), width = dice.from(1, most);
    pillow::ResizeOptions options{.resample = dice.any_of(pillow::resamplings()),
                                  .mode = format.mode,
                                  .version = dice.once_in(4) ? 12 : 13};
    halfpixel::Size size{dice.once_in(6) ? width : dice.from(1, 14),
                         dice.once_in(6) ? height : dice.from(1, 14)};
    if (dice.once_in(3)) {
      const auto box = random_box(dice, width, height);
      options.box = box;
      const auto across = static_cast<std::int64_t>(box[2] - box[0]);
      const auto down = static_cast<std::int64_t>(box[3] - box[1]);
      if (across > 0 && down > 0 && dice.once_in(4)) size = {across, down};  // perhaps a crop
    }
    if (dice.once_in(3)) options.reducing_gap = dice.real(1, 3);
    const Shape shape =
        format.channels == 1 ? Shape{height, width} : Shape{height, width, format.channels};
    const Tensor x = dice.tensor(shape, format.dtype);
    std::ostringstream line;
    line << "mode=" << name_of(format.mode) << " size=" << size
         << " resample=" << name_of(options.resample) << " in=" << shape
         << " version=" << options.version;
    line.precision(17);
    if (options.box)
      for (const double edge : *options.box) line << " box " << edge;
    if (options.reducing_gap) line << " reducing_gap=" << *options.reducing_gap;
    oracle::Trial trial{line.str(), [=] { return pillow::resize(x, size, options); },
                        [=] { return twin::pillow_resize(x, size, options); }};
    // Two steps are no plan; and channels that alpha weighs must lie side by side.
    const bool alpha = format.mode == pillow::Mode::LA || format.mode == pillow::Mode::RGBA;
    if (!options.reducing_gap && !alpha) {
      trial.plan = [=] { return pillow::plan_resize(shape, x.dtype(), size, options); };
      trial.in = x;
    }
    return trial;
  });
}

}  // namespace
