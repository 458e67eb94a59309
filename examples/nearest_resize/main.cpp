// Nearest-neighbour up-sampling with tf.image.resize.
#include <iostream>

#include <halfpixel/halfpixel.hpp>

using halfpixel::Tensor;
namespace tf = halfpixel::tf;

int main() {
  const Tensor x = halfpixel::random::normal({1, 64, 64, 3});
  const Tensor y =
      tf::image::resize(x, {128, 128}, {.method = tf::image::ResizeMethod::nearest_neighbor});
  std::cout << x.shape() << " -> " << y.shape() << '\n';

  // Every pixel became four.
  const auto pixel = [](const Tensor& t, std::int64_t row, std::int64_t column) {
    return t.data<float>()[(row * t.shape()[2] + column) * 3];
  };
  const bool copied = pixel(y, 20, 30) == pixel(x, 10, 15) && pixel(y, 21, 31) == pixel(x, 10, 15);
  std::cout << (copied ? "each pixel became four" : "pixels are not where they should be") << '\n';
  return copied && y.shape() == halfpixel::Shape{1, 128, 128, 3} ? 0 : 1;
}
