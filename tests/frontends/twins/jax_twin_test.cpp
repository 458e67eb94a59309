// jax::image::resize by nearest against the slow twin, on random calls.
#include <gtest/gtest.h>

#include <halfpixel/jax.hpp>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/jax_twin.hpp"

namespace {

namespace image = halfpixel::jax::image;
using oracle::Dice;
using oracle::DType;
using oracle::Shape;
using oracle::Tensor;

TEST(JaxTwin, AgreesOnRandomCallsOfNearest) {
  oracle::expect_twin(1, 3000, [](Dice& dice) {
    const DType dtype = static_cast<DType>(dice.from(0, halfpixel::kDTypeCount - 1));
    std::vector<std::int64_t> from, to;
    const std::int64_t most = dice.once_in(6) ? 70 : 12;
    for (std::int64_t axes = dice.from(1, 4); axes > 0; --axes) {
      from.push_back(dice.from(1, axes > 2 ? 4 : most));
      to.push_back(dice.once_in(3) ? from.back() : dice.from(1, axes > 2 ? 6 : most));
    }
    const Shape shape{std::span<const std::int64_t>(to)};
    const Tensor x = dice.tensor(Shape(std::span<const std::int64_t>(from)), dtype);
    const image::ResizeOptions options{.method = image::ResizeMethod::nearest};
    std::ostringstream line;
    line << dtype << x.shape() << " to " << shape;
    return oracle::Trial{line.str(), [=] { return image::resize(x, shape, options); },
                         [=] { return twin::jax_nearest(x, shape); }};
  });
}

}  // namespace
