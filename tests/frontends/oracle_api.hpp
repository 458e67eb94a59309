// One case through the public API, spelled as users spell it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/tf_image.hpp>

#include "frontends/oracle_cases.hpp"

namespace oracle {

inline Tensor run_tf_image(const Case& c) {
  namespace image = halfpixel::tf::image;
  const image::ResizeOptions options = {
      .method = image::to_resize_method(c.text("method", "bilinear")),
      .preserve_aspect_ratio = c.flag("preserve_aspect_ratio"),
      .antialias = c.flag("antialias"),
  };
  if (c.operation == "tf.image.resize_gradient") {
    return image::resize_gradient(c.in, c.shape("input_shape"), options);
  }
  return image::resize(c.in, c.size("size"), options);
}

inline Tensor run_v1(const Case& c) {
  namespace image = halfpixel::tf::compat::v1::image;
  const std::string name = c.operation.substr(std::string("tf.compat.v1.image.").size());
  const image::ResizeKernelOptions flags = {.align_corners = c.flag("align_corners"),
                                            .half_pixel_centers = c.flag("half_pixel_centers")};
  if (name == "resize") {
    return image::resize(c.in, c.size("size"),
                         {.method = halfpixel::tf::image::to_resize_method(c.text("method")),
                          .align_corners = flags.align_corners,
                          .preserve_aspect_ratio = c.flag("preserve_aspect_ratio")});
  }
  if (name == "resize_bilinear") return image::resize_bilinear(c.in, c.size("size"), flags);
  if (name == "resize_bicubic") return image::resize_bicubic(c.in, c.size("size"), flags);
  if (name == "resize_nearest_neighbor") {
    return image::resize_nearest_neighbor(c.in, c.size("size"), flags);
  }
  if (name == "resize_area") {
    return image::resize_area(c.in, c.size("size"), {.align_corners = flags.align_corners});
  }
  const Shape shape = c.shape("input_shape");
  if (name == "resize_bilinear_gradient")
    return image::resize_bilinear_gradient(c.in, shape, flags);
  if (name == "resize_bicubic_gradient") return image::resize_bicubic_gradient(c.in, shape, flags);
  if (name == "resize_nearest_neighbor_gradient") {
    return image::resize_nearest_neighbor_gradient(c.in, shape, flags);
  }
  throw std::runtime_error("unknown operation " + c.operation);
}

inline Tensor run_keras(const Case& c) {
  namespace keras = halfpixel::keras;
  namespace layers = halfpixel::keras::layers;
  const auto interpolation = [&](const char* otherwise) {
    return keras::to_interpolation(c.text("interpolation", otherwise));
  };
  std::optional<halfpixel::DataFormat> data_format;
  if (c.has("data_format")) data_format = halfpixel::to_data_format(c.text("data_format"));
  keras::DTypePolicy dtype;
  if (c.has("dtype")) dtype = keras::DTypePolicy(c.text("dtype"));
  const std::string name = c.operation.substr(std::string("keras.layers.").size());
  const auto run = [&](const auto& layer) {
    return name.ends_with(".gradient") ? layer.gradient(c.in, c.shape("input_shape")) : layer(c.in);
  };

  if (name.starts_with("UpSampling1D")) {
    return run(layers::UpSampling1D({.size = c.numbers("size").at(0), .dtype = dtype}));
  }
  if (name.starts_with("UpSampling2D")) {
    return run(layers::UpSampling2D({.size = c.size("size"),
                                     .data_format = data_format,
                                     .interpolation = interpolation("nearest"),
                                     .dtype = dtype}));
  }
  if (name.starts_with("UpSampling3D")) {
    return run(
        layers::UpSampling3D({.size = c.size("size"), .data_format = data_format, .dtype = dtype}));
  }
  if (name == "Resizing") {
    return layers::Resizing({.height = c.numbers("height").at(0),
                             .width = c.numbers("width").at(0),
                             .interpolation = interpolation("bilinear"),
                             .crop_to_aspect_ratio = c.flag("crop_to_aspect_ratio"),
                             .pad_to_aspect_ratio = c.flag("pad_to_aspect_ratio"),
                             .fill_value = std::stod(c.text("fill_value", "0")),
                             .antialias = c.flag("antialias"),
                             .data_format = data_format,
                             .dtype = dtype})(c.in);
  }
  throw std::runtime_error("unknown operation " + c.operation);
}

inline Tensor run_api(const Case& c) {
  if (c.operation.starts_with("tf.image.")) return run_tf_image(c);
  if (c.operation.starts_with("tf.compat.v1.image.")) return run_v1(c);
  return run_keras(c);
}

// How many values the gradient of a repetition adds along its longest axis; 0 for other operations.
inline std::int64_t copies_along_an_axis(const Case& c) {
  if (!c.operation.starts_with("keras.layers.UpSampling") || !c.operation.ends_with(".gradient"))
    return 0;
  if (c.text("interpolation", "nearest") != "nearest") return 0;
  std::int64_t most = 0;
  for (const std::int64_t factor : c.numbers("size")) most = std::max(most, factor);
  return most;
}

// Sums in another order than TensorFlow's: as far apart as rounding can drive such a sum in
// practice.
inline std::optional<std::string> sum_failure(const Case& c) {
  const Tensor answer = run_api(c);
  if (answer.dtype() != c.out.dtype() || answer.shape() != c.out.shape()) return c.line;
  const Tensor got = answer.astype(DType::float64);
  const Tensor want = c.out.astype(DType::float64);
  const Tensor dy = c.in.astype(DType::float64);
  double largest = 0;
  for (const double v : dy.span<double>()) largest = std::max(largest, std::fabs(v));
  const double epsilon = c.in.dtype() == DType::float64   ? 0x1p-52
                         : c.in.dtype() == DType::float32 ? 0x1p-23
                         : c.in.dtype() == DType::float16 ? 0x1p-10
                                                          : 0x1p-7;
  const double copies = static_cast<double>(dy.size()) / static_cast<double>(want.size());
  for (std::int64_t i = 0; i < want.size(); ++i) {
    const double a = got.span<double>()[static_cast<std::size_t>(i)];
    const double b = want.span<double>()[static_cast<std::size_t>(i)];
    if (std::fabs(a - b) <= copies * epsilon * largest) continue;
    return c.line + "\n  element " + std::to_string(i) + ": got " + std::to_string(a) +
           ", expected " + std::to_string(b);
  }
  return std::nullopt;
}

// What is wrong with the public API's answer. Bits must be equal, but for sums of sixteen copies
// and more along one axis, whose order in TensorFlow depends on where in the tensor they stand.
inline std::optional<std::string> api_failure(const Case& c) {
  const auto wrong = failure(c, run_api);
  return wrong && copies_along_an_axis(c) >= 16 && wrong->find("threw") == std::string::npos
             ? sum_failure(c)
             : wrong;
}

}  // namespace oracle
