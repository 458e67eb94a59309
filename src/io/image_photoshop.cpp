#include "io/image_photoshop.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "io/image_left_out.hpp"

namespace halfpixel::io {
namespace {

std::uint32_t big_endian(std::span<const std::byte> bytes, std::size_t at, unsigned size) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < size; ++i)
    value = value << 8 | static_cast<std::uint32_t>(bytes[at + i]);
  return value;
}

constexpr std::string_view kPhotoshop("Photoshop 3.0\0", 14);
constexpr std::string_view kResource = "8BIM";
constexpr std::uint32_t kIptcResource = 0x0404;

struct Resource {
  std::uint32_t id;
  bool whole;                        // false: the bytes end before it does
  std::span<const std::byte> value;  // when it is whole
  std::span<const std::byte> rest;   // behind it
};

std::span<const std::byte> without_heading(std::span<const std::byte> bytes) {
  return begins_with(bytes, kPhotoshop) ? bytes.subspan(kPhotoshop.size()) : bytes;
}

bool is_resource(std::span<const std::byte> bytes) {
  return bytes.size() >= 12 && begins_with(bytes, kResource);
}

// What `bytes` begin with; nothing when its head is not all there.
std::optional<Resource> first_resource(std::span<const std::byte> bytes) {
  std::size_t at = 6 + (static_cast<std::size_t>(bytes[6]) + 2) / 2 * 2;  // a padded name
  if (bytes.size() < at + 4) return std::nullopt;
  const std::size_t size = big_endian(bytes, at, 4);
  at += 4;
  const bool whole = bytes.size() - at >= size;
  return Resource{big_endian(bytes, 4, 2), whole,
                  whole ? bytes.subspan(at, size) : std::span<const std::byte>(),
                  bytes.subspan(std::min(bytes.size(), at + (size + 1) / 2 * 2))};
}

// Without what pads the records to a multiple of four.
Bytes without_padding(std::span<const std::byte> bytes) {
  std::size_t at = 0;
  while (bytes.size() - at >= 5 && bytes[at] == std::byte{0x1c}) {
    std::size_t head = 5;
    std::size_t length = big_endian(bytes, at + 3, 2);
    if ((length & 0x8000u) != 0) {  // the length has a length
      const std::size_t digits = length & 0x7fffu;
      if (digits > 4 || bytes.size() - at - head < digits) break;
      length = big_endian(bytes, at + head, static_cast<unsigned>(digits));
      head += digits;
    }
    if (bytes.size() - at - head < length) break;
    at += head + length;
  }
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at)};
}

}  // namespace

Bytes iptc_records(std::span<const std::byte> bytes) {
  bytes = without_heading(bytes);
  while (is_resource(bytes)) {
    const std::optional<Resource> resource = first_resource(bytes);
    if (!resource || !resource->whole) return {};
    if (resource->id == kIptcResource) return without_padding(resource->value);
    bytes = resource->rest;
  }
  return without_padding(bytes);
}

Bytes photoshop_segment(const Bytes& records) {
  Bytes out;
  const auto text = [&](std::string_view part) {
    for (const char c : part) out.push_back(static_cast<std::byte>(c));
  };
  text(kPhotoshop);
  text(kResource);
  text(std::string_view("\x04\x04\0\0", 4));
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::byte>((records.size() >> shift) & 255u));
  out.insert(out.end(), records.begin(), records.end());
  if (records.size() % 2 != 0) out.push_back({});
  return out;
}

std::vector<std::string> photoshop_names(std::span<const std::byte> bytes) {
  struct Named {
    std::uint32_t first, last;
    const char* name;
  };
  constexpr Named kNamed[] = {{1034, 1034, "copyright flag"},
                              {1035, 1035, "URL"},
                              {1086, 1086, "layer group"},
                              {2000, 2998, "path"},
                              {2999, 2999, "clipping path"}};
  std::vector<std::string> names;
  bytes = without_heading(bytes);
  while (is_resource(bytes)) {
    const std::optional<Resource> resource = first_resource(bytes);
    if (!resource) break;
    for (const Named& named : kNamed) {
      if (resource->id >= named.first && resource->id <= named.last) add_name(names, named.name);
    }
    bytes = resource->rest;
  }
  return names;
}

}  // namespace halfpixel::io
