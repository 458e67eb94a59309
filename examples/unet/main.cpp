// A U-Net, Keras' Functional workflow: features go down, up again by UpSampling2D, and meet those
// of the same size. Saved as .keras, which Keras 3 opens, and loaded again.
#include <filesystem>
#include <iostream>
#include <vector>

#include <halfpixel/halfpixel.hpp>

using halfpixel::Tensor;
namespace fs = std::filesystem;
namespace tf = halfpixel::tf;
namespace keras = halfpixel::keras;
namespace layers = halfpixel::keras::layers;

namespace {

keras::KerasTensor two_convolutions(keras::KerasTensor x, std::int64_t filters) {
  for (int i = 0; i < 2; ++i) {
    x = layers::Conv2D({.filters = filters,
                        .kernel_size = {3, 3},
                        .padding = keras::Padding::same,
                        .use_bias = false})(x);
    x = layers::BatchNormalization()(x);
    x = layers::ReLU()(x);
  }
  return x;
}

keras::Model make_unet(int levels, std::int64_t filters, std::int64_t classes) {
  const auto photo =
      keras::Input({.shape = {halfpixel::kUnknown, halfpixel::kUnknown, 3}, .name = "photo"});
  std::vector<keras::KerasTensor> skipped;
  keras::KerasTensor x = photo;
  for (int level = 0; level < levels; ++level) {
    skipped.push_back(two_convolutions(x, filters << level));
    x = layers::MaxPooling2D()(skipped.back());
  }
  x = two_convolutions(x, filters << levels);
  for (int level = levels - 1; level >= 0; --level) {
    x = layers::UpSampling2D({.interpolation = keras::Interpolation::bilinear})(x);
    x = layers::Concatenate()({x, skipped[static_cast<std::size_t>(level)]});
    x = two_convolutions(x, filters << level);
  }
  const auto mask = layers::Conv2D({.filters = classes,
                                    .kernel_size = {1, 1},
                                    .activation = keras::Activation::softmax,
                                    .name = "mask"})(x);
  return keras::Model(photo, mask, {.name = "unet"});
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path folder = argc > 1 ? argv[1] : ".";
  fs::create_directories(folder);
  const keras::Model model = make_unet(3, 8, 4);
  model.summary();

  const Tensor photo =
      halfpixel::random::uniform({1, 96, 64, 3}, 0.0, 1.0, halfpixel::DType::float32, 7);
  const Tensor mask = model(photo);
  std::cout << photo.shape() << " -> " << mask.shape() << '\n';

  model.save(folder / "unet.keras");
  const keras::Model loaded = keras::models::load_model(folder / "unet.keras");
  const Tensor again = loaded(photo);
  const bool same =
      std::equal(mask.span<float>().begin(), mask.span<float>().end(), again.span<float>().begin());
  std::cout << "saved, loaded, " << (same ? "the same mask" : "ANOTHER MASK") << '\n';
  return same && mask.shape() == halfpixel::Shape{1, 96, 64, 4} ? 0 : 1;
}
