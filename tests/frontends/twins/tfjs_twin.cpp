#include "frontends/twins/tfjs_twin.hpp"

#include <algorithm>
#include <cmath>

#include "frontends/twins/twin.hpp"

namespace twin {
namespace tfjs {
namespace {

using halfpixel::tfjs::Backend;
using halfpixel::tfjs::ResizeOptions;

// Everything in T: double in JavaScript, float in WebAssembly.
template <class T>
struct Sampled {
  const Tensor& images;
  Shape to;
  ResizeOptions options;

  Index in(int axis) const { return images.shape()[axis]; }
  T step(int axis) const {
    const Index less = options.align_corners && to[axis] > 1 ? 1 : 0;
    return static_cast<T>(in(axis)-less) / static_cast<T>(to[axis] - less);
  }
  bool centred() const { return options.half_pixel_centers; }

  T bilinear(const Indices& at) const {
    const int rows = to.rank() - 3;
    return between(at, rows, [&](const Indices& row) {
      return between(row, rows + 1, [&](const Indices& pixel) {
        return static_cast<T>(value(images, offset(images.shape(), pixel)));
      });
    });
  }

  // f of the two neighbours along an axis, and what is between them.
  T between(Indices at, int axis, auto f) const {
    const auto output = static_cast<T>(at[static_cast<std::size_t>(axis)]);
    Index first = 0, second = 0;
    T part = 0;
    if constexpr (sizeof(T) == sizeof(double)) {
      const T x = centred() ? step(axis) * (output + 0.5) - 0.5 : step(axis) * output;
      first = std::max<Index>(0, static_cast<Index>(std::floor(x)));
      second = std::min(in(axis)-1, static_cast<Index>(std::ceil(x)));
      part = x - static_cast<T>(first);
    } else {
      T x = output * step(axis);
      if (centred()) {
        x = x + (0.5F * step(axis) - 0.5F);
        x = std::clamp(x, 0.0F, static_cast<T>(in(axis)-1));
      }
      first = static_cast<Index>(x);
      second = first + 1;
      part = x - static_cast<T>(first);
    }
    const auto of = [&](Index i) {
      at[static_cast<std::size_t>(axis)] = std::clamp<Index>(i, 0, in(axis)-1);
      return f(at);
    };
    const T a = of(first), b = of(second);
    return a + (b - a) * part;
  }

  Index nearest(int axis, Index output) const {
    const T x = step(axis) * (static_cast<T>(output) + (centred() ? T{0.5} : T{0}));
    const auto whole = static_cast<Index>(std::floor(options.align_corners ? x + T{0.5} : x));
    return std::clamp<Index>(whole, 0, in(axis)-1);
  }
};

Shape shape_of(const Tensor& images, const halfpixel::Size& size) {
  Shape shape = images.shape();
  shape[shape.rank() - 3] = size[0];
  shape[shape.rank() - 2] = size[1];
  return shape;
}

// f(a Sampled of the backend's numbers)
void with_numbers(const Tensor& images, const Shape& to, const ResizeOptions& options, auto f) {
  if (options.backend == Backend::cpu)
    f(Sampled<double>{images, to, options});
  else
    f(Sampled<float>{images, to, options});
}

}  // namespace
}  // namespace tfjs

Tensor tfjs_bilinear(const Tensor& images, const halfpixel::Size& size,
                     const halfpixel::tfjs::ResizeOptions& options) {
  Tensor result(tfjs::shape_of(images, size), DType::float32);
  tfjs::with_numbers(images, result.shape(), options, [&](const auto& sampled) {
    for_each(result.shape(), [&](const Indices& at, Index i) {
      result.data<float>()[i] = static_cast<float>(sampled.bilinear(at));
    });
  });
  return result;
}

Tensor tfjs_nearest(const Tensor& images, const halfpixel::Size& size,
                    const halfpixel::tfjs::ResizeOptions& options) {
  Tensor result(tfjs::shape_of(images, size), images.dtype());
  tfjs::with_numbers(images, result.shape(), options, [&](const auto& sampled) {
    for_each(result.shape(), [&](const Indices& at, Index i) {
      Indices from = at;
      for (const int axis : {result.shape().rank() - 3, result.shape().rank() - 2}) {
        Index& position = from[static_cast<std::size_t>(axis)];
        position = sampled.nearest(axis, position);
      }
      copy(images, offset(images.shape(), from), result, i);
    });
  });
  return result;
}

}  // namespace twin
