// A call of torch.nn.functional.interpolate, understood: what it refuses, in PyTorch's words.
#pragma once

#include <halfpixel/torch.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

#include "core/checked.hpp"
#include "frontends/torch_axis.hpp"

namespace halfpixel::torch_dialect {

using torch::MemoryFormat;
using torch::nn::functional::InterpolateOptions;
using Mode = torch::InterpolateMode;

inline constexpr std::string_view kWho = "torch.nn.functional.interpolate";

template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  fail(ErrorCode::invalid_argument, "[", kWho, "] ", parts...);
}
template <class... Parts>
[[noreturn]] void refuse_dtype(const Parts&... parts) {
  fail(ErrorCode::unsupported, "[", kWho, "] ", parts...);
}

// A call, understood.
struct Call {
  Mode mode = Mode::nearest;
  bool antialias = false;
  bool channels_last = false;  // as PyTorch would see the tensor
  std::vector<Sides> sides;

  std::vector<std::int64_t> size() const {
    std::vector<std::int64_t> size;
    for (const Sides& side : sides) size.push_back(side.out);
    return size;
  }
  bool keeps_size() const {
    return std::all_of(sides.begin(), sides.end(),
                       [](const Sides& one) { return one.in == one.out; });
  }
  bool has_one_pixel() const {
    return std::all_of(sides.begin(), sides.end(), [](const Sides& one) { return one.out == 1; });
  }
  bool is_empty() const {
    return std::any_of(sides.begin(), sides.end(), [](const Sides& one) { return one.out == 0; });
  }
};

// Throws Error where PyTorch raises.
Call call_of(const Shape& shape, DType dtype, const InterpolateOptions& options);

}  // namespace halfpixel::torch_dialect
