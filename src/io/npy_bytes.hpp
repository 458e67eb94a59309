// Elements between files and memory, in place.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include <halfpixel/dtype.hpp>

namespace halfpixel::io {

template <class Word>
void swap_words(void* data, std::int64_t count) noexcept {
  auto* bytes = static_cast<unsigned char*>(data);
  for (std::int64_t i = 0; i < count; ++i, bytes += sizeof(Word)) {
    Word word;
    std::memcpy(&word, bytes, sizeof(Word));
    if constexpr (sizeof(Word) == 2) word = __builtin_bswap16(word);
    if constexpr (sizeof(Word) == 4) word = __builtin_bswap32(word);
    if constexpr (sizeof(Word) == 8) word = __builtin_bswap64(word);
    std::memcpy(bytes, &word, sizeof(Word));
  }
}

// Bytes of a file become native elements. Files may hold bools other than 0 and 1; C++ may not.
inline void make_native(void* data, std::int64_t count, DType dtype, bool swap_bytes) noexcept {
  if (dtype == DType::boolean) {
    auto* bytes = static_cast<unsigned char*>(data);
    for (std::int64_t i = 0; i < count; ++i) bytes[i] = bytes[i] != 0;
  } else if (swap_bytes) {
    switch (size_of(dtype)) {
      case 2:
        return swap_words<std::uint16_t>(data, count);
      case 4:
        return swap_words<std::uint32_t>(data, count);
      case 8:
        return swap_words<std::uint64_t>(data, count);
      default:
        return;
    }
  }
}

}  // namespace halfpixel::io
