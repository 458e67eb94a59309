// Cases of ONNX Runtime and jax through the public API: bits, where the program's are pinned, else
// a bound; and every window and instruction set gives the bits of the whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <halfpixel/cpu.hpp>
#include <halfpixel/error.hpp>
#include <halfpixel/executor.hpp>

#include "frontends/oracle_onnx.hpp"
#include "resample/plan_spec.hpp"

namespace {

using halfpixel::ConstTensorView;
using halfpixel::TensorView;
using halfpixel::resample::Plan;
using halfpixel::resample::Window;
using oracle::Case;
using oracle::DType;
using oracle::Reader;
using oracle::Shape;
using oracle::Tensor;

Reader cases_of(const std::string& name) {
  return Reader(HALFPIXEL_TEST_DATA "/oracle_" + name);
}

class OfTarget : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    before_ = halfpixel::cpu::target();
    halfpixel::cpu::set_target(GetParam());
  }
  void TearDown() override { halfpixel::cpu::set_target(before_); }

 private:
  std::string before_;
};

TEST_P(OfTarget, OnnxEqualsOnnxRuntimeBitForBit) {
  int refused = 0, compared = 0;
  for (const char* const name : {"onnx", "onnx_node"}) {
    const Reader cases = cases_of(name);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const Case c = cases[i];
      if (oracle::is_refused(c)) {
        ++refused;
        continue;
      }
      ++compared;
      const auto wrong = oracle::difference(oracle::run_onnx(c), c.out);
      EXPECT_FALSE(wrong) << c.line << "\n" << *wrong;
    }
  }
  EXPECT_GT(compared, 450);
  EXPECT_LT(refused, 20);
}

double furthest(const Case& c, const Tensor& got) {
  const Tensor x = c.in.astype(DType::float64);
  const Tensor a = got.astype(DType::float64), b = c.out.astype(DType::float64);
  double largest = 0, distance = 0;
  for (std::int64_t i = 0; i < x.size(); ++i) {
    largest = std::max(largest, std::fabs(x.data<double>()[i]));
  }
  for (std::int64_t i = 0; i < a.size(); ++i) {
    distance = std::max(distance, std::fabs(a.data<double>()[i] - b.data<double>()[i]));
  }
  return largest > 0 ? distance / largest : distance;
}

// Of the largest input; 16-bit floats are rounded once more for each axis.
double bound_of(const Case& c) {
  if (c.out.dtype() == DType::float16) return 4e-3;
  if (c.out.dtype() == DType::bfloat16) return 3e-2;
  const std::string method = c.text("method");
  if (method == "linear" || method == "area") return 1e-6;
  return 2e-6;
}

TEST_P(OfTarget, JaxIsNearJaxAndEqualWhereItIsPinned) {
  const Reader cases = cases_of("jax");
  int equal = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case c = cases[i];
    const Tensor got = oracle::run_onnx(c);
    const auto wrong = oracle::difference(got, c.out);
    equal += !wrong;
    if (!wrong) continue;
    EXPECT_NE(c.text("method"), "nearest") << c.line << "\n" << *wrong;
    ASSERT_EQ(got.shape(), c.out.shape());
    ASSERT_EQ(got.dtype(), c.out.dtype());
    EXPECT_LE(furthest(c, got), bound_of(c)) << c.line;
  }
  EXPECT_GT(equal, 100);
}

// The elements of `tensor` in `window` of the plan's axes, dense.
TensorView part(const TensorView& whole, const std::vector<int>& axes, const Window& window) {
  Shape shape = whole.shape();
  std::vector<std::int64_t> strides;
  for (int axis = 0; axis < shape.rank(); ++axis) strides.push_back(whole.stride(axis));
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto& range = window[static_cast<int>(i)];
    offset += range.begin * whole.stride(axes[i]);
    shape[axes[i]] = range.end - range.begin;
  }
  char* const data = static_cast<char*>(whole.data()) +
                     offset * static_cast<std::int64_t>(halfpixel::size_of(whole.dtype()));
  return TensorView(data, whole.dtype(), shape, strides);
}

// Every way of cutting each axis in two.
void check_windows(const Case& c, const Plan& plan) {
  const auto& spec = halfpixel::resample::spec_of(plan);
  std::vector<int> axes;
  for (int i = 0; i < spec.spatial_rank; ++i) axes.push_back(spec.spatial_axis[i]);
  Tensor in = c.in, got(plan.output_shape(), plan.output_dtype());
  for (int cut = 0; cut < 1 << axes.size(); ++cut) {
    Window window = axes.size() == 1   ? Window{{}}
                    : axes.size() == 2 ? Window{{}, {}}
                                       : Window{{}, {}, {}};
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const std::int64_t length = plan.output_shape()[axes[i]], middle = length * 2 / 5;
      const bool second = (cut >> i & 1) != 0;
      window[static_cast<int>(i)] = {second ? middle : 0, second ? length : middle};
    }
    const Window needed = plan.required_input(window);
    plan.run_window(part(in, axes, needed), part(got, axes, window), window);
  }
  Tensor whole(plan.output_shape(), plan.output_dtype());
  plan.run(c.in, whole);
  const auto wrong = oracle::difference(got, whole);
  EXPECT_FALSE(wrong) << c.line << "\n" << *wrong;
}

TEST_P(OfTarget, WindowsHaveTheBitsOfTheWhole) {
  int checked = 0;
  for (const char* const name : {"onnx", "jax"}) {
    const Reader cases = cases_of(name);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const Case c = cases[i];
      try {
        check_windows(c, oracle::plan_onnx(c));
        ++checked;
      } catch (const halfpixel::Error& error) {
        EXPECT_EQ(error.code(), halfpixel::ErrorCode::unsupported) << c.line << error.what();
      }
    }
  }
  EXPECT_GT(checked, 400);
}

// Long rows, several strips and tasks: the same bits by one thread and by three, and in windows.
TEST_P(OfTarget, ThreadsHaveTheBitsOfOne) {
  namespace onnx = halfpixel::onnx;
  const auto crop = onnx::CoordinateTransformationMode::tf_crop_and_resize;
  const onnx::ResizeOptions all[] = {
      {.sizes = {1, 3, 333, 5000}, .mode = onnx::Mode::linear},
      {.sizes = {1, 7, 333, 5000}, .mode = onnx::Mode::nearest},
      {.sizes = {1, 3, 150, 3500}, .mode = onnx::Mode::cubic, .exclude_outside = true},
      {.sizes = {1, 3, 90, 301}, .mode = onnx::Mode::linear, .antialias = true},
      {.sizes = {1, 3, 333, 5000},
       .mode = onnx::Mode::linear,
       .coordinate_transformation_mode = crop,
       .extrapolation_value = 7.0f,
       .roi = {0, 0, -0.1f, 0.2f, 1, 1, 0.9f, 1.3f}},
  };
  const int before = halfpixel::num_threads();
  Tensor x({1, 3, 150, 2100}, DType::float32);
  for (std::int64_t i = 0; i < x.size(); ++i) {
    x.data<float>()[i] = static_cast<float>(i * 7919 % 1000) * 0.37f;
  }
  for (const auto& options : all) {
    halfpixel::set_num_threads(1);
    const Tensor one = onnx::resize(x, options);
    halfpixel::set_num_threads(3);
    const auto wrong = oracle::difference(onnx::resize(x, options), one);
    EXPECT_FALSE(wrong) << name_of(options.mode) << " " << *wrong;
    Case c;
    c.line = name_of(options.mode);
    c.in = x;
    check_windows(c, onnx::plan_resize(x.shape(), x.dtype(), options));
  }
  halfpixel::set_num_threads(before);
}

std::string target_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(name.begin(), name.end(), [](char x) { return std::isalnum(x) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Targets, OfTarget, testing::ValuesIn(halfpixel::cpu::available_targets()),
                         target_name);

}  // namespace
