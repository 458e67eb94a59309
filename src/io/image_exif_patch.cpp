// EXIF blocks changed where they lie.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "io/image_exif.hpp"

namespace halfpixel::io {
namespace {

constexpr std::uint16_t kTagImageWidth = 256;
constexpr std::uint16_t kTagImageLength = 257;
constexpr std::uint16_t kTagThumbnail = 513;
constexpr std::uint16_t kTagThumbnailLength = 514;
constexpr std::uint16_t kTagPixelXDimension = 40962;
constexpr std::uint16_t kTagPixelYDimension = 40963;

void store(Bytes& block, std::uint64_t at, std::uint32_t value, unsigned size, bool big_endian) {
  if (at > block.size() || size > block.size() - at) return;
  for (unsigned i = 0; i < size; ++i) {
    const unsigned shift = 8 * (big_endian ? size - 1 - i : i);
    block[static_cast<std::size_t>(at) + i] = static_cast<std::byte>((value >> shift) & 255u);
  }
}

TiffField ratio_field(std::uint16_t tag, double value) {
  const double whole = std::nearbyint(value);
  const std::uint32_t below = std::abs(value - whole) < 1e-6 ? 1 : 10000;
  const std::uint32_t parts[2] = {
      static_cast<std::uint32_t>(std::clamp(std::nearbyint(value * below), 0.0, 4294967295.0)),
      below};
  TiffField field{tag, kRational, 1, Bytes(sizeof parts)};
  std::memcpy(field.value.data(), parts, sizeof parts);
  return field;
}

// A field that holds one unsigned integer gets another one.
void set_number(Bytes& block, const DirectoryReader& reader, std::uint64_t directory,
                std::uint16_t tag, std::int64_t value) {
  for (const auto& entry : reader.entries(directory, kLongestValue)) {
    if (entry.field.tag != tag || entry.field.count != 1) continue;
    if (entry.field.type == kShort && value > 65535) {
      // The four bytes of the value's place hold a LONG as well.
      store(block, entry.at + 2, kLong, 2, reader.big_endian());
      store(block, entry.value_at, static_cast<std::uint32_t>(value), 4, reader.big_endian());
    } else if (entry.field.type == kShort || entry.field.type == kLong) {
      store(block, entry.value_at, static_cast<std::uint32_t>(value),
            entry.field.type == kShort ? 2 : 4, reader.big_endian());
    }
  }
}

void drop_thumbnail(Bytes& block, const DirectoryReader& reader) {
  std::uint64_t next = 0;
  std::uint64_t next_at = 0;
  reader.entries(reader.first(), kLongestValue, &next, &next_at);
  if (next == 0 || next_at == 0) return;
  std::uint64_t begin = 0;
  std::uint64_t length = 0;
  for (const auto& entry : reader.entries(next, kLongestValue)) {
    if (entry.field.tag == kTagThumbnail) begin = unsigned_value(entry.field, 0);
    if (entry.field.tag == kTagThumbnailLength) length = unsigned_value(entry.field, 0);
  }
  store(block, next_at, 0, 4, reader.big_endian());
  if (begin < 8 || begin >= block.size() || length > block.size() - begin) return;
  // Others count from the beginning: what lies behind must stay where it is.
  const auto first = block.begin() + static_cast<std::ptrdiff_t>(begin);
  std::fill(first, first + static_cast<std::ptrdiff_t>(length), std::byte{});
  if (begin + length == block.size()) block.resize(static_cast<std::size_t>(begin));
}

// The block's fields and some more of its first directory.
Bytes with_fields(const Bytes& block, std::vector<TiffField> more) {
  ExifTree tree = parse_exif(block);
  for (TiffField& field : exif_main_fields(block)) {
    const bool kept = field.tag == kTagOrientation || field.tag == kTagXResolution ||
                      field.tag == kTagYResolution || field.tag == kTagResolutionUnit;
    const auto again = [&](const TiffField& other) { return other.tag == field.tag; };
    if (kept && std::none_of(more.begin(), more.end(), again))
      tree.main.push_back(std::move(field));
  }
  for (TiffField& field : more) tree.main.push_back(std::move(field));
  return make_exif(tree);
}

}  // namespace

Bytes exif_with_resolution(Bytes block, const Density& density) {
  for (const TiffField& field : exif_main_fields(block)) {
    if (field.tag == kTagXResolution) return block;
  }
  return with_fields(
      block, {ratio_field(kTagXResolution, density.x), ratio_field(kTagYResolution, density.y),
              short_field(kTagResolutionUnit, density.in_inches ? 2 : 3)});
}

Bytes patched_exif(Bytes block, std::int64_t width, std::int64_t height, int orientation) {
  bool stated = false;
  {
    DirectoryReader reader = reader_of(block);
    if (!block.empty() && reader.open()) {
      const std::uint64_t main = reader.first();
      std::uint64_t exif = 0;
      for (const auto& entry : reader.entries(main, kLongestValue)) {
        stated = stated || entry.field.tag == kTagOrientation;
        if (entry.field.tag == kTagExif) exif = unsigned_value(entry.field, 0);
      }
      set_number(block, reader, main, kTagOrientation, orientation);
      set_number(block, reader, main, kTagImageWidth, width);
      set_number(block, reader, main, kTagImageLength, height);
      if (exif != 0) {
        set_number(block, reader, exif, kTagPixelXDimension, width);
        set_number(block, reader, exif, kTagPixelYDimension, height);
      }
    }
  }
  {
    // Last: it may shorten the block that the reader looks at.
    DirectoryReader reader = reader_of(block);
    if (!block.empty() && reader.open()) drop_thumbnail(block, reader);
  }
  if (stated || orientation == 1) return block;
  return with_fields(block,
                     {short_field(kTagOrientation, static_cast<std::uint16_t>(orientation))});
}

}  // namespace halfpixel::io
