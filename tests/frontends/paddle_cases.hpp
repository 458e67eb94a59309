// One case of PaddlePaddle through the public API, spelled as users spell it.
#pragma once

#include <optional>
#include <sstream>
#include <string>

#include <halfpixel/paddle.hpp>

#include "frontends/oracle_cases.hpp"

namespace oracle {

inline halfpixel::paddle::nn::functional::InterpolateOptions paddle_options(const Case& c) {
  halfpixel::paddle::nn::functional::InterpolateOptions options;
  options.mode = halfpixel::paddle::to_interpolate_mode(c.text("mode"));
  options.align_corners = c.flag("align_corners");
  options.align_mode = std::stoi(c.text("align_mode"));
  options.data_format = halfpixel::to_data_format(c.text("data_format"));
  if (c.has("size")) options.size = c.size("size");
  std::istringstream factors(c.text("scale_factor"));
  for (std::string factor; std::getline(factors, factor, 'x');)
    options.scale_factor.push_back(std::stod(factor));
  return options;
}

inline std::optional<Tensor> run_paddle(const Case& c) {
  if (c.operation != "paddle.interpolate") return std::nullopt;
  return halfpixel::paddle::nn::functional::interpolate(c.in, paddle_options(c));
}

}  // namespace oracle
