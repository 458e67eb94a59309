// One case of MLX through the public API, spelled as users spell it.
#pragma once

#include <optional>
#include <sstream>
#include <string>

#include <halfpixel/mlx.hpp>

#include "frontends/oracle_cases.hpp"

namespace oracle {

inline halfpixel::mlx::nn::UpsampleOptions mlx_options(const Case& c) {
  halfpixel::mlx::nn::UpsampleOptions options{
      .mode = halfpixel::mlx::nn::to_upsample_mode(c.text("mode")),
      .align_corners = c.flag("align_corners"),
      .antialias = c.flag("antialias")};
  std::istringstream factors(c.text("scale_factor"));
  for (std::string factor; std::getline(factors, factor, 'x');)
    options.scale_factor.push_back(std::stod(factor));
  return options;
}

inline std::optional<Tensor> run_mlx(const Case& c) {
  if (c.operation != "mlx.upsample") return std::nullopt;
  return halfpixel::mlx::nn::upsample(c.in, mlx_options(c));
}

}  // namespace oracle
