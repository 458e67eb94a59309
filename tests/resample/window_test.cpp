// Parts of a plan: a window's bits are the whole's, it needs exactly required_input(), tiles make
// the whole.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include <halfpixel/error.hpp>

#include "resample/checker.hpp"
#include "resample/random_problems.hpp"
#include "resample/repeat_plans.hpp"

namespace {

using checker::Placed;
using halfpixel::ConstTensorView;
using halfpixel::DataFormat;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using halfpixel::TensorView;
using halfpixel::resample::Plan;
using halfpixel::resample::Range;
using halfpixel::resample::Window;
using problems::Problem;

// The part of a view that a window names; axis[i] is the window's i-th axis.
template <class View>
View part(const View& whole, const Window& window, const std::vector<int>& axis) {
  Shape shape = whole.shape();
  std::vector<std::int64_t> strides;
  for (int i = 0; i < shape.rank(); ++i) strides.push_back(whole.stride(i));
  std::int64_t offset = 0;
  for (int i = 0; i < window.rank(); ++i) {
    const int at = axis[static_cast<std::size_t>(i)];
    offset += window[i].begin * whole.stride(at);
    shape[at] = window[i].end - window[i].begin;
  }
  auto* const base = static_cast<char*>(const_cast<void*>(static_cast<const void*>(whole.data())));
  return View(static_cast<void*>(base + offset * static_cast<std::int64_t>(size_of(whole.dtype()))),
              whole.dtype(), shape, strides);
}

std::vector<int> spatial_axes(const Problem& p) {
  return p.channels_first ? std::vector<int>{2, 3} : std::vector<int>{1, 2};
}

Range draw_range(std::int64_t length) {
  const auto begin = *rc::gen::inRange<std::int64_t>(0, length);
  return {begin, *rc::gen::inRange<std::int64_t>(begin + 1, length + 1)};
}

Tensor run_whole(const Plan& plan, const ConstTensorView& x) {
  Tensor y(plan.output_shape(), plan.output_dtype());
  plan.run(x, y, halfpixel::serial_executor());
  return y;
}

RC_GTEST_PROP(Window, HasTheBitsOfTheWholeAndTouchesNothingElse, ()) {
  const Problem p = problems::draw_problem(14, 5);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  std::mt19937_64 engine(seed);
  const auto axes = spatial_axes(p);
  for (const std::string& target : halfpixel::cpu::available_targets()) {
    const checker::ScopedTarget scope(target);
    const Plan plan = p.plan();
    const Tensor x = problems::values(plan.input_shape(), p.dtype, seed, false);
    const Tensor y = run_whole(plan, x);
    const Shape& out = plan.output_shape();
    const Window window{draw_range(out[axes[0]]), draw_range(out[axes[1]])};
    const Tensor x_part(part(x.view(), plan.required_input(window), axes));
    const Tensor y_part(part(y.view(), window, axes));
    // Memory that holds the required input and not a byte more.
    Placed src(x_part.shape(), x_part.dtype(), testing_memory::random_layout(engine, 4));
    src.write(x_part);
    src.make_read_only();
    Placed dst(y_part.shape(), y_part.dtype(), testing_memory::random_layout(engine, 4));
    plan.run_window(src.view(), dst.view(), window, halfpixel::serial_executor());
    if (const auto wrong = oracle::difference(dst.read(), y_part)) {
      std::ostringstream text;
      text << p << "; " << target << "\n  " << *wrong;
      RC_FAIL(text.str());
    }
    RC_ASSERT(dst.surroundings_untouched());
  }
}

// NaN in an outermost row or column of the required input shows in the window: none could be left
// out.
RC_GTEST_PROP(Window, RequiredInputIsMinimal, ()) {
  Problem p = problems::draw_problem(14, 3);
  p.dtype = DType::float32;
  p.channels_first = false;
  RC_PRE(p.valid());
  const Plan plan = p.plan();
  const Shape& out = plan.output_shape();
  const Window window{draw_range(out[1]), draw_range(out[2])};
  const Window need = plan.required_input(window);
  RC_PRE(need[0].end > need[0].begin && need[1].end > need[1].begin);
  for (int axis = 0; axis < 2; ++axis) {
    for (const std::int64_t line : {need[axis].begin, need[axis].end - 1}) {
      Tensor x = halfpixel::zeros(plan.input_shape());
      Window one = need;
      one[axis] = {line, line + 1};
      const TensorView bad = part(x.view(), one, {1, 2});
      for (std::int64_t b = 0; b < bad.shape()[0]; ++b)
        for (std::int64_t i = 0; i < bad.shape()[1]; ++i)
          for (std::int64_t j = 0; j < bad.shape()[2]; ++j)
            for (std::int64_t c = 0; c < bad.shape()[3]; ++c)
              bad.data<float>()[b * bad.stride(0) + i * bad.stride(1) + j * bad.stride(2) + c] =
                  std::nanf("");
      const Tensor y(part(run_whole(plan, x).view(), window, {1, 2}));
      const auto values = y.span<float>();
      RC_ASSERT(std::any_of(values.begin(), values.end(), [](float v) { return std::isnan(v); }));
    }
  }
}

RC_GTEST_PROP(Window, TilesMakeTheWhole, ()) {
  const Problem p = problems::draw_problem(30, 4);
  const auto axes = spatial_axes(p);
  const Plan plan = p.plan();
  const Tensor x = problems::values(plan.input_shape(), p.dtype, 7, false);
  const Tensor whole = run_whole(plan, x);
  Tensor tiled(whole.shape(), whole.dtype());
  const auto tile_h = *rc::gen::inRange<std::int64_t>(1, 9);
  const auto tile_w = *rc::gen::inRange<std::int64_t>(1, 9);
  const std::int64_t height = whole.shape()[axes[0]];
  const std::int64_t width = whole.shape()[axes[1]];
  for (std::int64_t y0 = 0; y0 < height; y0 += tile_h) {
    for (std::int64_t x0 = 0; x0 < width; x0 += tile_w) {
      const Window window{{y0, std::min(height, y0 + tile_h)}, {x0, std::min(width, x0 + tile_w)}};
      plan.run_window(part(x.view(), plan.required_input(window), axes),
                      part(tiled.view(), window, axes), window);
    }
  }
  RC_ASSERT(oracle::difference(tiled, whole) == std::nullopt);
}

// Repetition and its gradient in one to three dimensions.
void check_repeat_windows(const Shape& shape, const halfpixel::Size& size, DataFormat format,
                          DType dtype, bool gradient) {
  const auto axes = problems::repeat_axes(shape.rank(), format);
  const Plan plan = problems::repeat_plan(shape, dtype, size, format, gradient);
  const Tensor x = problems::values(plan.input_shape(), dtype, 3, false);
  const Tensor whole = run_whole(plan, x);
  std::mt19937_64 engine(5);
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(n));
  };
  for (int i = 0; i < 40; ++i) {
    Window window = axes.size() == 1   ? Window{{}}
                    : axes.size() == 2 ? Window{{}, {}}
                                       : Window{{}, {}, {}};
    for (int a = 0; a < window.rank(); ++a) {
      const std::int64_t length = whole.shape()[axes[static_cast<std::size_t>(a)]];
      const std::int64_t begin = below(length);
      window[a] = {begin, begin + 1 + below(length - begin)};
    }
    const Tensor want(part(whole.view(), window, axes));
    const Tensor need(part(x.view(), plan.required_input(window), axes));
    Placed src(need.shape(), dtype, testing_memory::random_layout(engine, need.rank()));
    src.write(need);
    src.make_read_only();
    Placed dst(want.shape(), want.dtype(), testing_memory::random_layout(engine, need.rank()));
    plan.run_window(src.view(), dst.view(), window, halfpixel::serial_executor());
    EXPECT_EQ(oracle::difference(dst.read(), want), std::nullopt) << plan.describe();
    EXPECT_TRUE(dst.surroundings_untouched()) << plan.describe();
  }
}

TEST(RepeatWindow, HasTheBitsOfTheWhole) {
  for (const bool gradient : {false, true}) {
    for (const DType dtype : {DType::float32, DType::float16, DType::float64}) {
      check_repeat_windows({2, 5, 4}, 3, DataFormat::channels_last, dtype, gradient);
      for (const auto format : {DataFormat::channels_last, DataFormat::channels_first}) {
        check_repeat_windows({2, 3, 4, 5}, {2, 3}, format, dtype, gradient);
        check_repeat_windows({2, 3, 2, 4, 3}, {2, 1, 3}, format, dtype, gradient);
      }
    }
  }
}

TEST(Window, RefusesWhatLiesOutside) {
  const Plan plan = Problem{.h = 4, .w = 4, .out_h = 8, .out_w = 8}.plan();
  using halfpixel::Error;
  EXPECT_THROW(plan.required_input({{0, 9}, {0, 8}}), Error);
  EXPECT_THROW(plan.required_input({{-1, 2}, {0, 8}}), Error);
  EXPECT_THROW(plan.required_input({{3, 2}, {0, 8}}), Error);
  EXPECT_THROW(plan.required_input({{0, 8}}), Error);
  EXPECT_THROW((Window{{0, 1}, {0, 1}, {0, 1}, {0, 1}}), Error);
  const Window window{{2, 5}, {0, 8}};
  const Window need = plan.required_input(window);
  const Tensor x({1, need[0].end - need[0].begin, 4, 1}, DType::float32);
  Tensor y({1, 3, 8, 1}, DType::float32);
  EXPECT_NO_THROW(plan.run_window(x, y, window));
  Tensor larger({1, 4, 8, 1}, DType::float32);
  EXPECT_THROW(plan.run_window(x, larger, window), Error);
  EXPECT_THROW(plan.run_window(halfpixel::zeros({1, 4, 4, 1}), y, window), Error);
}

TEST(Window, MayBeEmpty) {
  const Plan plan = Problem{.h = 4, .w = 4, .out_h = 8, .out_w = 8}.plan();
  const Window none{{3, 3}, {0, 8}};
  EXPECT_EQ(plan.required_input(none)[0], (Range{0, 0}));
  const Tensor x({1, 0, 4, 1}, DType::float32);
  Tensor y({1, 0, 8, 1}, DType::float32);
  EXPECT_NO_THROW(plan.run_window(x, y, none));
}

}  // namespace
