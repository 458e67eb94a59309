// One case through the public API, spelled as users spell it.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/tf_image.hpp>

#include "frontends/oracle_cases.hpp"

namespace oracle {

// Of the images whose gradient is taken; unset: that of dy.
inline std::optional<DType> images_dtype(const Case& c) {
  if (!c.has("images_dtype")) return std::nullopt;
  return halfpixel::to_dtype(c.text("images_dtype"));
}

inline Tensor run_tf_image(const Case& c) {
  namespace image = halfpixel::tf::image;
  const image::ResizeOptions options = {
      .method = image::to_resize_method(c.text("method", "bilinear")),
      .preserve_aspect_ratio = c.flag("preserve_aspect_ratio"),
      .antialias = c.flag("antialias"),
  };
  if (c.operation == "tf.image.resize_gradient") {
    return image::resize_gradient(c.in, c.shape("input_shape"), options, images_dtype(c));
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
  if (name == "resize_gradient") {
    return image::resize_gradient(
        c.in, shape,
        {.method = halfpixel::tf::image::to_resize_method(c.text("method")),
         .align_corners = flags.align_corners},
        images_dtype(c));
  }
  if (name == "resize_bilinear_gradient")
    return image::resize_bilinear_gradient(c.in, shape, flags, images_dtype(c));
  if (name == "resize_bicubic_gradient")
    return image::resize_bicubic_gradient(c.in, shape, flags, images_dtype(c));
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

// What is wrong with the public API's answer: bits must be equal.
inline std::optional<std::string> api_failure(const Case& c) {
  return failure(c, run_api);
}

}  // namespace oracle
