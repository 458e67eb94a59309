#pragma once

#include <cstdint>

namespace halfpixel {

// Results of at least this many bytes are written past the caches: they would not stay there
// anyway, and ordinary stores would first read what they overwrite.
std::int64_t streaming_bytes() noexcept;
// For tests: plans made from now on stream results of this many bytes; 0: the machine's own number.
void set_streaming_bytes(std::int64_t bytes) noexcept;

// After such stores, before anybody is told that the result is there: they do not wait their turn
// behind the store that tells.
inline void finish_streaming() noexcept {
#if defined(__SSE2__)
  __builtin_ia32_sfence();
#endif
}

}  // namespace halfpixel
