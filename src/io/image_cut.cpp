#include "io/image_cut.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "io/image_png.hpp"

namespace halfpixel::io {
namespace {

// Bytes of a file; those behind its end are 0.
class Peek {
 public:
  explicit Peek(const InputFile& file) : file_(file) {}
  std::int64_t size() const { return file_.size(); }
  unsigned byte(std::int64_t at) {
    if (at < 0 || at >= file_.size()) return 0;
    if (at < begin_ || at >= begin_ + held_) {
      begin_ = at;
      held_ = std::min<std::int64_t>(kAtOnce, file_.size() - at);
      file_.read_at(at, bytes_.data(), held_);
    }
    return std::to_integer<unsigned>(bytes_[static_cast<std::size_t>(at - begin_)]);
  }
  bool is(std::int64_t at, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto wanted = static_cast<unsigned char>(text[i]);
      if (byte(at + static_cast<std::int64_t>(i)) != wanted) return false;
    }
    return at + static_cast<std::int64_t>(text.size()) <= size();
  }
  std::uint64_t big(std::int64_t at, int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | byte(at + i);
    return value;
  }

 private:
  static constexpr std::int64_t kAtOnce = 4096;
  const InputFile& file_;
  std::array<std::byte, kAtOnce> bytes_{};
  std::int64_t begin_ = 0, held_ = 0;
};

// Bytes of the table that the flags at `at` announce.
std::int64_t gif_colours(Peek& file, std::int64_t at) {
  return (file.byte(at) & 128u) != 0 ? std::int64_t{6} << (file.byte(at) & 7u) : 0;
}

bool is_cut_gif(Peek& file) {
  constexpr unsigned kImage = 0x2c, kExtension = 0x21;
  std::int64_t at = 13 + gif_colours(file, 10);
  while (at < file.size()) {
    const unsigned kind = file.byte(at);
    if (kind != kImage && kind != kExtension) return false;  // the end mark, or what nobody knows
    at += kind == kImage ? 11 + gif_colours(file, at + 9) : 2;
    while (at < file.size() && file.byte(at) != 0) at += file.byte(at) + 1;
    ++at;
  }
  return true;
}

bool is_cut_riff(Peek& file) {
  std::int64_t size = 0;
  for (int i = 3; i >= 0; --i) size = size << 8 | file.byte(4 + i);
  return 8 + size > file.size();
}

bool is_cut_boxes(Peek& file) {
  std::int64_t at = 0;
  while (at + 8 <= file.size()) {
    std::uint64_t size = file.big(at, 4);
    if (size == 0) return false;  // to the end, wherever that is
    if (size == 1) size = file.big(at + 8, 8);
    if (size < 8 || size > static_cast<std::uint64_t>(file.size() - at)) return size >= 8;
    at += static_cast<std::int64_t>(size);
  }
  return at != file.size();
}

}  // namespace

bool is_cut(const InputFile& input) {
  Peek file(input);
  if (file.is(0, "\x89PNG")) return !read_png_chunks(input).ended;
  if (file.is(0, "GIF8")) return is_cut_gif(file);
  if (file.is(0, "RIFF") && (file.size() < 12 || file.is(8, "WEBP"))) return is_cut_riff(file);
  if (file.is(4, "ftyp") || file.is(4, "JXL ")) return is_cut_boxes(file);
  return false;
}

void refuse_cut(const std::string& where, std::string_view what) {
  if (what.empty())
    fail(ErrorCode::malformed_file, where, ": the file ends before the picture does");
  fail(ErrorCode::malformed_file, where, ": the file ends before the picture does: ", what);
}

}  // namespace halfpixel::io
