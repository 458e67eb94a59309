// Words of libvips: names, and what is refused.
#pragma once

#include <utility>

#include <halfpixel/vips.hpp>

#include "core/checked.hpp"

namespace halfpixel::vips_dialect {

inline constexpr const char* kResize = "vips.resize";

template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  fail(ErrorCode::invalid_argument, "[", kResize, "] ", parts...);
}

// Throws Error for images and options that are not libvips'.
void check_call(const Shape& shape, DType dtype, double scale, const vips::ResizeOptions& options);
// Throws Error where sequential access makes no difference.
void require_access(const Shape& shape, DType dtype, double scale, vips::ResizeOptions options);

}  // namespace halfpixel::vips_dialect
