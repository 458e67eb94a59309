// PyTorch's words.
#include <algorithm>
#include <string>

#include <halfpixel/torch.hpp>

#include "core/checked.hpp"

namespace halfpixel::torch {
namespace {

constexpr InterpolateMode kModes[] = {InterpolateMode::nearest, InterpolateMode::nearest_exact,
                                      InterpolateMode::linear,  InterpolateMode::bilinear,
                                      InterpolateMode::bicubic, InterpolateMode::trilinear,
                                      InterpolateMode::area,    InterpolateMode::lanczos};

}  // namespace

std::span<const InterpolateMode> interpolate_modes() noexcept {
  return kModes;
}

std::string_view name_of(InterpolateMode mode) noexcept {
  switch (mode) {
    case InterpolateMode::nearest:
      return "nearest";
    case InterpolateMode::nearest_exact:
      return "nearest-exact";
    case InterpolateMode::linear:
      return "linear";
    case InterpolateMode::bilinear:
      return "bilinear";
    case InterpolateMode::bicubic:
      return "bicubic";
    case InterpolateMode::trilinear:
      return "trilinear";
    case InterpolateMode::area:
      return "area";
    case InterpolateMode::lanczos:
      return "lanczos";
  }
  return "?";
}

InterpolateMode to_interpolate_mode(std::string_view name) {
  const auto* const found =
      std::find_if(std::begin(kModes), std::end(kModes),
                   [&](InterpolateMode mode) { return name_of(mode) == name; });
  if (found != std::end(kModes)) return *found;
  std::string names;
  for (const InterpolateMode mode : kModes) {
    names += (names.empty() ? "" : " | ") + std::string(name_of(mode));
  }
  fail(ErrorCode::invalid_argument, "[torch.nn.functional.interpolate] mode must be one of ", names,
       "; got '", name, "'");
}

std::string_view name_of(MemoryFormat format) noexcept {
  return format == MemoryFormat::channels_last ? "channels_last" : "contiguous_format";
}

MemoryFormat to_memory_format(std::string_view name) {
  if (name == "channels_last") return MemoryFormat::channels_last;
  if (name == "contiguous_format" || name == "contiguous") return MemoryFormat::contiguous_format;
  fail(ErrorCode::invalid_argument,
       "[torch.nn.functional.interpolate] memory_format must be contiguous_format or "
       "channels_last; got '",
       name, "'");
}

}  // namespace halfpixel::torch
