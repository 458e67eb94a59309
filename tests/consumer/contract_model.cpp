// The Keras models and compiled functions that the documentation promises, typed as it promises
// them.
#include <halfpixel/halfpixel.hpp>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>

using halfpixel::Tensor, halfpixel::DType, halfpixel::DataFormat, halfpixel::Size;
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

bool same_bytes(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && a.dtype() == b.dtype() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size_bytes())) == 0;
}

void compiled_function() {
  auto upsample_tensor = tf::function([](auto input_tensor, Size size) {
    return tf::image::resize(input_tensor, size, {.method = tf::image::ResizeMethod::bilinear});
  });
  Tensor u = upsample_tensor(tf::random::normal({1, 32, 32, 3}), Size{64, 64});
  expect("tf::function", u.shape(), halfpixel::Shape{1, 64, 64, 3});
  const Tensor x = tf::random::normal({1, 32, 32, 3});
  expect("its bits", same_bytes(upsample_tensor(x, Size{64, 64}), tf::image::resize(x, {64, 64})),
         true);
  expect("one tracing", upsample_tensor.tracing_count(), 1);
}

void sequential(const std::filesystem::path& folder) {
  keras::Sequential generator({
      keras::Input({.shape = {7, 7, 64}}),
      layers::UpSampling2D(),
      layers::Conv2D({.filters = 32,
                      .kernel_size = {3, 3},
                      .padding = keras::Padding::same,
                      .activation = keras::Activation::relu}),
  });
  generator.summary();
  std::ostringstream summary;
  generator.summary(summary);
  expect("summary", summary.str().find("Total params: 18,464 (72.12 KB)") != std::string::npos,
         true);
  const Tensor noise = tf::random::normal({2, 7, 7, 64});
  Tensor image = generator(noise);
  expect("generator", image.shape(), halfpixel::Shape{2, 14, 14, 32});
  expect("predict", same_bytes(generator.predict(noise), image), true);
  generator.save(folder / "generator.keras");
}

void functional() {
  auto inputs = keras::Input({.shape = {64, 64, 3}});
  auto low = layers::Conv2D(
      {.filters = 16, .kernel_size = {3, 3}, .strides = {2, 2}, .padding = keras::Padding::same})(
      inputs);
  auto up = layers::UpSampling2D({.interpolation = keras::Interpolation::bilinear})(low);
  auto outputs = layers::Concatenate()({up, inputs});
  keras::Model model(inputs, outputs);
  expect("functional", model.output_shape(), halfpixel::Shape{halfpixel::kUnknown, 64, 64, 19});
  expect("its result", model(halfpixel::zeros({1, 64, 64, 3})).shape(),
         halfpixel::Shape{1, 64, 64, 19});
}

void optional_sizes() {
  const Tensor x = halfpixel::zeros({1, 9, 9, 3});
  expect("strides of a pool",
         layers::MaxPooling2D({.pool_size = {3, 3}, .strides = {2, 1}})(x).shape(),
         halfpixel::Shape{1, 4, 7, 3});
  expect("no strides of a pool", layers::AveragePooling2D({.pool_size = {3, 2}})(x).shape(),
         halfpixel::Shape{1, 3, 4, 3});
  expect("output_padding",
         layers::Conv2DTranspose(
             {.filters = 2, .kernel_size = {3, 3}, .strides = {2, 3}, .output_padding = {1, 2}})(x)
             .shape(),
         halfpixel::Shape{1, 20, 29, 2});
}

void loading(const std::filesystem::path& folder) {
  const Tensor batch = tf::random::normal({2, 7, 7, 64});
  keras::Model loaded = keras::models::load_model(folder / "generator.keras");
  auto run = tf::function(loaded);
  Tensor result = run(batch);
  expect("loaded and compiled", same_bytes(result, loaded(batch)), true);
  try {
    keras::models::load_model(folder / "none.keras");
    expect("a missing file", "nothing thrown", std::string("Error"));
  } catch (const halfpixel::Error&) {
  }
}

}  // namespace

int main() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "halfpixel-contract-XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(pattern.data());
  try {
    compiled_function();
    sequential(folder);
    functional();
    optional_sizes();
    loading(folder);
  } catch (const std::exception& error) {
    ++failures;
    std::cerr << "FAILED with " << error.what() << '\n';
  }
  std::filesystem::remove_all(folder);
  std::cout << (failures == 0 ? "all as promised" : "not as promised") << '\n';
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
