#include "core/cache.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>

namespace halfpixel {
namespace {

// Bytes of the largest cache of processor 0, or 0. (sysconf adds up what all sockets have on some
// machines.)
std::int64_t last_level_bytes() {
  std::int64_t most = 0;
  for (int index = 0; index < 8; ++index) {
    std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) +
                       "/size");
    std::int64_t size = 0;
    char unit = 0;
    if (!(file >> size)) break;
    file >> unit;
    most = std::max(most, size << (unit == 'K' ? 10 : unit == 'M' ? 20 : 0));
  }
  return most;
}

std::atomic<std::int64_t> chosen{0};

}  // namespace

void set_streaming_bytes(std::int64_t bytes) noexcept {
  chosen.store(bytes, std::memory_order_relaxed);
}

std::int64_t streaming_bytes() noexcept {
  if (const std::int64_t bytes = chosen.load(std::memory_order_relaxed)) return bytes;
  static const std::int64_t bytes = [] {
    std::int64_t cache = 0;
    try {
      cache = last_level_bytes();
    } catch (const std::exception&) {  // a machine without that file is a machine with the default
    }
    // Measured with 32 MiB: copies of up to half the cache are written twice as fast into it as
    // past it; where something is computed, the two meet at a third of it.
    return std::clamp<std::int64_t>(cache / 8 * 3, std::int64_t{4} << 20, std::int64_t{64} << 20);
  }();
  return bytes;
}

}  // namespace halfpixel
