// A generator as in DCGAN, Keras' Sequential workflow: noise becomes a picture of 28x28.
#include <iostream>

#include <halfpixel/halfpixel.hpp>

using halfpixel::Tensor;
namespace tf = halfpixel::tf;
namespace keras = halfpixel::keras;
namespace layers = halfpixel::keras::layers;

int main() {
  const keras::Sequential generator(
      {
          keras::Input({.shape = {100}}),
          layers::Dense({.units = 7 * 7 * 64, .use_bias = false}),
          layers::BatchNormalization(),
          layers::LeakyReLU(),
          layers::Reshape({.target_shape = {7, 7, 64}}),
          layers::UpSampling2D(),
          layers::Conv2D({.filters = 32,
                          .kernel_size = {5, 5},
                          .padding = keras::Padding::same,
                          .use_bias = false}),
          layers::BatchNormalization(),
          layers::LeakyReLU(),
          layers::UpSampling2D({.interpolation = keras::Interpolation::bilinear}),
          layers::Conv2D({.filters = 1,
                          .kernel_size = {5, 5},
                          .padding = keras::Padding::same,
                          .activation = keras::Activation::tanh}),
      },
      {.name = "generator"});
  generator.summary();

  const Tensor noise = halfpixel::random::normal({16, 100});
  const Tensor images = generator.predict(noise, {.batch_size = 8});
  std::cout << noise.shape() << " -> " << images.shape() << '\n';

  // Compiled once, run as often as one likes.
  const auto run = tf::function(generator);
  for (int i = 0; i < 3; ++i) (void)run(noise);
  std::cout << run.tracing_count() << " tracing, arena "
            << run.get_concrete_function({{noise.shape()}}).arena_bytes() << " bytes\n";
  return images.shape() == halfpixel::Shape{16, 28, 28, 1} && run.tracing_count() == 1 ? 0 : 1;
}
