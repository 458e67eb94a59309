// mlx::nn::upsample against the slow twin, on random calls.
#include <gtest/gtest.h>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/mlx_twin.hpp"

namespace {

namespace nn = halfpixel::mlx::nn;
using nn::UpsampleMode;
using oracle::Dice;
using oracle::DType;
using oracle::Shape;
using oracle::Tensor;

TEST(MlxTwin, AgreesOnRandomCalls) {
  oracle::expect_twin(1, 2500, [](Dice& dice) {
    nn::UpsampleOptions options;
    options.mode = dice.any_of(nn::upsample_modes());
    const bool copies = options.mode == UpsampleMode::nearest;
    options.align_corners = dice.once_in(2);
    options.antialias = !copies && !options.align_corners && dice.once_in(2);
    const bool volumes = options.mode != UpsampleMode::cubic || options.antialias;
    const std::int64_t axes = dice.any_of({1, 2, 2, 2, volumes ? 3 : 2});
    Shape shape{dice.from(1, 2)};
    for (std::int64_t i = 0; i < axes; ++i) {
      const std::int64_t in = dice.from(1, axes == 3 ? 6 : 12),
                         out = dice.from(1, axes == 3 ? 8 : 24);
      shape.push_back(in);
      options.scale_factor.push_back(nn::scale_factor_of(in, out));
      if (dice.once_in(3)) options.scale_factor.back() = static_cast<double>(dice.from(1, 3));
      if (dice.once_in(5)) options.scale_factor.back() = dice.real(1, 3);
    }
    if (dice.once_in(8)) options.scale_factor = {static_cast<double>(dice.from(1, 3))};
    shape.push_back(dice.any_of({1, 2, 3, 4, 5, 8, 17}));
    const DType dtype =
        dice.any_of({DType::float32, DType::float32, DType::float16, DType::bfloat16, DType::uint8,
                     DType::int8, DType::uint16, DType::int16, DType::int32, DType::boolean});
    const Tensor x = dice.tensor(shape, dtype);
    std::ostringstream line;
    line << name_of(options.mode) << ' ' << dtype << shape << " scale_factor=";
    for (const double factor : options.scale_factor) line << factor << ' ';
    line << "align_corners=" << options.align_corners << " antialias=" << options.antialias;
    oracle::Trial trial{line.str(), [=] { return nn::upsample(x, options); },
                        [=] { return twin::mlx_upsample(x, options); }};
    if (axes == 2) {
      trial.plan = [=] { return nn::plan_upsample(shape, dtype, options); };
      trial.in = x;
      trial.first_axis = 1;
    }
    return trial;
  });
}

}  // namespace
