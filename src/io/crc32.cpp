// Eight bytes a step, by a table for each of their places.
#include "io/crc32.hpp"

#include <array>
#include <cstring>

namespace halfpixel::io {
namespace {

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320u : 0u);
    tables[0][byte] = crc;
  }
  for (std::size_t place = 1; place < 8; ++place) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[place - 1][byte];
      tables[place][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

std::uint32_t crc32(std::uint32_t crc, const void* bytes, std::size_t count) noexcept {
  const auto* from = static_cast<const unsigned char*>(bytes);
  crc = ~crc;
  for (; count >= 8; count -= 8, from += 8) {
    std::uint32_t low = 0, high = 0;
    std::memcpy(&low, from, 4);
    std::memcpy(&high, from + 4, 4);
    low ^= crc;
    crc = kTables[7][low & 0xFF] ^ kTables[6][low >> 8 & 0xFF] ^ kTables[5][low >> 16 & 0xFF] ^
          kTables[4][low >> 24] ^ kTables[3][high & 0xFF] ^ kTables[2][high >> 8 & 0xFF] ^
          kTables[1][high >> 16 & 0xFF] ^ kTables[0][high >> 24];
  }
  for (; count > 0; --count, ++from) crc = (crc >> 8) ^ kTables[0][(crc ^ *from) & 0xFF];
  return ~crc;
}

}  // namespace halfpixel::io
