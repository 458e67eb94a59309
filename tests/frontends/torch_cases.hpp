// One case of PyTorch through the public API, spelled as users spell it.
#pragma once

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <halfpixel/torch.hpp>

#include "frontends/oracle_cases.hpp"

namespace oracle {

// "1.5:0.25"
inline std::vector<double> doubles_between_colons(const std::string& text) {
  std::vector<double> numbers;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ':');) numbers.push_back(std::stod(word));
  return numbers;
}

inline halfpixel::torch::nn::functional::InterpolateOptions torch_call(const Case& c) {
  namespace torch = halfpixel::torch;
  torch::nn::functional::InterpolateOptions options;
  options.mode = torch::to_interpolate_mode(c.text("mode"));
  if (c.has("size")) options.size = c.size("size");
  if (c.has("scale_factor")) options.scale_factor = doubles_between_colons(c.text("scale_factor"));
  if (c.has("align_corners")) options.align_corners = c.flag("align_corners");
  if (c.has("recompute_scale_factor"))
    options.recompute_scale_factor = c.flag("recompute_scale_factor");
  options.antialias = c.flag("antialias");
  if (c.has("memory_format"))
    options.memory_format = torch::to_memory_format(c.text("memory_format"));
  return options;
}

inline std::optional<Tensor> run_torch(const Case& c) {
  if (c.operation == "torch.interpolate_gradient") {
    return halfpixel::torch::nn::functional::interpolate_gradient(c.in, c.shape("input_shape"),
                                                                  torch_call(c));
  }
  if (c.operation != "torch.interpolate") return std::nullopt;
  return halfpixel::torch::nn::functional::interpolate(c.in, torch_call(c));
}

}  // namespace oracle
