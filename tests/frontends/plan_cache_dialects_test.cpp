// Plans of other programs' calls are kept, too: calls that differ in one option must not share one.
#include <gtest/gtest.h>

#include <halfpixel/go.hpp>
#include <halfpixel/image_rs.hpp>
#include <halfpixel/jax.hpp>
#include <halfpixel/litert.hpp>
#include <halfpixel/mlx.hpp>
#include <halfpixel/onnx.hpp>
#include <halfpixel/opencv.hpp>
#include <halfpixel/paddle.hpp>
#include <halfpixel/pillow.hpp>
#include <halfpixel/tfjs.hpp>
#include <halfpixel/torch.hpp>
#include <halfpixel/vips.hpp>

#include <cstring>
#include <vector>

namespace halfpixel::kept_dialects {
namespace {

bool alike(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && a.dtype() == b.dtype() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size_bytes())) == 0;
}

// call(options) for each of them: all differ, also when a call comes again.
template <class Options, class Call>
void expect_different(const std::vector<Options>& all, Call&& call) {
  std::vector<Tensor> results;
  for (const Options& options : all) results.push_back(call(options));
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_TRUE(alike(call(all[i]), results[i])) << i;
    for (std::size_t k = 0; k < i; ++k)
      EXPECT_FALSE(alike(results[i], results[k])) << i << ", " << k;
  }
}

Tensor bytes(const Shape& shape) {
  Tensor x(shape, DType::uint8);
  std::uint32_t state = 1;
  for (std::uint8_t& value : x.span<std::uint8_t>()) {
    state = 1664525 * state + 1013904223;
    value = static_cast<std::uint8_t>(state >> 24);
  }
  return x;
}
const Tensor& planes() {
  static const Tensor x = random::uniform({1, 2, 9, 12}, 0, 1, DType::float32, 1);
  return x;
}
const Tensor& image() {
  static const Tensor x = bytes({9, 12, 3});
  return x;
}

TEST(PlanCacheOfDialects, Torch) {
  namespace F = torch::nn::functional;
  using Mode = torch::InterpolateMode;
  const Mode bicubic = Mode::bicubic;
  const std::vector<F::InterpolateOptions> all = {
      {.size = Size{5, 7}, .mode = bicubic},
      {.size = Size{7, 5}, .mode = bicubic},
      {.size = Size{5, 7}, .mode = Mode::bilinear},
      {.size = Size{5, 7}, .mode = Mode::nearest},
      {.size = Size{5, 7}, .mode = bicubic, .align_corners = true},
      {.size = Size{5, 7}, .mode = bicubic, .antialias = true},
      {.scale_factor = {0.6}, .mode = bicubic},
      {.scale_factor = {0.63}, .mode = bicubic},
      {.scale_factor = {0.7}, .mode = bicubic},
      {.scale_factor = {0.7}, .mode = bicubic, .recompute_scale_factor = true},
  };
  expect_different(all, [](const auto& options) { return F::interpolate(planes(), options); });
  const Tensor dy = random::uniform({1, 2, 5, 7}, 0, 1, DType::float32, 3);
  for (const Shape& input : {Shape{1, 2, 9, 12}, Shape{1, 2, 10, 12}}) {
    EXPECT_EQ(F::interpolate_gradient(dy, input, all[0]).shape(), input);
  }
}

TEST(PlanCacheOfDialects, Pillow) {
  using enum pillow::Resampling;
  const std::vector<pillow::ResizeOptions> all = {
      {.resample = bicubic},
      {.resample = lanczos},
      {.resample = bicubic, .box = {{0, 0, 11, 9}}},
      {.resample = bicubic, .box = {{0, 0.5, 11, 9}}},
  };
  expect_different(all,
                   [](const auto& options) { return pillow::resize(image(), {7, 5}, options); });
  // Four channels are colours and alpha unless a mode says otherwise.
  const Tensor four = bytes({9, 12, 4});
  const std::vector<pillow::ResizeOptions> more = {
      {.resample = bicubic},
      {.resample = bicubic, .mode = pillow::Mode::CMYK},
  };
  expect_different(more,
                   [&](const auto& options) { return pillow::resize(four, {3, 7}, options); });
}

TEST(PlanCacheOfDialects, OpenCv) {
  using enum cv::InterpolationFlags;
  const std::vector<cv::ResizeOptions> all = {
      {.fx = 0.6, .fy = 0.6},
      {.fx = 0.63, .fy = 0.6},
      {.fx = 0.6, .fy = 0.65},
      {.fx = 0.6, .fy = 0.6, .interpolation = inter_area},
      {.fx = 0.6, .fy = 0.6, .interpolation = inter_cubic},
  };
  expect_different(all, [](const auto& options) { return cv::resize(image(), {}, options); });
  const std::vector<cv::Size> sizes = {{7, 5}, {5, 7}, {7, 6}};
  expect_different(sizes, [](const cv::Size& size) { return cv::resize(image(), size); });
}

TEST(PlanCacheOfDialects, Onnx) {
  using onnx::CoordinateTransformationMode;
  using onnx::Mode;
  const std::vector<onnx::ResizeOptions> all = {
      {.sizes = {1, 2, 5, 7}, .mode = Mode::cubic},
      {.sizes = {1, 2, 7, 5}, .mode = Mode::cubic},
      {.scales = {1, 1, 0.6f, 0.6f}, .mode = Mode::cubic},
      {.scales = {1, 1, 0.6f, 0.63f}, .mode = Mode::cubic},
      {.sizes = {1, 2, 5, 7}, .mode = Mode::linear},
      {.sizes = {1, 2, 5, 7}, .mode = Mode::linear, .antialias = true},
      {.sizes = {1, 2, 5, 7},
       .mode = Mode::cubic,
       .coordinate_transformation_mode = CoordinateTransformationMode::asymmetric},
      {.sizes = {1, 2, 5, 7}, .mode = Mode::cubic, .cubic_coeff_a = -0.5f},
      {.sizes = {1, 2, 5, 7}, .mode = Mode::cubic, .exclude_outside = true},
      {.sizes = {1, 2, 5, 7}, .mode = Mode::nearest},
      {.sizes = {1, 2, 5, 7}, .mode = Mode::nearest, .nearest_mode = onnx::NearestMode::ceil},
      {.sizes = {5, 7}, .mode = Mode::nearest, .axes = {1, 2}},
      {.sizes = {5, 7}, .mode = Mode::nearest, .axes = {1, 3}},
      {.sizes = {5, 7},
       .mode = Mode::cubic,
       .axes = {2, 3},
       .keep_aspect_ratio_policy = onnx::KeepAspectRatioPolicy::not_larger},
  };
  expect_different(all, [](const auto& options) { return onnx::resize(planes(), options); });
  const auto crop = [](float value, float end) {
    return onnx::ResizeOptions{
        .sizes = {1, 2, 5, 7},
        .mode = Mode::linear,
        .coordinate_transformation_mode = CoordinateTransformationMode::tf_crop_and_resize,
        .extrapolation_value = value,
        .roi = {0, 0, -0.1f, 0, 1, 1, end, 1}};
  };
  const std::vector<onnx::ResizeOptions> crops = {crop(0, 1), crop(2, 1), crop(0, 0.9f)};
  expect_different(crops, [](const auto& options) { return onnx::resize(planes(), options); });
}

TEST(PlanCacheOfDialects, Jax) {
  using enum jax::image::ResizeMethod;
  const std::vector<jax::image::ResizeOptions> all = {
      {.method = linear}, {.method = cubic}, {.method = linear, .antialias = false}};
  expect_different(
      all, [](const auto& options) { return jax::image::resize(planes(), {1, 2, 5, 7}, options); });
  const std::vector<Shape> shapes = {{1, 2, 5, 7}, {1, 2, 7, 5}, {1, 3, 5, 7}};
  expect_different(
      shapes, [](const Shape& to) { return jax::image::resize(planes(), to, {.method = linear}); });
}

TEST(PlanCacheOfDialects, TensorFlowsRelatives) {
  const std::vector<litert::ResizeOptions> all = {
      {}, {.align_corners = true}, {.half_pixel_centers = true}};
  const Tensor x = random::uniform({1, 31, 43, 3}, 0, 1, DType::float32, 5);
  const Size size{17, 23};
  expect_different(all, [&](const auto& o) { return litert::resize_bilinear(x, size, o); });
  expect_different(all, [&](const auto& o) { return litert::resize_nearest_neighbor(x, size, o); });
  const std::vector<tfjs::ResizeOptions> js = {
      {}, {.align_corners = true}, {.half_pixel_centers = true}, {.backend = tfjs::Backend::wasm}};
  expect_different(js, [&](const auto& o) { return tfjs::resize_bilinear(x, size, o); });
  const Tensor batch = bytes({1, 31, 43, 3});
  std::vector<litert::ResizeOptions> kernels;
  for (const litert::Kernels which : {litert::Kernels::builtin, litert::Kernels::xnnpack})
    kernels.push_back({.kernels = which});
  expect_different(kernels, [&](const auto& o) { return litert::resize_bilinear(batch, size, o); });
}

TEST(PlanCacheOfDialects, Mlx) {
  using enum mlx::nn::UpsampleMode;
  const std::vector<mlx::nn::UpsampleOptions> all = {
      {.scale_factor = {0.6}, .mode = linear},
      {.scale_factor = {0.65}, .mode = linear},
      {.scale_factor = {0.6, 0.8}, .mode = linear},
      {.scale_factor = {0.6}, .mode = cubic},
      {.scale_factor = {0.6}, .mode = linear, .align_corners = true},
      {.scale_factor = {0.6}, .mode = linear, .antialias = true},
  };
  expect_different(all, [](const auto& options) { return mlx::nn::upsample(planes(), options); });
}

TEST(PlanCacheOfDialects, Paddle) {
  namespace F = paddle::nn::functional;
  using Mode = paddle::InterpolateMode;
  const std::vector<F::InterpolateOptions> all = {
      {.size = Size{5, 7}, .mode = Mode::bilinear},
      {.size = Size{7, 5}, .mode = Mode::bilinear},
      {.scale_factor = {0.6}, .mode = Mode::bilinear},
      {.scale_factor = {0.63}, .mode = Mode::bilinear},
      {.size = Size{5, 7}, .mode = Mode::bicubic},
      {.size = Size{5, 7}, .mode = Mode::bilinear, .align_corners = true},
      {.size = Size{5, 7}, .mode = Mode::bilinear, .align_mode = 1},
      {.size = Size{5, 7}, .mode = Mode::bilinear, .data_format = DataFormat::channels_last},
  };
  expect_different(all, [](const auto& options) { return F::interpolate(planes(), options); });
}

TEST(PlanCacheOfDialects, GoRustAndVips) {
  const std::vector<go::draw::Interpolator> ways(go::draw::interpolators().begin(),
                                                 go::draw::interpolators().end());
  expect_different(ways, [](auto way) { return go::draw::scale(image(), 7, 5, way); });
  const std::vector<image_rs::FilterType> filters(image_rs::filter_types().begin(),
                                                  image_rs::filter_types().end());
  expect_different(filters,
                   [](auto filter) { return image_rs::imageops::resize(image(), 7, 5, filter); });
  const std::vector<std::int64_t> widths = {7, 6};
  expect_different(widths, [&](auto width) { return go::draw::scale(image(), width, 5, ways[2]); });
  expect_different(widths, [&](auto width) {
    return image_rs::imageops::resize(image(), width, 5, filters[1]);
  });
  const std::vector<vips::ResizeOptions> all = {
      {}, {.vscale = 0.3}, {.kernel = vips::Kernel::linear}, {.gap = 0}};
  expect_different(all, [](const auto& options) { return vips::resize(image(), 0.2, options); });
  const std::vector<double> scales = {0.2, 0.3};
  expect_different(scales, [](double scale) { return vips::resize(image(), scale); });
}

}  // namespace
}  // namespace halfpixel::kept_dialects
