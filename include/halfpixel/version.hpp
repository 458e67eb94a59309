#pragma once

#include <halfpixel/export.hpp>

#define HALFPIXEL_VERSION_MAJOR 0
#define HALFPIXEL_VERSION_MINOR 1
#define HALFPIXEL_VERSION_PATCH 0

namespace halfpixel {
HALFPIXEL_EXPORT const char* version() noexcept;  // "0.1.0"
}
