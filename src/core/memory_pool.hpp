#pragma once

#include <cstddef>
#include <memory>

namespace halfpixel::memory {

// At least `bytes` bytes, aligned to 64, uninitialised; large blocks come from and go back to the
// pool. Throws std::bad_alloc.
std::shared_ptr<void> allocate(std::size_t bytes);

// Memory of the machine, or of the container that the process lives in; 0 when neither says.
std::size_t physical_bytes() noexcept;

}  // namespace halfpixel::memory
