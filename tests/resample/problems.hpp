// One resize or gradient as a value: its plan, its input, and what the slow twin says.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include <halfpixel/resample.hpp>
#include <halfpixel/tf_image.hpp>

#include "core/dispatch.hpp"
#include "frontends/tf_image_spec.hpp"
#include "resample/reference.hpp"

namespace problems {

using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using Method = halfpixel::tf::image::ResizeMethod;

inline const std::vector<Method> kMethods = [] {
  const auto all = halfpixel::tf::image::resize_methods();
  return std::vector<Method>(all.begin(), all.end());
}();
inline constexpr DType kDTypes[] = {DType::float16, DType::bfloat16, DType::float32, DType::float64,
                                    DType::int8,    DType::int16,    DType::int32,   DType::int64,
                                    DType::uint8,   DType::uint16};

struct Problem {
  bool v1 = false, gradient = false;
  Method method = Method::bilinear;
  bool antialias = false;                          // v2
  bool align_corners = false, half_pixel = false;  // v1
  bool channels_first = false;
  DType dtype = DType::float32;
  std::int64_t n = 1, h = 1, w = 1, c = 1;  // the image
  std::int64_t out_h = 1, out_w = 1;        // the resized image; of the same batch and channels

  bool kernel_method() const {
    const auto kernels = halfpixel::tf::compat::v1::image::resize_methods();
    return std::find(kernels.begin(), kernels.end(), method) != kernels.end();
  }
  bool valid() const {
    if (v1 && (!kernel_method() || (align_corners && half_pixel) || antialias)) return false;
    if (!v1 && (align_corners || half_pixel)) return false;
    if (v1 && method == Method::area && half_pixel) return false;
    if (!gradient) return true;
    if (method == Method::area) return false;
    if (method == Method::nearest_neighbor || (method == Method::bilinear && !antialias)) {
      return is_floating(dtype);
    }
    if (method == Method::bicubic && !antialias) {
      return dtype == DType::float32 || dtype == DType::float64;
    }
    return dtype == DType::float32;
  }

  Shape input_shape() const {  // [N, H, W, C], as everything here
    return gradient ? Shape{n, out_h, out_w, c} : Shape{n, h, w, c};
  }
  Shape output_shape() const { return gradient ? Shape{n, h, w, c} : Shape{n, out_h, out_w, c}; }
  // Names of the plan's axes in [N, H, W, C].
  std::vector<int> order() const {
    return channels_first ? std::vector<int>{0, 3, 1, 2} : std::vector<int>{0, 1, 2, 3};
  }

  halfpixel::resample::Plan plan() const {
    namespace tf_image = halfpixel::tf_image;
    const auto choice = v1 ? tf_image::choose_v1("test", method, align_corners, half_pixel)
                           : tf_image::choose("test", method, antialias);
    const auto axes =
        tf_image::image_axes(4, channels_first ? halfpixel::DataFormat::channels_first
                                               : halfpixel::DataFormat::channels_last);
    const Shape in = input_shape();
    const tf_image::Images images{channels_first ? Shape{in[0], in[3], in[1], in[2]} : in, dtype,
                                  axes};
    return halfpixel::resample::make_plan(
        gradient ? tf_image::resize_gradient_spec(images, {h, w}, dtype, choice, "test")
                 : tf_image::resize_spec(images, {out_h, out_w}, choice, "test"));
  }

  Tensor twin(const Tensor& x) const {
    namespace reference = halfpixel::reference;
    const std::string_view how = name_of(method);
    if (gradient) {
      return v1 ? reference::resize_v1_gradient(x, h, w, how, align_corners, half_pixel)
                : reference::resize_gradient(x, h, w, how, antialias);
    }
    // ResizeArea knows no half pixels; the twin's v1 entry takes that flag as given.
    return v1 ? reference::resize_v1(x, out_h, out_w, how, align_corners, half_pixel)
              : reference::resize(x, out_h, out_w, how, antialias);
  }

  friend std::ostream& operator<<(std::ostream& out, const Problem& p) {
    return out << (p.v1 ? "v1 " : "v2 ") << halfpixel::tf::image::name_of(p.method)
               << (p.gradient ? " gradient" : "") << (p.antialias ? " antialias" : "")
               << (p.align_corners ? " align_corners" : "") << (p.half_pixel ? " half_pixel" : "")
               << (p.channels_first ? " channels_first " : " ") << p.dtype << " (" << p.n << ", "
               << p.h << ", " << p.w << ", " << p.c << ") -> " << p.out_h << " x " << p.out_w;
  }
};

// Ordinary numbers mostly; with `special` also inf, nan, -0, subnormals and the largest.
inline Tensor values(const Shape& shape, DType dtype, std::uint64_t seed, bool special) {
  std::mt19937_64 engine(seed);
  Tensor x(shape, dtype);
  halfpixel::dispatch(dtype, [&]<class T>(std::type_identity<T>) {
    T* const data = x.data<T>();
    for (std::int64_t i = 0; i < x.size(); ++i) {
      const std::uint64_t bits = engine();
      if constexpr (std::is_same_v<T, bool>) {
        data[i] = (bits & 1) != 0;
      } else if constexpr (std::is_integral_v<T>) {
        data[i] = static_cast<T>(bits >> (64 - 8 * sizeof(T)));
      } else {
        double v = (static_cast<double>(bits >> 11) * 0x1p-53 - 0.5) * 512.0;
        if (special && (bits & 7) == 0) {
          constexpr double kSpecial[] = {std::numeric_limits<double>::infinity(),
                                         -std::numeric_limits<double>::infinity(),
                                         std::numeric_limits<double>::quiet_NaN(),
                                         -0.0,
                                         0.0,
                                         0x1p-130,
                                         -0x1p-149,
                                         0x1p-20,
                                         0x1.fffffep127,
                                         -0x1.fffffep127,
                                         0x1p-126,
                                         65504.0};
          v = kSpecial[(bits >> 3) % std::size(kSpecial)];
        }
        if constexpr (sizeof(T) == 2)
          data[i] = T(static_cast<float>(v));
        else
          data[i] = static_cast<T>(v);
      }
    }
  });
  return x;
}

}  // namespace problems
