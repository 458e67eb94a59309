// interpolate() and its gradients against the slow twin, on random calls.
#include <gtest/gtest.h>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/torch_twin.hpp"

namespace {

namespace functional = halfpixel::torch::nn::functional;
using halfpixel::torch::MemoryFormat;
using oracle::Dice;
using oracle::DType;
using oracle::Shape;
using oracle::Tensor;
using Mode = halfpixel::torch::InterpolateMode;

struct Question {
  Tensor x;
  functional::InterpolateOptions options;
  std::string line;
};

Question random_question(Dice& dice, DType dtype, const std::vector<Mode>& modes, int rank) {
  Question q;
  q.options.mode = dice.any_of(modes);
  Shape shape = rank == 3 ? Shape{1, 1, 1} : rank == 4 ? Shape{1, 1, 1, 1} : Shape{1, 1, 1, 1, 1};
  shape[0] = dice.from(1, 2);
  shape[1] = dice.any_of({1, 2, 3, 4, 5, 8, 11, 17, 20});
  std::ostringstream line;
  line << "mode=" << name_of(q.options.mode);
  line.precision(17);
  // Results beyond 128 lines and columns take other kernels.
  const bool long_row = rank == 4 && dice.once_in(8);
  const std::int64_t side = rank == 5 ? 5 : 12;
  std::vector<std::int64_t> size;
  for (int a = 2; a < rank; ++a) {
    shape[a] = dice.from(1, side);
    const bool longest = long_row && a == rank - 1;
    size.push_back(dice.once_in(5) ? shape[a]
                   : longest       ? dice.from(126, 140)
                   : long_row      ? dice.from(1, 3)
                                   : dice.from(1, 2 * side));
  }
  if (dice.once_in(3)) {
    for (int a = 2; a < rank; ++a)
      q.options.scale_factor.push_back(dice.once_in(4) ? 2 : dice.real(0.3, 4));
    if (dice.once_in(3)) q.options.recompute_scale_factor = true;
    for (const double f : q.options.scale_factor) line << " factor " << f;
  } else {
    q.options.size = halfpixel::Size(std::span<const std::int64_t>(size));
    line << " size=" << *q.options.size;
  }
  const Mode mode = q.options.mode;
  const bool filters = mode == Mode::bilinear || mode == Mode::bicubic || mode == Mode::lanczos;
  if (filters && dtype != DType::float16 && dtype != DType::bfloat16)
    q.options.antialias = mode == Mode::lanczos || dice.once_in(2);
  if ((filters || mode == Mode::linear || mode == Mode::trilinear) && mode != Mode::lanczos)
    q.options.align_corners = dice.once_in(2);
  if (rank >= 4 && dice.once_in(2)) q.options.memory_format = MemoryFormat::channels_last;
  q.x = dice.tensor(shape, dtype);
  line << " align_corners=" << q.options.align_corners.value_or(false)
       << " recompute=" << q.options.recompute_scale_factor.value_or(false)
       << " antialias=" << q.options.antialias << ' ' << name_of(q.options.memory_format) << ' '
       << dtype << shape;
  q.line = line.str();
  return q;
}

TEST(TorchTwin, AgreesOnRandomCalls) {
  oracle::expect_twin(1, 2000, [](Dice& dice) {
    const DType dtype = dice.any_of({DType::float32, DType::float32, DType::uint8, DType::float64,
                                     DType::float16, DType::bfloat16});
    const bool bytes = dtype == DType::uint8;
    const int rank = static_cast<int>(dice.any_of({3, 4, 4, 4, 5}));
    std::vector<Mode> modes{Mode::nearest, Mode::nearest_exact};
    if (!bytes) modes.push_back(Mode::area);
    if (!bytes && rank == 3) modes.push_back(Mode::linear);
    if (!bytes && rank == 5) modes.push_back(Mode::trilinear);
    if (rank == 4) modes.insert(modes.end(), {Mode::bilinear, Mode::bilinear, Mode::bicubic});
    if (rank == 4 && dtype != DType::float16 && dtype != DType::bfloat16)
      modes.push_back(Mode::lanczos);
    const Question q = random_question(dice, dtype, modes, rank);
    oracle::Trial trial{q.line, [=] { return functional::interpolate(q.x, q.options); },
                        [=] { return twin::torch_interpolate(q.x, q.options); }};
    if (rank == 4) {
      trial.plan = [=] { return functional::plan_interpolate(q.x.shape(), dtype, q.options); };
      trial.in = q.x;
      trial.first_axis = 2;
    }
    return trial;
  });
}

TEST(TorchTwin, AgreesOnGradientsOfRandomCalls) {
  oracle::expect_twin(2, 200, [](Dice& dice) {
    const Question q = random_question(dice, DType::float32,
                                       {Mode::nearest, Mode::nearest_exact, Mode::bilinear}, 4);
    auto options = q.options;
    options.antialias = false;
    const Shape shape = q.x.shape();
    const auto dy = [=, seed = static_cast<std::uint64_t>(dice.from(0, 1 << 20))] {
      const Shape out = functional::plan_interpolate(shape, DType::float32, options).output_shape();
      return Dice(seed).tensor(out, DType::float32);
    };
    return oracle::Trial{
        "gradient of " + q.line,
        [=] { return functional::interpolate_gradient(dy(), shape, options); },
        [=] { return twin::torch_interpolate_gradient(dy(), shape, options).value(); }};
  });
}

}  // namespace
