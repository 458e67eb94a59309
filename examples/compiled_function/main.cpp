// Up-sampling inside a compiled graph: traced once per signature, then run without tracing.
#include <iostream>

#include <halfpixel/halfpixel.hpp>

using halfpixel::Size, halfpixel::Tensor;
namespace tf = halfpixel::tf;
namespace ops = halfpixel::keras::ops;

int main() {
  // A generic lambda: the tensor is a symbol while it is traced, the size a plain value.
  const auto sharpen_and_enlarge = tf::function([](auto image, Size size) {
    const auto soft = tf::image::resize(image, size, {.method = tf::image::ResizeMethod::bilinear});
    const auto sharp = tf::image::resize(image, size, {.method = tf::image::ResizeMethod::bicubic});
    return ops::clip(sharp * 1.5 - soft * 0.5, 0.0, 1.0);
  });

  const Tensor small = halfpixel::random::uniform({1, 32, 32, 3});
  for (int frame = 0; frame < 10; ++frame) (void)sharpen_and_enlarge(small, Size{64, 64});
  const Tensor y = sharpen_and_enlarge(small, Size{64, 64});
  std::cout << y.shape() << " after " << sharpen_and_enlarge.tracing_count() << " tracing\n";
  (void)sharpen_and_enlarge(small,
                            Size{96, 96});  // another value of a plain argument: another graph
  std::cout << "another size: " << sharpen_and_enlarge.tracing_count() << " tracings\n";

  const tf::ConcreteFunction compiled =
      sharpen_and_enlarge.get_concrete_function(small, Size{64, 64});
  std::cout << compiled.describe();
  return y.shape() == halfpixel::Shape{1, 64, 64, 3} && sharpen_and_enlarge.tracing_count() == 2
             ? 0
             : 1;
}
