// One case through the slow twin, where the twin knows the operation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "frontends/oracle_cases.hpp"
#include "resample/reference.hpp"

namespace oracle {

// TensorFlow's own string; nearest goes by two names in v1.
inline std::string_view method_of(const std::string& name) {
  return name == "nearest_neighbor" ? "nearest" : std::string_view(name);
}

// Keras turns floating input into the layer's dtype first; the twin takes it as it is.
inline bool keeps_dtype(const Case& c) {
  return !halfpixel::is_floating(c.in.dtype()) ||
         halfpixel::name_of(c.in.dtype()) == c.text("dtype", "float32");
}

inline std::optional<Tensor> run_layer_twin(const Case& c) {
  namespace reference = halfpixel::reference;
  const std::string interpolation = c.text("interpolation", "nearest");
  const bool first = c.text("data_format") == "channels_first";
  const auto format =
      first ? halfpixel::DataFormat::channels_first : halfpixel::DataFormat::channels_last;
  const bool gradient = c.operation.ends_with(".gradient");
  if (c.operation.starts_with("keras.layers.UpSampling") && interpolation == "nearest") {
    if (!keeps_dtype(c)) return std::nullopt;
    return gradient ? reference::repeat_gradient(c.in, c.size("size"), format)
                    : reference::repeat(c.in, c.size("size"), format);
  }
  // Interpolated layers are the resize itself where nothing is cast, transposed, cut or padded.
  if (first || c.in.dtype() != DType::float32 || !keeps_dtype(c) || c.in.rank() != 4 ||
      c.flag("crop_to_aspect_ratio") || c.flag("pad_to_aspect_ratio")) {
    return std::nullopt;
  }
  if (gradient) {
    const Shape dx = c.shape("input_shape");
    return reference::resize_gradient(c.in, dx[1], dx[2], method_of(interpolation), false);
  }
  return reference::resize(c.in, c.out.shape()[1], c.out.shape()[2], method_of(interpolation),
                           c.flag("antialias"));
}

inline std::optional<Tensor> run_twin(const Case& c) {
  namespace reference = halfpixel::reference;
  if (c.operation.starts_with("keras.")) return run_layer_twin(c);
  const bool unbatched = c.in.rank() == 3;
  const Shape& s = c.in.shape();
  Tensor x = unbatched ? c.in.reshape({1, s[0], s[1], s[2]}) : c.in;
  // The twin gives gradients in dy's dtype. Those of float64 images are computed in double from
  // float32, those of 16-bit ones in float32 and rounded once.
  const DType images =
      c.has("images_dtype") ? halfpixel::to_dtype(c.text("images_dtype")) : x.dtype();
  if (images == DType::float64) x = x.astype(images);
  const bool gradient = c.operation.ends_with("_gradient");
  // Sizes come from the expected result: choosing them (preserve_aspect_ratio) is not the twin's.
  const int rank = c.out.rank();
  const std::int64_t height = c.out.shape().at(rank - 3);
  const std::int64_t width = c.out.shape().at(rank - 2);
  const bool v2 = c.operation.starts_with("tf.image.");
  std::string name = c.text("method", "bilinear");
  const std::string kernel = "tf.compat.v1.image.resize_";
  const bool named = c.operation.starts_with(kernel) && c.operation != kernel + "gradient";
  if (named) name = c.operation.substr(kernel.size());
  if (named && gradient) name.resize(name.size() - std::string("_gradient").size());
  const auto method = method_of(name);
  if (c.operation == "tf.compat.v1.image.resize" && s[rank - 3] == height && s[rank - 2] == width) {
    return std::nullopt;  // returned as it is, without a kernel
  }

  Tensor y =
      gradient && v2 ? reference::resize_gradient(x, height, width, method, c.flag("antialias"))
      : gradient ? reference::resize_v1_gradient(x, height, width, method, c.flag("align_corners"),
                                                 c.flag("half_pixel_centers"))
      : v2       ? reference::resize(x, height, width, method, c.flag("antialias"))
                 : reference::resize_v1(x, height, width, method, c.flag("align_corners"),
                                        c.flag("half_pixel_centers"));
  if (gradient) y = y.astype(images);
  return unbatched ? y.reshape({height, width, y.shape()[3]}) : y;
}

}  // namespace oracle
