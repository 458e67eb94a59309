// The checksum of zip archives.
#pragma once

#include <cstddef>
#include <cstdint>

namespace halfpixel::io {

// Of all bytes so far, where `crc` is that of those before; 0 to begin with.
std::uint32_t crc32(std::uint32_t crc, const void* bytes, std::size_t count) noexcept;

}  // namespace halfpixel::io
