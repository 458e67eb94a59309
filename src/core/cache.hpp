#pragma once

#include <cstdint>

namespace halfpixel {

// Results of at least this many bytes are written past the caches: they would not stay there
// anyway, and ordinary stores would first read what they overwrite.
std::int64_t streaming_bytes() noexcept;

}  // namespace halfpixel
