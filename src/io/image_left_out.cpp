#include "io/image_left_out.hpp"

#include <algorithm>
#include <string_view>

namespace halfpixel::io {
namespace {

constexpr std::size_t kMostNames = 8;

// A file that is walked block by block.
class Walk {
 public:
  explicit Walk(const InputFile& file) : file_(file) {}
  bool has(std::int64_t count) const { return count <= file_.size() - at; }
  unsigned byte() {
    if (!has(1)) return 0;
    if (at < begin_ || at >= begin_ + static_cast<std::int64_t>(held_.size())) {
      constexpr std::int64_t kAtOnce = 1 << 16;
      begin_ = at;
      held_.resize(static_cast<std::size_t>(std::min(kAtOnce, file_.size() - at)));
      file_.read_at(at, held_.data(), static_cast<std::int64_t>(held_.size()));
    }
    return static_cast<unsigned>(held_[static_cast<std::size_t>(at++ - begin_)]);
  }
  // The blocks of up to 255 bytes before an empty one; `most` of their bytes.
  Bytes blocks(std::size_t most) {
    Bytes bytes;
    for (unsigned size = byte(); size != 0 && has(size); size = byte()) {
      const std::size_t kept = std::min<std::size_t>(size, most - std::min(most, bytes.size()));
      bytes.resize(bytes.size() + kept);
      if (kept > 0)
        file_.read_at(at, bytes.data() + bytes.size() - kept, static_cast<std::int64_t>(kept));
      at += size;
    }
    return bytes;
  }
  // A table of colours, where the flags announce one.
  void skip_colours(unsigned flags) {
    if ((flags & 128u) != 0) at += std::int64_t{6} << (flags & 7u);
  }
  std::int64_t at = 0;

 private:
  const InputFile& file_;
  Bytes held_;
  std::int64_t begin_ = 0;  // of them, in the file
};

}  // namespace

void tell_left_out(const std::string& where, const char* one, const char* several,
                   const std::vector<std::string>& names, ImageFields& metadata) {
  if (names.empty()) return;
  std::string line = where + ": " + (names.size() == 1 ? one : several) + " ";
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i)
    line += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kMostNames)
    line += " and " + std::to_string(names.size() - kMostNames) + " more";
  metadata.warn(line + (names.size() == 1 ? " is left out" : " are left out"));
}

void add_name(std::vector<std::string>& names, std::string name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

std::string mark_of(std::span<const std::byte> block) {
  constexpr std::size_t kLongest = 24;
  std::string mark;
  for (const std::byte byte : block) {
    const char c = static_cast<char>(byte);
    if (c < ' ' || c > '~' || mark.size() == kLongest) break;
    mark += c;
  }
  return mark;
}

std::vector<std::string> unknown_webp_chunks(const InputFile& file) {
  constexpr std::string_view kKnown[] = {"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM",
                                         "ANMF", "ICCP", "EXIF", "XMP "};
  std::vector<std::string> names;
  int left = 100000;  // chunks, of more frames than anybody makes
  for (std::int64_t at = 12; at + 8 <= file.size() && left > 0; --left) {
    std::byte head[8];
    file.read_at(at, head, sizeof head);
    const std::string name = mark_of(std::span(head).first(4));
    if (std::find(std::begin(kKnown), std::end(kKnown), name) == std::end(kKnown))
      add_name(names, name.empty() ? "without a name" : name);
    std::uint32_t size = 0;
    for (int i = 3; i >= 0; --i) size = size << 8 | static_cast<std::uint32_t>(head[4 + i]);
    at += 8 + std::int64_t{size} + size % 2;
  }
  return names;
}

GifExtensions read_gif_extensions(const InputFile& file) {
  constexpr unsigned kImage = 0x2c, kExtension = 0x21, kText = 0x01, kComment = 0xfe,
                     kProgram = 0xff;
  constexpr std::size_t kMostKept = std::size_t{1} << 20;
  GifExtensions found;
  Walk walk(file);
  walk.at = 10;
  const unsigned screen = walk.byte();
  walk.at += 2;
  walk.skip_colours(screen);
  for (unsigned block = walk.byte(); block == kImage || block == kExtension; block = walk.byte()) {
    if (block == kImage) {
      walk.at += 8;
      walk.skip_colours(walk.byte());
      walk.at += 1;  // the size of the codes
      static_cast<void>(walk.blocks(0));
      continue;
    }
    const unsigned label = walk.byte();
    Bytes bytes = walk.blocks(label == kComment ? kMostKept : 11);
    const std::string mark = mark_of(bytes);
    if (label == kComment && !bytes.empty()) found.comments.push_back(std::move(bytes));
    if (label == kText) add_name(found.left_out, "plain text");
    // How often it is played; what ImageMagick calls itself.
    const bool plays = mark == "NETSCAPE2.0" || mark == "ANIMEXTS1.0" || mark == "ImageMagick";
    if (label == kProgram && !plays)
      add_name(found.left_out, mark.empty() ? "without a name" : mark);
  }
  return found;
}

}  // namespace halfpixel::io
