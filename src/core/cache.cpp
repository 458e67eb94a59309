#include "core/cache.hpp"

#include <unistd.h>

#include <algorithm>

namespace halfpixel {

std::int64_t streaming_bytes() noexcept {
  static const std::int64_t bytes = [] {
    std::int64_t last_level = 0;
#if defined(_SC_LEVEL3_CACHE_SIZE)
    last_level = sysconf(_SC_LEVEL3_CACHE_SIZE);
#endif
    // Half of the last level is what one of several busy cores can hope for.
    return std::max<std::int64_t>(last_level / 2, 4 << 20);
  }();
  return bytes;
}

}  // namespace halfpixel
