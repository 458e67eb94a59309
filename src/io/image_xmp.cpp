// Packets are patched as text: what is not understood stays to the byte. Their namespaces' prefixes
// are looked up, since writers may choose them.
#include "io/image_xmp.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace halfpixel::io {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool ends_name(char c) {
  return is_space(c) || c == '=' || c == '>' || c == '/';
}

// Prefixes bound to a namespace: xmlns:tiff="http://ns.adobe.com/tiff/1.0/".
std::vector<std::string> prefixes_of(std::string_view text, std::string_view name) {
  std::vector<std::string> prefixes;
  for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    const char quote = at == 0 ? '\0' : text[at - 1];
    const std::size_t end = at + name.size();
    if ((quote != '"' && quote != '\'') || end >= text.size() || text[end] != quote) continue;
    std::size_t stop = at - 1;
    while (stop > 0 && is_space(text[stop - 1])) --stop;
    if (stop == 0 || text[stop - 1] != '=') continue;
    --stop;
    while (stop > 0 && is_space(text[stop - 1])) --stop;
    const std::size_t begin = text.rfind("xmlns:", stop);
    if (begin == text.npos || stop - begin > 64) continue;
    std::string prefix(text.substr(begin + 6, stop - begin - 6));
    if (!prefix.empty() && std::find(prefixes.begin(), prefixes.end(), prefix) == prefixes.end())
      prefixes.push_back(std::move(prefix));
  }
  return prefixes;
}

// The value of name="…" whose name begins at `at`: [begin, end) within the quotes, or npos.
struct Range {
  std::size_t begin = std::string::npos;
  std::size_t end = std::string::npos;
  bool found() const { return end != std::string::npos; }
};
Range attribute_value(std::string_view text, std::size_t at, std::size_t name_size) {
  std::size_t i = at + name_size;
  while (i < text.size() && is_space(text[i])) ++i;
  if (i >= text.size() || text[i] != '=') return {};
  ++i;
  while (i < text.size() && is_space(text[i])) ++i;
  if (i >= text.size() || (text[i] != '"' && text[i] != '\'')) return {};
  const std::size_t end = text.find(text[i], i + 1);
  return end == text.npos ? Range{} : Range{i + 1, end};
}

// Every value of a property, written as an attribute or as an element.
void set_values(std::string& text, const std::string& name, const std::string& value) {
  for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    if (at == 0 || at + name.size() >= text.size() || !ends_name(text[at + name.size()])) continue;
    Range range;
    if (is_space(text[at - 1])) {
      range = attribute_value(text, at, name.size());
    } else if (text[at - 1] == '<') {
      const std::size_t open = text.find('>', at);
      if (open == text.npos || text[open - 1] == '/') continue;
      const std::size_t close = text.find('<', open);
      if (close != text.npos && text.compare(close, 2, "</") == 0) range = {open + 1, close};
    }
    if (range.found()) text.replace(range.begin, range.end - range.begin, value);
  }
}

// Removes a property that begins with `<name` or ` name=`. Elements may hold others.
void remove_attribute(std::string& text, std::size_t at, std::size_t name_size) {
  const Range range = attribute_value(text, at, name_size);
  if (range.found()) text.erase(at, range.end + 1 - at);
}

std::size_t end_of_element(const std::string& text, std::size_t at, const std::string& name) {
  const std::size_t open = text.find('>', at);
  if (open == text.npos) return text.npos;
  if (text[open - 1] == '/') return open + 1;
  int depth = 1;
  for (std::size_t i = open; depth > 0;) {
    i = text.find(name, i + 1);
    if (i == text.npos) return text.npos;
    if (i + name.size() >= text.size() || !ends_name(text[i + name.size()])) continue;
    if (text[i - 1] == '/' && i >= 2 && text[i - 2] == '<') {
      --depth;
      if (depth == 0) {
        const std::size_t end = text.find('>', i);
        return end == text.npos ? end : end + 1;
      }
    } else if (text[i - 1] == '<') {
      const std::size_t close = text.find('>', i);
      if (close == text.npos) return close;
      if (text[close - 1] != '/') ++depth;
    }
  }
  return text.npos;
}

// Everything of a namespace: attributes, elements with what they hold, its declaration.
void remove_namespace(std::string& text, std::string_view space) {
  for (const std::string& prefix : prefixes_of(text, space)) {
    const std::string begin = prefix + ":";
    for (std::size_t at = text.find(begin); at != text.npos;) {
      std::size_t stop = at + begin.size();
      while (stop < text.size() && !ends_name(text[stop])) ++stop;
      const std::string name = text.substr(at, stop - at);
      const std::size_t before = text.size();
      if (at > 0 && text[at - 1] == '<') {
        const std::size_t end = end_of_element(text, at, name);
        if (end != text.npos) text.erase(at - 1, end - (at - 1));
      } else if (at > 0 && is_space(text[at - 1])) {
        remove_attribute(text, at, name.size());
      }
      at = text.find(begin, text.size() < before ? (at > 0 ? at - 1 : 0) : at + 1);
    }
    const std::string declaration = "xmlns:" + prefix;
    const std::size_t at = text.find(declaration);
    if (at != text.npos) remove_attribute(text, at, declaration.size());
  }
}

}  // namespace

Bytes patched_xmp(const Bytes& packet, std::int64_t width, std::int64_t height, int orientation) {
  if (packet.empty()) return {};
  std::string text(reinterpret_cast<const char*>(packet.data()), packet.size());
  const std::string columns = std::to_string(width);
  const std::string rows = std::to_string(height);
  for (const std::string& prefix : prefixes_of(text, "http://ns.adobe.com/tiff/1.0/")) {
    set_values(text, prefix + ":Orientation", std::to_string(orientation));
    set_values(text, prefix + ":ImageWidth", columns);
    set_values(text, prefix + ":ImageLength", rows);
  }
  for (const std::string& prefix : prefixes_of(text, "http://ns.adobe.com/exif/1.0/")) {
    set_values(text, prefix + ":PixelXDimension", columns);
    set_values(text, prefix + ":PixelYDimension", rows);
  }
  for (const char* space :
       {"http://ns.adobe.com/hdr-gain-map/1.0/", "http://ns.google.com/photos/1.0/container/",
        "http://ns.google.com/photos/1.0/container/item/",
        "http://ns.google.com/photos/1.0/camera/"}) {
    remove_namespace(text, space);
  }
  // The thumbnail shows the old picture.
  for (const std::string& prefix : prefixes_of(text, "http://ns.adobe.com/xap/1.0/")) {
    const std::string name = prefix + ":Thumbnails";
    const std::size_t at = text.find("<" + name);
    const std::size_t end = at == text.npos ? at : end_of_element(text, at + 1, name);
    if (end != text.npos) text.erase(at, end - at);
  }
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

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

bool begins_with(std::span<const std::byte> bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
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
  if (begins_with(bytes, kPhotoshop)) bytes = bytes.subspan(kPhotoshop.size());
  while (begins_with(bytes, kResource) && bytes.size() >= 12) {
    const std::uint32_t id = big_endian(bytes, 4, 2);
    std::size_t at = 6 + ((1 + static_cast<std::size_t>(bytes[6])) + 1) / 2 * 2;  // a padded name
    if (bytes.size() < at + 4) return {};
    const std::size_t size = big_endian(bytes, at, 4);
    at += 4;
    if (bytes.size() - at < size) return {};
    if (id == kIptcResource) return without_padding(bytes.subspan(at, size));
    bytes = bytes.subspan(std::min(bytes.size(), at + (size + 1) / 2 * 2));
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

}  // namespace halfpixel::io
