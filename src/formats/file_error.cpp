#include "formats/file_error.hpp"
#include "core/checked.hpp"

#include <new>

#include "frontends/utf8.hpp"

namespace halfpixel::formats {
namespace {

// U+007F to U+009F, and the two separators that some terminals and log readers take for line ends.
bool is_control(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029;
}

void append_escaped(std::string& out, unsigned char byte) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (byte) {
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
  }
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view kCut = "…";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const std::uint32_t code = utf8::next(text, at);
    const bool broken = code == utf8::kReplacement && at - begin == 1;
    const std::size_t before = out.size();
    if (broken || is_control(code)) {
      for (std::size_t i = begin; i < at; ++i) {
        append_escaped(out, static_cast<unsigned char>(text[i]));
      }
    } else {
      out += text.substr(begin, at - begin);
    }
    if (out.size() + (at < text.size() ? kCut.size() : 0) > max_bytes) {
      out.resize(before);
      out += kCut;
      break;
    }
  }
  return out;
}

void rethrow_as_file_error(std::string_view who, const std::string& file) {
  ErrorCode code = ErrorCode::malformed_file;
  std::string reason;
  try {
    throw;
  } catch (const Error& error) {
    code = error.code();
    reason = error.what();
  } catch (const std::bad_alloc&) {
    code = ErrorCode::out_of_memory;
    reason = "it does not fit in memory";
  } catch (const std::exception& error) {
    reason = error.what();
  }
  // Said once is enough.
  const std::string head = concat("[", who, "] ", printable(file, 500), ": ");
  if (reason.starts_with(concat("[", who, "] "))) reason.erase(0, who.size() + 3);
  if (reason.starts_with(file)) {
    const bool colon = reason.compare(file.size(), 2, ": ") == 0;
    reason.replace(0, file.size() + (colon ? 2 : 0), colon ? "" : "it");
  }
  fail(code, head, printable(reason, kMaxMessageBytes - head.size()));
}

}  // namespace halfpixel::formats
