// Values as Python's json.dumps writes them, and as its repr and str print them.
#include <charconv>
#include <cmath>
#include <cstdint>

#include "frontends/keras_json.hpp"
#include "frontends/utf8.hpp"

namespace halfpixel::keras {
namespace {

// The shortest digits that read back as the same double, in Python's layout: 0.0, 1e-07, 1e+16.
std::string python_float(double number, std::string_view nan, std::string_view inf) {
  if (std::isnan(number)) return std::string(nan);
  if (std::isinf(number)) return (number < 0 ? "-" : "") + std::string(inf);
  char buffer[64];
  const double magnitude = std::fabs(number);
  const bool scientific = magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e16);
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  char* end = std::to_chars(buffer, buffer + sizeof buffer, number, format).ptr;
  std::string text(buffer, end);
  if (!scientific && text.find('.') == std::string::npos) text += ".0";
  return text;
}

std::string json_string(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  const auto escape = [&](std::uint32_t unit) {
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(unit >> shift) & 15];
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t c = utf8::next(text, at);
    constexpr std::string_view kShort = "\"\\\b\f\n\r\t";
    constexpr std::string_view kLetter = "\"\\bfnrt";
    if (const auto i = kShort.find(static_cast<char>(c)); c < 0x80 && i != std::string_view::npos) {
      out += '\\';
      out += kLetter[i];
    } else if (c >= 0x20 && c < 0x7F) {
      out += static_cast<char>(c);
    } else if (c < 0x10000) {
      escape(c);
    } else {
      escape(0xD800 + ((c - 0x10000) >> 10));
      escape(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out + '"';
}

std::string quoted(std::string_view text) {
  const bool single =
      text.find('\'') == std::string_view::npos || text.find('"') != std::string_view::npos;
  const char quote = single ? '\'' : '"';
  constexpr char kHex[] = "0123456789abcdef";
  std::string out(1, quote);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      out += c;
    }
  }
  return out + quote;
}

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

template <class Print>
std::string join(const Config::List& list, Print print) {
  std::string out = "[";
  for (const Config::Value& value : list) out += (out.size() > 1 ? ", " : "") + print(value);
  return out + "]";
}

template <class Quote, class Print>
std::string join(const Config& config, Quote quote, Print print) {
  std::string out = "{";
  for (const auto& [key, value] : config.items()) {
    out += (out.size() > 1 ? ", " : "") + quote(key) + ": " + print(value);
  }
  return out + "}";
}

}  // namespace

std::string Config::Value::json() const {
  return std::visit(
      Overloaded{[](std::nullptr_t) { return std::string("null"); },
                 [](bool b) { return std::string(b ? "true" : "false"); },
                 [](std::int64_t i) { return std::to_string(i); },
                 [](double d) { return python_float(d, "NaN", "Infinity"); },
                 [](const std::string& s) { return json_string(s); },
                 [](const List& l) { return join(l, [](const Value& x) { return x.json(); }); },
                 [](const Config& c) { return c.json(); }},
      v);
}

std::string Config::json() const {
  return join(*this, json_string, [](const Value& x) { return x.json(); });
}

std::string python_repr(const Config::Value& value) {
  return std::visit(Overloaded{[](std::nullptr_t) { return std::string("None"); },
                               [](bool b) { return std::string(b ? "True" : "False"); },
                               [](std::int64_t i) { return std::to_string(i); },
                               [](double d) { return python_float(d, "nan", "inf"); },
                               [](const std::string& s) { return quoted(s); },
                               [](const Config::List& l) { return join(l, python_repr); },
                               [](const Config& c) { return join(c, quoted, python_repr); }},
                    value.v);
}

std::string python_str(const Config::Value& value) {
  const auto* text = value.get_if<std::string>();
  return text != nullptr ? *text : python_repr(value);
}

std::string_view python_type(const Config::Value& value) noexcept {
  constexpr std::string_view kNames[] = {"NoneType", "bool", "int", "float", "str", "list", "dict"};
  return kNames[value.v.index()];
}

}  // namespace halfpixel::keras
