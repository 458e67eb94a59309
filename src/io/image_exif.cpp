#include "io/image_exif.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>
#include <utility>

namespace halfpixel::io {
namespace {

constexpr bool kHostIsBigEndian = std::endian::native == std::endian::big;

// Bytes of one value, and of the numbers that it consists of. 0: unknown.
std::pair<unsigned, unsigned> type_sizes(std::uint16_t type) {
  switch (type) {
    case 1:  // BYTE
    case 2:  // ASCII
    case 6:  // SBYTE
    case 7:  // UNDEFINED
      return {1, 1};
    case 3:  // SHORT
    case 8:  // SSHORT
      return {2, 2};
    case 4:   // LONG
    case 9:   // SLONG
    case 11:  // FLOAT
    case 13:  // IFD
      return {4, 4};
    case 5:   // RATIONAL
    case 10:  // SRATIONAL
      return {8, 4};
    case 12:  // DOUBLE
    case 16:  // LONG8
    case 17:  // SLONG8
    case 18:  // IFD8
      return {8, 8};
    default:
      return {0, 0};
  }
}

void swap_numbers(Bytes& bytes, unsigned size) {
  if (size < 2) return;
  for (std::size_t i = 0; i + size <= bytes.size(); i += size)
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                 bytes.begin() + static_cast<std::ptrdiff_t>(i + size));
}

template <class Number>
Number swapped(Number value) {
  std::byte bytes[sizeof(Number)];
  std::memcpy(bytes, &value, sizeof value);
  std::reverse(bytes, bytes + sizeof bytes);
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// Ours are little-endian.
template <class Number>
void append(Bytes& out, Number value) {
  if (kHostIsBigEndian) value = swapped(value);
  const auto* begin = reinterpret_cast<const std::byte*>(&value);
  out.insert(out.end(), begin, begin + sizeof value);
}

const TiffField* find(const std::vector<TiffField>& fields, std::uint16_t tag) {
  for (const TiffField& field : fields) {
    if (field.tag == tag) return &field;
  }
  return nullptr;
}

}  // namespace

DirectoryReader reader_of(std::span<const std::byte> block) {
  return {[block](std::uint64_t offset, void* to, std::size_t count) {
            if (offset > block.size() || count > block.size() - offset) return false;
            std::memcpy(to, block.data() + offset, count);
            return true;
          },
          block.size()};
}

template <class Number>
bool DirectoryReader::number(std::uint64_t offset, Number* value) const {
  if (!read_(offset, value, sizeof *value)) return false;
  if (big_endian_ != kHostIsBigEndian) *value = swapped(*value);
  return true;
}

bool DirectoryReader::open() {
  char mark[2] = {};
  if (!read_(0, mark, 2)) return false;
  const std::string_view order(mark, 2);
  if (order != "II" && order != "MM") return false;
  big_endian_ = order == "MM";
  std::uint16_t version = 0;
  if (!number(2, &version) || (version != 42 && version != 43)) return false;
  big_tiff_ = version == 43;
  if (big_tiff_) return number(8, &first_);
  std::uint32_t first = 0;
  const bool read = number(4, &first);
  first_ = first;
  return read;
}

std::vector<DirectoryReader::Entry> DirectoryReader::entries(std::uint64_t offset,
                                                             std::uint64_t longest,
                                                             std::uint64_t* next,
                                                             std::uint64_t* next_at) const {
  std::vector<Entry> entries;
  std::uint64_t count = 0;
  std::uint16_t few = 0;
  if (offset >= size_) return entries;
  const bool counted = big_tiff_ ? number(offset, &count) : number(offset, &few);
  if (!big_tiff_) count = few;
  constexpr std::uint64_t kMostEntries = 4096;
  if (!counted || count > kMostEntries) return entries;
  const unsigned entry_bytes = big_tiff_ ? 20 : 12;
  const unsigned inline_bytes = big_tiff_ ? 8 : 4;
  std::uint64_t at = offset + (big_tiff_ ? 8 : 2);
  std::uint64_t left = longest;  // of all values together: overlapping ones cannot multiply
  for (std::uint64_t i = 0; i < count; ++i, at += entry_bytes) {
    Entry entry;
    entry.at = at;
    TiffField& field = entry.field;
    if (!number(at, &field.tag) || !number(at + 2, &field.type)) return entries;
    std::uint32_t narrow = 0;
    if (!(big_tiff_ ? number(at + 4, &field.count) : number(at + 4, &narrow))) return entries;
    if (!big_tiff_) field.count = narrow;
    const auto [size, unit] = type_sizes(field.type);
    if (size == 0 || field.count > left / size) continue;
    const std::uint64_t bytes = field.count * size;
    entry.value_at = at + (big_tiff_ ? 12 : 8);
    if (bytes > inline_bytes) {
      std::uint32_t near = 0;
      const std::uint64_t place = entry.value_at;
      if (!(big_tiff_ ? number(place, &entry.value_at) : number(place, &near))) return entries;
      if (!big_tiff_) entry.value_at = near;
    }
    if (entry.value_at > size_ || bytes > size_ - entry.value_at) continue;
    field.value.resize(static_cast<std::size_t>(bytes));
    if (bytes > 0 && !read_(entry.value_at, field.value.data(), field.value.size())) continue;
    if (big_endian_ != kHostIsBigEndian) swap_numbers(field.value, unit);
    left -= bytes;
    entries.push_back(std::move(entry));
  }
  if (next_at != nullptr) *next_at = at;
  if (next != nullptr) {
    std::uint32_t near = 0;
    const bool read = big_tiff_ ? number(at, next) : number(at, &near);
    if (!big_tiff_) *next = near;
    if (!read) *next = 0;
  }
  return entries;
}

std::vector<TiffField> DirectoryReader::fields(std::uint64_t offset) const {
  std::vector<TiffField> fields;
  for (Entry& entry : entries(offset, kLongestValue)) fields.push_back(std::move(entry.field));
  return fields;
}

std::uint64_t unsigned_value(const TiffField& field, std::uint64_t otherwise) {
  const auto as = [&](auto number) -> std::uint64_t {
    if (field.value.size() < sizeof number) return otherwise;
    std::memcpy(&number, field.value.data(), sizeof number);
    return number;
  };
  switch (field.type) {
    case kByte:
      return as(std::uint8_t{});
    case kShort:
      return as(std::uint16_t{});
    case kLong:
    case 13:
      return as(std::uint32_t{});
    case kLong8:
    case 18:
      return as(std::uint64_t{});
    default:
      return otherwise;
  }
}

TiffField short_field(std::uint16_t tag, std::uint16_t value) {
  TiffField field{tag, kShort, 1, Bytes(sizeof value)};
  std::memcpy(field.value.data(), &value, sizeof value);
  return field;
}

TiffField long_field(std::uint16_t tag, std::uint32_t value) {
  TiffField field{tag, kLong, 1, Bytes(sizeof value)};
  std::memcpy(field.value.data(), &value, sizeof value);
  return field;
}

bool is_kept_in_main(std::uint16_t tag) {
  constexpr std::uint16_t kKept[] = {
      269,    // DocumentName
      270,    // ImageDescription
      271,    // Make
      272,    // Model
      285,    // PageName
      305,    // Software
      306,    // DateTime
      315,    // Artist
      316,    // HostComputer
      18246,  // Rating
      18249,  // RatingPercent
      33432,  // Copyright
      40091,  // XPTitle
      40092,  // XPComment
      40093,  // XPAuthor
      40094,  // XPKeywords
      40095,  // XPSubject
      42036,  // lens, as some put it here
  };
  return std::find(std::begin(kKept), std::end(kKept), tag) != std::end(kKept);
}

ExifTree read_exif_tree(const DirectoryReader& reader, std::uint64_t offset) {
  ExifTree tree;
  const auto below = [&](const std::vector<TiffField>& parent, std::uint16_t tag) {
    const TiffField* pointer = find(parent, tag);
    std::vector<TiffField> fields;
    if (pointer == nullptr) return fields;
    fields = reader.fields(unsigned_value(*pointer, ~std::uint64_t{0}));
    // Classic directories have no 64-bit integers.
    std::erase_if(fields, [](const TiffField& field) { return field.type >= kLong8; });
    return fields;
  };
  const std::vector<TiffField> main = reader.fields(offset);
  tree.exif = below(main, kTagExif);
  tree.gps = below(main, kTagGps);
  tree.interop = below(tree.exif, kTagInterop);
  std::erase_if(tree.exif, [](const TiffField& field) { return field.tag == kTagInterop; });
  for (const TiffField& field : main) {
    if (is_kept_in_main(field.tag) && field.type < kLong8) tree.main.push_back(field);
  }
  return tree;
}

std::vector<TiffField> exif_main_fields(std::span<const std::byte> block) {
  DirectoryReader reader = reader_of(block);
  return reader.open() ? reader.fields(reader.first()) : std::vector<TiffField>();
}

ExifTree parse_exif(std::span<const std::byte> block) {
  DirectoryReader reader = reader_of(block);
  return reader.open() ? read_exif_tree(reader, reader.first()) : ExifTree();
}

std::uint64_t append_directory(Bytes& out, std::uint64_t base, std::vector<TiffField> fields,
                               bool big_tiff) {
  std::stable_sort(fields.begin(), fields.end(),
                   [](const TiffField& a, const TiffField& b) { return a.tag < b.tag; });
  if ((base + out.size()) % 2 != 0) out.push_back({});
  const std::uint64_t offset = base + out.size();
  const std::size_t inline_bytes = big_tiff ? 8 : 4;
  const std::size_t entry_bytes = big_tiff ? 20 : 12;
  std::uint64_t place =
      offset + (big_tiff ? 16 : 6) + fields.size() * entry_bytes;  // of the first long value
  Bytes values;
  if (big_tiff) {
    append(out, static_cast<std::uint64_t>(fields.size()));
  } else {
    append(out, static_cast<std::uint16_t>(fields.size()));
  }
  for (const TiffField& field : fields) {
    Bytes value = field.value;
    if (kHostIsBigEndian) swap_numbers(value, type_sizes(field.type).second);
    append(out, field.tag);
    append(out, field.type);
    if (big_tiff) {
      append(out, field.count);
    } else {
      append(out, static_cast<std::uint32_t>(field.count));
    }
    if (value.size() <= inline_bytes) {
      value.resize(inline_bytes);
      out.insert(out.end(), value.begin(), value.end());
      continue;
    }
    if (big_tiff) {
      append(out, place);
    } else {
      append(out, static_cast<std::uint32_t>(place));
    }
    if (value.size() % 2 != 0) value.push_back({});
    place += value.size();
    values.insert(values.end(), value.begin(), value.end());
  }
  if (big_tiff) {
    append(out, std::uint64_t{0});
  } else {
    append(out, std::uint32_t{0});
  }
  out.insert(out.end(), values.begin(), values.end());
  return offset;
}

Bytes make_exif(const ExifTree& tree) {
  Bytes out;
  if (tree.empty()) return out;
  for (const char c : std::string_view("II*\0\0\0\0\0", 8))
    out.push_back(static_cast<std::byte>(c));
  const auto below = [&](std::vector<TiffField>& parent, std::uint16_t tag,
                         const std::vector<TiffField>& fields) {
    if (fields.empty()) return;
    parent.push_back(
        long_field(tag, static_cast<std::uint32_t>(append_directory(out, 0, fields, false))));
  };
  std::vector<TiffField> exif = tree.exif;
  std::vector<TiffField> main = tree.main;
  below(exif, kTagInterop, tree.interop);
  below(main, kTagExif, exif);
  below(main, kTagGps, tree.gps);
  const auto first = static_cast<std::uint32_t>(append_directory(out, 0, main, false));
  Bytes number;
  append(number, first);
  std::copy(number.begin(), number.end(), out.begin() + 4);
  return out;
}

}  // namespace halfpixel::io
