// Types of attributes, whatever they are: nobody here reads the values of most, but libhdf5 decodes
// every attribute of an object that is asked for one. And what stands behind the superblock.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "formats/file_error.hpp"
#include "formats/hdf5_guard.hpp"

namespace halfpixel::formats {
namespace {

// HDF5's classes of types.
enum : unsigned {
  kClassFixedPoint,
  kClassFloatingPoint,
  kClassTime,
  kClassString,
  kClassBitField,
  kClassOpaque,
  kClassCompound,
  kClassReference,
  kClassEnumeration,
  kClassVariable,
  kClassArray
};
constexpr unsigned kMaxDepth = 16;
constexpr std::uint64_t kMaxTypeBytes = std::uint64_t{1} << 28;

struct Decoded {
  unsigned kind = 0;
  std::uint64_t size = 0;    // of a value
  std::uint64_t length = 0;  // of the description
  bool is_text = false;      // of variable length
};

// The bytes of a name; version 3 does not pad it.
std::uint64_t name_length(std::string_view data, std::uint64_t at, unsigned version) {
  const std::string_view rest = slice_at(data, at, data.size() - std::min(at, data.size()));
  const auto end = rest.find('\0');
  if (end == rest.npos || end == 0) damaged("the name of a member");
  const std::uint64_t bytes = version < 3 ? (end + 8) / 8 * 8 : end + 1;
  slice_at(data, at, bytes);
  return bytes;
}

// Bytes of a number up to `size`.
unsigned offset_bytes(std::uint64_t size) {
  unsigned bytes = 1;
  while ((size >>= 8) != 0) ++bytes;
  return bytes;
}

Decoded decode(std::string_view data, unsigned depth);

Decoded inner(std::string_view data, std::uint64_t at, unsigned depth) {
  if (depth >= kMaxDepth) unsupported("a type has more than ", kMaxDepth, " levels");
  return decode(slice_at(data, at, data.size() - std::min<std::uint64_t>(at, data.size())),
                depth + 1);
}

std::uint64_t product(std::string_view data, std::uint64_t at, std::uint64_t rank,
                      std::uint64_t size) {
  for (std::uint64_t i = 0; i < rank; ++i) {
    const auto extent = number_at(data, at + i * 4, 4);
    if (extent == 0 || __builtin_mul_overflow(size, extent, &size) || size > kMaxTypeBytes)
      damaged("an array type");
  }
  return size;
}

// The members of a record: how long their descriptions are.
std::uint64_t members(std::string_view data, unsigned version, std::uint64_t count,
                      std::uint64_t size, unsigned depth) {
  if (count == 0) damaged("a record without members");
  std::uint64_t at = 8;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> places;  // begin, end
  for (std::uint64_t i = 0; i < count; ++i) {
    at += name_length(data, at, version);
    const unsigned width = version < 3 ? 4 : offset_bytes(size);
    const auto offset = number_at(data, at, width);
    at += width;
    std::uint64_t rank = 0;
    const std::uint64_t dims = at + 12;
    if (version == 1) {
      rank = number_at(data, at, 1);
      if (rank > 4) damaged("a member with too many axes");
      at += 28;
    }
    const Decoded member = inner(data, at, depth);
    at += member.length;
    const std::uint64_t bytes = product(data, dims, rank, member.size);
    if (offset > size || bytes > size - offset) damaged("a member outside its record");
    places.emplace_back(offset, offset + bytes);
  }
  std::sort(places.begin(), places.end());
  for (std::size_t i = 1; i < places.size(); ++i) {
    if (places[i].first < places[i - 1].second) damaged("members that overlap");
  }
  return at;
}

Decoded decode(std::string_view data, unsigned depth) {
  const auto head = static_cast<unsigned>(number_at(data, 0, 1));
  const unsigned version = head >> 4;
  const auto bits = number_at(data, 1, 3);
  Decoded type{head & 15, number_at(data, 4, 4), 8, false};
  if (version < 1 || version > 5) damaged("a type of an unknown version");
  if (type.size == 0 || type.size > kMaxTypeBytes) damaged("a type of an impossible size");
  switch (type.kind) {
    case kClassFixedPoint:
    case kClassBitField:
    case kClassFloatingPoint: {
      const auto first = number_at(data, 8, 2), count = number_at(data, 10, 2);
      if (count == 0 || first + count > type.size * 8) damaged("a number's type");
      type.length = type.kind == kClassFloatingPoint ? 20 : 12;
      if (type.kind != kClassFloatingPoint) break;
      const auto sign = (bits >> 8) & 0xFF;
      const auto exponent = number_at(data, 12, 1), exponent_bits = number_at(data, 13, 1);
      const auto mantissa = number_at(data, 14, 1), mantissa_bits = number_at(data, 15, 1);
      if (exponent_bits == 0 || mantissa_bits == 0 || exponent + exponent_bits > count ||
          mantissa + mantissa_bits > count || sign >= count) {
        damaged("a floating type");
      }
      break;
    }
    case kClassTime:
      type.length = 10;
      break;
    case kClassString:
      if ((bits & 15) > 2 || ((bits >> 4) & 15) > 1) damaged("a text type");
      break;
    case kClassOpaque:
      if ((bits & 0xFF) % 8 != 0) damaged("an opaque type");
      type.length = 8 + (bits & 0xFF);
      break;
    case kClassCompound:
      type.length = members(data, version, bits & 0xFFFF, type.size, depth);
      break;
    case kClassReference:
      if ((bits & 15) > 4) damaged("a reference type");
      break;
    case kClassEnumeration: {
      const std::uint64_t count = bits & 0xFFFF;
      const Decoded base = inner(data, 8, depth);
      if (base.kind != kClassFixedPoint || base.size != type.size || count == 0)
        damaged("an enumeration type");
      type.length = 8 + base.length;
      for (std::uint64_t i = 0; i < count; ++i)
        type.length += name_length(data, type.length, version);
      type.length += count * base.size;
      break;
    }
    case kClassVariable: {
      const Decoded base = inner(data, 8, depth);
      type.is_text = (bits & 15) == 1;
      if ((bits & 15) > 1 || type.size != 16 || (type.is_text && base.size != 1))
        damaged("a type of variable length");
      type.length = 8 + base.length;
      break;
    }
    case kClassArray: {
      if (version < 2) damaged("an array type");
      const auto rank = number_at(data, 8, 1);
      if (rank == 0 || rank > 32) damaged("an array type");
      const std::uint64_t dims = version < 3 ? 12 : 9;
      const std::uint64_t at = dims + rank * (version < 3 ? 8 : 4);
      const Decoded base = inner(data, at, depth);
      if (product(data, dims, rank, base.size) != type.size) damaged("an array type");
      type.length = at + base.length;
      break;
    }
    default:
      unsupported("a type of class ", type.kind, " is not supported");
  }
  slice_at(data, 0, type.length);
  return type;
}

}  // namespace

Hdf5Guard::Type Hdf5Guard::any_type(std::string_view data) {
  const Decoded type = decode(data, 0);
  return {type.kind, type.size, type.is_text};
}

// {version, 2, address}: the type is an object of its own.
Hdf5Guard::Type Hdf5Guard::committed_type(std::string_view reference) const {
  const auto version = number_at(reference, 0, 1);
  if (version < 2 || version > 3 || (version == 3 && number_at(reference, 1, 1) != 2))
    unsupported("a type is shared in a way that is not supported");
  bool checksummed = false;
  std::optional<Type> type;
  for (const Message& message : messages(number_at(reference, 2, 8), &checksummed)) {
    constexpr unsigned kTypeMessage = 3;
    if (message.type != kTypeMessage) continue;
    if (type || (message.flags & 2) != 0) damaged("a type that is an object of its own");
    type = any_type(message.data);
  }
  if (!type) damaged("a type that is not where the file says");
  return *type;
}

// Files that were made with a strategy for their free space, or with trees of another size.
void Hdf5Guard::check_extension(std::uint64_t address) {
  enum : unsigned { kNothing = 0, kMore = 0x10, kTreeSizes = 0x13, kFileSpace = 0x17 };
  bool checksummed = false;
  for (const Message& message : messages(address, &checksummed)) {
    const std::string_view data = message.data;
    if (message.type == kTreeSizes) {
      if (number_at(data, 0, 1) != 0) damaged("the sizes of its trees");
      chunk_k_ = static_cast<unsigned>(number_at(data, 1, 2));
      group_internal_k_ = static_cast<unsigned>(number_at(data, 3, 2));
      group_leaf_k_ = static_cast<unsigned>(number_at(data, 5, 2));
    } else if (message.type == kFileSpace) {
      const auto version = number_at(data, 0, 1), strategy = number_at(data, 1, 1),
                 persist = number_at(data, 2, 1), page = number_at(data, 11, 8);
      if (version != 1 || strategy > 3 || persist > 1)
        unsupported("the HDF5 file keeps its free space in a way that is not supported");
      if (page < 512 || page > (std::uint64_t{1} << 30)) damaged("pages of an impossible size");
      slice_at(data, 0, 29 + (persist != 0 ? 12 * 8 : 0));
    } else if (message.type != kNothing && message.type != kMore) {
      unsupported("the superblock of the HDF5 file is extended by a message of kind ", message.type,
                  ", which is not supported");
    }
  }
}

}  // namespace halfpixel::formats
