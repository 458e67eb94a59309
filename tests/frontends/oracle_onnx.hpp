// A case of onnx::resize or jax::image::resize, spelled as users spell it. Lists are
// comma-separated.
#pragma once

#include <cstring>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/jax.hpp>
#include <halfpixel/onnx.hpp>

#include "frontends/oracle_cases.hpp"

namespace oracle {

inline std::vector<std::string> words_of(const Case& c, const std::string& key) {
  std::vector<std::string> words;
  std::istringstream text(c.text(key));
  for (std::string word; std::getline(text, word, ',');) words.push_back(word);
  return words;
}
inline std::vector<float> floats_of(const Case& c, const std::string& key) {
  std::vector<float> numbers;
  for (const std::string& word : words_of(c, key)) numbers.push_back(std::stof(word));
  return numbers;
}
inline std::vector<std::int64_t> integers_of(const Case& c, const std::string& key) {
  std::vector<std::int64_t> numbers;
  for (const std::string& word : words_of(c, key)) numbers.push_back(std::stoll(word));
  return numbers;
}

inline halfpixel::onnx::ResizeOptions onnx_options(const Case& c) {
  namespace onnx = halfpixel::onnx;
  onnx::ResizeOptions options;
  options.sizes = integers_of(c, "sizes");
  options.scales = floats_of(c, "scales");
  if (c.has("mode")) options.mode = onnx::to_mode(c.text("mode"));
  if (c.has("coordinate_transformation_mode")) {
    options.coordinate_transformation_mode =
        onnx::to_coordinate_transformation_mode(c.text("coordinate_transformation_mode"));
  }
  if (c.has("nearest_mode")) options.nearest_mode = onnx::to_nearest_mode(c.text("nearest_mode"));
  if (c.has("cubic_coeff_a")) options.cubic_coeff_a = std::stof(c.text("cubic_coeff_a"));
  options.exclude_outside = c.flag("exclude_outside");
  if (c.has("extrapolation_value")) {
    options.extrapolation_value = std::stof(c.text("extrapolation_value"));
  }
  options.antialias = c.flag("antialias");
  options.axes = integers_of(c, "axes");
  if (c.has("keep_aspect_ratio_policy")) {
    options.keep_aspect_ratio_policy =
        onnx::to_keep_aspect_ratio_policy(c.text("keep_aspect_ratio_policy"));
  }
  options.roi = floats_of(c, "roi");
  if (c.has("opset")) options.opset = std::stoi(c.text("opset"));
  return options;
}

inline Shape jax_shape(const Case& c) {
  const std::vector<std::int64_t> numbers = integers_of(c, "shape");
  return Shape(std::span<const std::int64_t>(numbers));
}
inline halfpixel::jax::image::ResizeOptions jax_options(const Case& c) {
  return {.method = halfpixel::jax::image::to_resize_method(c.text("method")),
          .antialias = c.text("antialias", "true") == "true"};
}

inline Tensor run_onnx(const Case& c) {
  if (c.operation == "onnx.resize") return halfpixel::onnx::resize(c.in, onnx_options(c));
  if (c.operation == "jax.image.resize") {
    return halfpixel::jax::image::resize(c.in, jax_shape(c), jax_options(c));
  }
  throw std::runtime_error("unknown operation " + c.operation);
}

// ONNX Runtime fills the wrong pixels there; we refuse.
inline bool is_refused(const Case& c) {
  try {
    run_onnx(c);
    return false;
  } catch (const halfpixel::Error& error) {
    return error.code() == halfpixel::ErrorCode::unsupported &&
           c.text("coordinate_transformation_mode") == "tf_crop_and_resize";
  }
}

inline halfpixel::resample::Plan plan_onnx(const Case& c) {
  if (c.operation == "onnx.resize") {
    return halfpixel::onnx::plan_resize(c.in.shape(), c.in.dtype(), onnx_options(c));
  }
  return halfpixel::jax::image::plan_resize(c.in.shape(), c.in.dtype(), jax_shape(c),
                                            jax_options(c));
}

}  // namespace oracle
