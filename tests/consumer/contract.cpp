// What the documentation promises, typed as it promises it and compiled against an installed copy.
#include <halfpixel/halfpixel.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#if __has_include(<halfpixel/image.hpp>) && !defined(CONSUMER_CORE_ALONE)
#define HAS_IMAGE 1
#else
#define HAS_IMAGE 0
#endif

using halfpixel::DataFormat, halfpixel::DType, halfpixel::Size, halfpixel::Tensor;
namespace tf = halfpixel::tf;
namespace keras = halfpixel::keras;
namespace layers = halfpixel::keras::layers;

namespace {

int failures = 0;

template <class A, class B>
void expect(const char* what, const A& got, const B& wanted) {
  if (got == wanted) return;
  ++failures;
  std::cerr << "FAILED " << what << "\n got:    " << got << "\n wanted: " << wanted << '\n';
}

template <class Printable>
std::string printed(const Printable& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

bool same_bytes(const Tensor& a, const Tensor& b) {
  const auto* p = static_cast<const char*>(a.data());
  const auto* q = static_cast<const char*>(b.data());
  return a.shape() == b.shape() && a.dtype() == b.dtype() && std::equal(p, p + a.size_bytes(), q);
}

template <class Call>
void expect_error(const std::string& named, Call call) {
  try {
    call();
    expect("an Error that names the argument", std::string("nothing thrown"), named);
  } catch (const halfpixel::Error& error) {
    expect(named.c_str(), std::string(error.what()).find(named) != std::string::npos, true);
    expect("its code", error.code() == halfpixel::ErrorCode::invalid_argument, true);
  }
}

void images_and_layers() {
  // Nearest-neighbour up-sampling with tf.image.resize
  Tensor x = tf::random::normal({1, 64, 64, 3});
  Tensor y =
      tf::image::resize(x, {128, 128}, {.method = tf::image::ResizeMethod::nearest_neighbor});
  std::cout << y.shape() << '\n';  // (1, 128, 128, 3)
  expect("nearest", printed(y.shape()), "(1, 128, 128, 3)");

  // Bilinear up-sampling with the Keras layer
  auto upsampling_layer =
      layers::UpSampling2D({.size = {2, 2}, .interpolation = keras::Interpolation::bilinear});
  Tensor z = upsampling_layer(x);  // (1, 128, 128, 3)
  expect("bilinear", printed(z.shape()), "(1, 128, 128, 3)");

  // Integers stay integers
  Tensor a = halfpixel::arange(12, DType::int64).reshape({2, 2, 1, 3});
  std::cout << layers::UpSampling2D({.size = {1, 2}})(a) << '\n';  // (2, 2, 2, 3), int64
  const Tensor up = layers::UpSampling2D({.size = {1, 2}})(a);
  expect("integer shape", printed(up.shape()), "(2, 2, 2, 3)");
  expect("integer dtype", printed(up.dtype()), "int64");
  expect("printing before", printed(a),
         "[[[[ 0  1  2]]\n\n  [[ 3  4  5]]]\n\n\n [[[ 6  7  8]]\n\n  [[ 9 10 11]]]]");
  expect("printing", printed(up),
         "[[[[ 0  1  2]\n   [ 0  1  2]]\n\n  [[ 3  4  5]\n   [ 3  4  5]]]\n\n\n"
         " [[[ 6  7  8]\n   [ 6  7  8]]\n\n  [[ 9 10 11]\n   [ 9 10 11]]]]");
}

void options_and_defaults() {
  const layers::UpSampling2DOptions defaults;
  expect("size", defaults.size, Size{2, 2});
  expect("data_format", defaults.data_format.has_value(), false);
  expect("interpolation", defaults.interpolation == keras::Interpolation::nearest, true);
  expect("name", defaults.name, "");

  const Tensor x = halfpixel::arange(2 * 3 * 4 * 5).reshape({2, 3, 4, 5});
  const auto shape_of = [](const Tensor& t) { return printed(t.shape()); };
  expect("one integer", shape_of(layers::UpSampling2D({.size = 3})(x)), "(2, 9, 12, 5)");
  expect("defaults", shape_of(layers::UpSampling2D()(x)), "(2, 6, 8, 5)");
  expect("channels first",
         shape_of(layers::UpSampling2D({.data_format = DataFormat::channels_first})(x)),
         "(2, 3, 8, 10)");
  expect("v1 layer", shape_of(tf::compat::v1::keras::layers::UpSampling2D({.size = {1, 4}})(x)),
         "(2, 3, 16, 5)");
  expect("UpSampling1D", shape_of(layers::UpSampling1D({.size = 2})(x.reshape({2, 12, 5}))),
         "(2, 24, 5)");
  expect(
      "UpSampling3D",
      shape_of(layers::UpSampling3D({.size = {2, 2, 2}, .data_format = DataFormat::channels_last})(
          x.reshape({1, 2, 3, 4, 5}))),
      "(1, 4, 6, 8, 5)");
  expect("Resizing",
         shape_of(layers::Resizing({.height = 7,
                                    .width = 5,
                                    .interpolation = keras::Interpolation::bicubic,
                                    .crop_to_aspect_ratio = true})(x)),
         "(2, 7, 5, 5)");
  expect("preserve_aspect_ratio",
         shape_of(tf::image::resize(x, {9, 8}, {.preserve_aspect_ratio = true, .antialias = true})),
         "(2, 6, 8, 5)");

  namespace v1 = tf::compat::v1::image;
  expect("v1 resize",
         shape_of(v1::resize(x, {6, 8},
                             {.method = tf::image::ResizeMethod::area, .align_corners = true})),
         "(2, 6, 8, 5)");
  expect("v1 bilinear", shape_of(v1::resize_bilinear(x, {6, 8}, {.half_pixel_centers = true})),
         "(2, 6, 8, 5)");
  expect("v1 bicubic", shape_of(v1::resize_bicubic(x, {6, 8}, {.align_corners = true})),
         "(2, 6, 8, 5)");
  expect("v1 nearest", shape_of(v1::resize_nearest_neighbor(x, {6, 8})), "(2, 6, 8, 5)");
  expect("v1 area", shape_of(v1::resize_area(x, {6, 8}, {.align_corners = true})), "(2, 6, 8, 5)");

  const layers::UpSampling2D layer({.size = {2, 3}, .name = "up"});
  const auto again = layers::UpSampling2D::from_config(layer.get_config());
  expect("configuration", again.get_config().json(), layer.get_config().json());
  expect("unknown extents",
         printed(layer.compute_output_shape({halfpixel::kUnknown, 4, halfpixel::kUnknown, 3})),
         "(None, 8, None, 3)");

  keras::config::set_image_data_format(DataFormat::channels_first);
  expect("image_data_format", keras::config::image_data_format() == DataFormat::channels_first,
         true);
  expect("follows it", shape_of(layers::UpSampling2D()(x)), "(2, 3, 8, 10)");
  keras::config::set_image_data_format(DataFormat::channels_last);
}

void strings() {
  expect("to_interpolation", keras::to_interpolation("bilinear") == keras::Interpolation::bilinear,
         true);
  expect("to_data_format", halfpixel::to_data_format("channels_last") == DataFormat::channels_last,
         true);
  expect("to_resize_method",
         tf::image::to_resize_method("nearest") == tf::image::ResizeMethod::nearest_neighbor, true);
}

void own_memory_plans_and_threads() {
  const Tensor x = tf::random::normal({1, 64, 64, 3});
  const Tensor wanted =
      tf::image::resize(x, {128, 128}, {.method = tf::image::ResizeMethod::bicubic});
  Tensor result({1, 128, 128, 3}, DType::float32);
  const float* in = x.data<float>();
  float* out = result.data<float>();

  halfpixel::resample::Plan plan = tf::image::plan_resize(
      {1, 64, 64, 3}, DType::float32, {128, 128}, {.method = tf::image::ResizeMethod::bicubic});
  expect("output_shape", printed(plan.output_shape()), "(1, 128, 128, 3)");
  expect("output_dtype", printed(plan.output_dtype()), "float32");
  plan.run(halfpixel::ConstTensorView(in, {1, 64, 64, 3}),
           halfpixel::TensorView(out, {1, 128, 128, 3}));
  expect("plan.run", same_bytes(result, wanted), true);

  std::fill_n(out, result.size(), 0.0f);
  plan.run(x, result, halfpixel::serial_executor());
  expect("plan.run with an executor", same_bytes(result, wanted), true);

  std::fill_n(out, result.size(), 0.0f);
  halfpixel::TensorView view = result;
  tf::image::resize(x, {128, 128}, {.method = tf::image::ResizeMethod::bicubic}, /*out=*/view);
  expect("out=", same_bytes(result, wanted), true);

  halfpixel::set_num_threads(2);
  expect("num_threads", halfpixel::num_threads(), 2);
  plan.run(x, result);
  expect("two threads", same_bytes(result, wanted), true);
}

void gradients() {
  const Tensor dy = halfpixel::full({1, 128, 128, 3}, 1.0);
  Tensor dx = tf::image::resize_gradient(dy, /*input_shape=*/{1, 64, 64, 3},
                                         {.method = tf::image::ResizeMethod::nearest_neighbor});
  expect("resize_gradient", printed(dx.shape()), "(1, 64, 64, 3)");
  expect("every input pixel was used four times",
         same_bytes(dx, halfpixel::full({1, 64, 64, 3}, 4.0)), true);

  auto upsampling_layer = layers::UpSampling2D({.interpolation = keras::Interpolation::bilinear});
  Tensor dv = upsampling_layer.gradient(dy, /*input_shape=*/{1, 64, 64, 3});
  expect("gradient", printed(dv.shape()), "(1, 64, 64, 3)");
}

void errors() {
  expect_error("size", [] { layers::UpSampling2D({.size = {0, 2}}); });
  expect_error("size", [] { tf::image::resize(halfpixel::zeros({1, 2, 2, 1}), {0, 4}); });
  expect_error("height", [] { layers::Resizing({.height = 0, .width = 3}); });
  try {
    halfpixel::io::read_npy("there is no such file.npy");
    expect("a missing file", "nothing thrown", std::string("Error"));
  } catch (const std::runtime_error&) {
  }
}

void files(const std::filesystem::path& folder) {
  const Tensor t = halfpixel::arange(24, DType::uint8).reshape({4, 2, 3});
  halfpixel::io::write_npy(folder / "y.npy", t);
  expect("npy", same_bytes(halfpixel::io::read_npy(folder / "y.npy"), t), true);
#if HAS_IMAGE
  halfpixel::io::write_image(folder / "big.png", t);
  expect("png", same_bytes(halfpixel::io::read_image(folder / "big.png"), t), true);
#endif
}

void other_programs() {
  namespace torch = halfpixel::torch;
  namespace pillow = halfpixel::pillow;
  namespace cv = halfpixel::cv;
  namespace onnx = halfpixel::onnx;
  namespace jax = halfpixel::jax;
  namespace litert = halfpixel::litert;
  namespace paddle = halfpixel::paddle;
  const Tensor x = tf::random::normal({1, 3, 32, 40});
  const Tensor photo({200, 300, 3}, DType::uint8);
  Tensor y = torch::nn::functional::interpolate(x, {.size = {128, 96},
                                                    .mode = torch::InterpolateMode::bilinear,
                                                    .align_corners = false,
                                                    .antialias = true});
  expect("torch, a size", y.shape(), halfpixel::Shape{1, 3, 128, 96});
  y = torch::nn::functional::interpolate(x, {.scale_factor = {1.5, 1.5},
                                             .mode = torch::InterpolateMode::nearest_exact,
                                             .recompute_scale_factor = true});
  expect("torch, factors", y.shape(), halfpixel::Shape{1, 3, 48, 60});
  Tensor p = pillow::resize(
      photo, {64, 48},
      {.resample = pillow::Resampling::lanczos, .box = {{0.5f, 0, 300, 200}}, .reducing_gap = 2.0});
  expect("pillow", p.shape(), halfpixel::Shape{48, 64, 3});
  Tensor c = cv::resize(photo, {64, 48}, {.interpolation = cv::InterpolationFlags::inter_area});
  expect("opencv", c.shape(), halfpixel::Shape{48, 64, 3});
  Tensor o = onnx::resize(
      x, {.sizes = {1, 3, 128, 128},
          .mode = onnx::Mode::cubic,
          .coordinate_transformation_mode = onnx::CoordinateTransformationMode::half_pixel,
          .cubic_coeff_a = -0.75f});
  expect("onnx", o.shape(), halfpixel::Shape{1, 3, 128, 128});
  Tensor j = jax::image::resize(x, {1, 3, 8, 9},
                                {.method = jax::image::ResizeMethod::cubic, .antialias = true});
  expect("jax", j.shape(), halfpixel::Shape{1, 3, 8, 9});
  Tensor q =
      litert::resize_bilinear(x, {12, 8}, {.align_corners = false, .half_pixel_centers = true});
  expect("litert", q.shape(), halfpixel::Shape{1, 12, 8, 40});
  Tensor d = paddle::nn::functional::interpolate(x, {.size = {5, 6}});
  expect("paddle", d.shape(), halfpixel::Shape{1, 3, 5, 6});
}

// What people write for a size that may be left out.
void optional_sizes() {
  halfpixel::torch::nn::functional::InterpolateOptions options = {.size = {2, 3}};
  expect("braces", *options.size == (Size{2, 3}), true);
  options.size = {4, 5};
  expect("braces later", *options.size == (Size{4, 5}), true);
  options.size = 6;
  expect("an integer", *options.size == Size(6), true);
  options.size = std::int64_t{7};
  expect("a 64-bit integer", *options.size == Size(7), true);
  options.size = Size{1, 2};
  expect("a Size", *options.size == (Size{1, 2}), true);
  options.size = {};
  expect("nothing", options.size.has_value(), false);
  options.size = {{8, 9}};
  expect("two pairs of braces", *options.size == (Size{8, 9}), true);
  options.size = std::nullopt;
  expect("std::nullopt", options.size.has_value(), false);
  options.size = std::optional<Size>(3);
  expect("std::optional<Size>", *options.size == Size(3), true);
}

}  // namespace

int main() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "halfpixel-contract-XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(pattern.data());
  try {
    images_and_layers();
    options_and_defaults();
    strings();
    own_memory_plans_and_threads();
    gradients();
    errors();
    other_programs();
    optional_sizes();
    files(folder);
  } catch (const std::exception& error) {
    ++failures;
    std::cerr << "FAILED with " << error.what() << '\n';
  }
  std::filesystem::remove_all(folder);
  std::cout << (failures == 0 ? "all as promised" : "not as promised") << '\n';
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
