// Bilinear up-sampling with the Keras layer, its configuration, and its gradient.
#include <iostream>

#include <halfpixel/halfpixel.hpp>

using halfpixel::Tensor;
namespace tf = halfpixel::tf;
namespace keras = halfpixel::keras;
namespace layers = halfpixel::keras::layers;

int main() {
  const auto up =
      layers::UpSampling2D({.size = {2, 2}, .interpolation = keras::Interpolation::bilinear});
  const Tensor x = halfpixel::arange(4).reshape({1, 2, 2, 1});
  const Tensor y = up(x);
  std::cout << y.reshape({4, 4}) << '\n' << up.get_config().json() << '\n';

  const Tensor dx = up.gradient(halfpixel::full(y.shape(), 1.0), x.shape());
  std::cout << "gradient of the sum:\n" << dx.reshape({2, 2}) << '\n';
  return y.data<float>()[1] == 0.25f && dx.data<float>()[0] == 4.0f ? 0 : 1;
}
