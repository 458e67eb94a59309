// litert's resizes against the slow twin, on random calls.
#include <gtest/gtest.h>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/litert_twin.hpp"

namespace {

namespace litert = halfpixel::litert;
using oracle::Dice;
using oracle::DType;
using oracle::Shape;
using oracle::Tensor;

TEST(LitertTwin, AgreesOnRandomCalls) {
  oracle::expect_twin(1, 3000, [](Dice& dice) {
    const bool bilinear = !dice.once_in(3);
    const DType dtype =
        bilinear ? dice.any_of({DType::float32, DType::uint8, DType::int8, DType::int16})
                 : dice.any_of({DType::float32, DType::uint8, DType::int8, DType::int16,
                                DType::boolean, DType::float16, DType::int32, DType::uint32});
    const Shape shape{dice.from(1, 2), dice.from(1, 12), dice.from(1, 12),
                      dice.any_of({1, 2, 3, 4, 5, 8, 17})};
    halfpixel::Size size{dice.from(1, dice.once_in(8) ? 70 : 20), dice.from(1, 20)};
    if (dice.once_in(6)) size = {2 * shape[1], 2 * shape[2]};
    litert::ResizeOptions options{.align_corners = dice.once_in(3),
                                  .half_pixel_centers = dice.once_in(2),
                                  .kernels = dice.any_of(litert::all_kernels())};
    const bool both =
        !bilinear || (options.kernels == litert::Kernels::xnnpack && dtype != DType::int16);
    if (options.align_corners && !both) options.half_pixel_centers = false;
    const Tensor x = dice.tensor(shape, dtype);
    std::ostringstream line;
    line << (bilinear ? "bilinear " : "nearest ") << dtype << shape << " size=" << size
         << " align_corners=" << options.align_corners
         << " half_pixel_centers=" << options.half_pixel_centers << ' ' << name_of(options.kernels);
    return oracle::Trial{line.str(),
                         [=] {
                           return bilinear ? litert::resize_bilinear(x, size, options)
                                           : litert::resize_nearest_neighbor(x, size, options);
                         },
                         [=] {
                           return bilinear ? twin::litert_bilinear(x, size, options)
                                           : twin::litert_nearest(x, size, options);
                         },
                         [=] {
                           const auto make = bilinear ? litert::plan_resize_bilinear
                                                      : litert::plan_resize_nearest_neighbor;
                           return make(shape, dtype, size, options);
                         },
                         x,
                         1};
  });
}

}  // namespace
