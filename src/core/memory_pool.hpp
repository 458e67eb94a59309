#pragma once

#include <cstddef>
#include <memory>

#include <halfpixel/export.hpp>

namespace halfpixel::memory {

// At least `bytes` bytes, aligned to 64, uninitialised; large blocks come from and go back to the
// pool. Throws std::bad_alloc.
std::shared_ptr<void> allocate(std::size_t bytes);

// Memory of the machine, or of the container that the process lives in; 0 when neither says.
std::size_t physical_bytes() noexcept;

// Zeros all bytes of what allocate gave. On Linux whole pages take no memory until they are written
// to, for those that wait for other values.
HALFPIXEL_EXPORT void clear(void* block, std::size_t bytes) noexcept;

}  // namespace halfpixel::memory
