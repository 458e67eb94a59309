// tfjs's resizes against the slow twin, on random calls.
#include <gtest/gtest.h>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/tfjs_twin.hpp"

namespace {

namespace tfjs = halfpixel::tfjs;
using oracle::Dice;
using oracle::DType;
using oracle::Shape;
using oracle::Tensor;

TEST(TfjsTwin, AgreesOnRandomCalls) {
  oracle::expect_twin(1, 3000, [](Dice& dice) {
    const bool bilinear = !dice.once_in(3);
    const DType dtype =
        bilinear ? dice.any_of({DType::float32, DType::uint8, DType::int32, DType::boolean})
                 : dice.any_of({DType::float32, DType::uint8, DType::int32});
    Shape shape{dice.from(1, 12), dice.from(1, 12), dice.any_of({1, 2, 3, 4, 5, 8, 17})};
    if (!dice.once_in(3)) shape = {dice.from(1, 2), shape[0], shape[1], shape[2]};
    const halfpixel::Size size{dice.from(1, dice.once_in(8) ? 70 : 20), dice.from(1, 20)};
    const auto flags = dice.from(0, 2);
    const tfjs::ResizeOptions options{.align_corners = flags == 1,
                                      .half_pixel_centers = flags == 2,
                                      .backend = dice.any_of(tfjs::all_backends())};
    const Tensor x = dice.tensor(shape, dtype);
    std::ostringstream line;
    line << (bilinear ? "bilinear " : "nearest ") << dtype << shape << " size=" << size
         << " align_corners=" << options.align_corners
         << " half_pixel_centers=" << options.half_pixel_centers << ' ' << name_of(options.backend);
    return oracle::Trial{line.str(),
                         [=] {
                           return bilinear ? tfjs::resize_bilinear(x, size, options)
                                           : tfjs::resize_nearest_neighbor(x, size, options);
                         },
                         [=] {
                           return bilinear ? twin::tfjs_bilinear(x, size, options)
                                           : twin::tfjs_nearest(x, size, options);
                         },
                         [=] {
                           const auto make = bilinear ? tfjs::plan_resize_bilinear
                                                      : tfjs::plan_resize_nearest_neighbor;
                           return make(shape, dtype, size, options);
                         },
                         x,
                         shape.rank() - 3};
  });
}

}  // namespace
