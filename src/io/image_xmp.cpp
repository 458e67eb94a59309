// Packets are patched as text: what is not understood stays to the byte. Their namespaces' prefixes
// are looked up, since writers may choose them.
#include "io/image_xmp.hpp"

#include <algorithm>
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

}  // namespace halfpixel::io
