// Recycling of large result buffers. Fresh pages cost about ten times more than writing them, so
// buffers of 256 KiB and more that a Tensor gives up are kept for the next one of like size.
// Thread-safe.
#pragma once

#include <cstddef>

#include <halfpixel/export.hpp>

namespace halfpixel::memory {

struct Statistics {
  std::size_t in_use_bytes;     // held by live tensors (recycled sizes only)
  std::size_t kept_bytes;       // waiting to be used again
  std::size_t reused_count;     // requests served from kept buffers
  std::size_t allocated_count;  // requests that went to the operating system
};
HALFPIXEL_EXPORT Statistics statistics() noexcept;
// At most this many bytes are kept; 0 turns recycling off. Default: 1 GiB or an eighth of the
// machine's memory, whichever is less.
HALFPIXEL_EXPORT void set_keep_limit(std::size_t bytes) noexcept;
HALFPIXEL_EXPORT std::size_t keep_limit() noexcept;
// Gives every kept buffer back to the operating system.
HALFPIXEL_EXPORT void release() noexcept;

}  // namespace halfpixel::memory
