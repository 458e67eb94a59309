// paddle's interpolate against the slow twin, on random calls.
#include <gtest/gtest.h>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/paddle_twin.hpp"

namespace {

namespace paddle_functions = halfpixel::paddle::nn::functional;
using halfpixel::DataFormat;
using PaddleMode = halfpixel::paddle::InterpolateMode;
using oracle::Dice;
using oracle::DType;
using oracle::Shape;
using oracle::Tensor;

TEST(PaddleTwin, AgreesOnRandomCalls) {
  oracle::expect_twin(1, 2500, [](Dice& dice) {
    paddle_functions::InterpolateOptions options;
    options.mode = dice.any_of(halfpixel::paddle::interpolate_modes());
    const bool copies = options.mode == PaddleMode::nearest,
               area = options.mode == PaddleMode::area;
    const std::int64_t axes = copies                                  ? dice.from(2, 3)
                              : area                                  ? dice.from(1, 3)
                              : options.mode == PaddleMode::linear    ? 1
                              : options.mode == PaddleMode::trilinear ? 3
                                                                      : 2;
    options.align_corners = !copies && !area && dice.once_in(2);
    options.align_mode = static_cast<int>(dice.from(0, 1));
    const bool last = !area && dice.once_in(2);
    options.data_format = last ? DataFormat::channels_last : DataFormat::channels_first;
    Shape shape{dice.from(1, 2)};
    const std::int64_t channels = dice.any_of({1, 2, 3, 4, 5, 8, 17});
    if (!last) shape.push_back(channels);
    std::vector<std::int64_t> size;
    for (std::int64_t i = 0; i < axes; ++i) {
      shape.push_back(dice.from(1, axes == 3 ? 6 : 14));
      size.push_back(dice.from(1, axes == 3 ? 8 : 24));
    }
    if (last) shape.push_back(channels);
    if (area || !dice.once_in(3)) {
      options.size = halfpixel::Size(std::span<const std::int64_t>(size));
    } else {
      for (std::int64_t i = 0; i < axes; ++i) options.scale_factor.push_back(dice.real(1, 3));
      if (dice.once_in(3)) options.scale_factor = {dice.any_of({1.0, 1.5, 2.0, 2.6})};
    }
    const bool bytes =
        options.mode == PaddleMode::bilinear || options.mode == PaddleMode::trilinear;
    const DType dtype =
        copies ? dice.any_of(
                     {DType::float32, DType::float64, DType::float16, DType::uint8, DType::int32})
        : bytes ? dice.any_of({DType::float32, DType::float32, DType::float64, DType::uint8})
                : dice.any_of({DType::float32, DType::float64});
    const Tensor x = dice.tensor(shape, dtype);
    std::ostringstream line;
    line << name_of(options.mode) << ' ' << dtype << shape << " size=";
    for (const auto side : size) line << side << ' ';
    for (const double factor : options.scale_factor) line << "factor=" << factor << ' ';
    line << "align_corners=" << options.align_corners << " align_mode=" << options.align_mode << ' '
         << options.data_format;
    oracle::Trial trial{line.str(), [=] { return paddle_functions::interpolate(x, options); },
                        [=] { return twin::paddle_interpolate(x, options); }};
    if (axes == 2) {
      trial.plan = [=] { return paddle_functions::plan_interpolate(shape, dtype, options); };
      trial.in = x;
      trial.first_axis = last ? 1 : 2;
    }
    return trial;
  });
}

}  // namespace
