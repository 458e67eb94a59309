#include "io/image_gif.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace halfpixel::io {
namespace {

using Block = std::span<const std::byte>;

constexpr unsigned kImage = 0x2c, kExtension = 0x21, kControl = 0xf9;
constexpr std::size_t kHeader = 13;
constexpr std::size_t kControlSize = 8;

// Walks over what follows the header, block by block; an empty block ends it.
class Blocks {
 public:
  explicit Blocks(Block file) : file_(file) { at_ = std::min(file.size(), kHeader + colours(10)); }
  std::size_t at() const { return at_; }
  Block next() {
    const std::size_t begin = at_;
    std::size_t end = begin;
    if (byte(begin) == kImage) {
      end = begin + 10 + colours(begin + 9) + 1;  // and the size of the codes
    } else if (byte(begin) == kExtension) {
      end = begin + 2;
    } else {
      return {};
    }
    while (byte(end) != 0) end += byte(end) + 1;
    ++end;
    if (end > file_.size()) return {};
    at_ = end;
    return file_.subspan(begin, end - begin);
  }

 private:
  unsigned byte(std::size_t at) const {
    return at < file_.size() ? static_cast<unsigned>(file_[at]) : 0;
  }
  // Bytes of the table that the flags at `at` announce.
  std::size_t colours(std::size_t at) const {
    return (byte(at) & 128u) != 0 ? std::size_t{6} << (byte(at) & 7u) : 0;
  }

  Block file_;
  std::size_t at_ = 0;
};

bool is_control(Block block) {
  return block.size() == kControlSize && block[0] == std::byte{kExtension} &&
         block[1] == std::byte{kControl};
}

void append(Bytes& out, Block block) {
  out.insert(out.end(), block.begin(), block.end());
}

void append_control(Bytes& out, Block control, int delay) {
  append(out, control);
  std::byte* const field = out.data() + out.size() - kControlSize + 4;
  const unsigned shown = static_cast<unsigned>(std::clamp(delay, 0, 0xffff));
  field[0] = static_cast<std::byte>(shown & 255u);
  field[1] = static_cast<std::byte>(shown >> 8);
}

// The frame before stays: one transparent pixel is laid over it.
void append_unchanged(Bytes& out, int delay) {
  constexpr unsigned char kUnchanged[] = {
      kExtension, kControl, 4,    0x05, 0, 0, 0, 0, kImage, 0, 0, 0,    0, 1, 0,
      1,          0,        0x80, 0,    0, 0, 0, 0, 0,      2, 2, 0x44, 1, 0};
  const Block frame = std::as_bytes(std::span(kUnchanged));
  append_control(out, frame.first(kControlSize), delay);
  append(out, frame.subspan(kControlSize));
}

}  // namespace

Bytes with_gif_frames(std::span<const std::byte> written, std::span<const int> delays) {
  Blocks blocks(written);
  Bytes out(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(blocks.at()));
  Block control;
  std::size_t frame = 0;
  for (Block block = blocks.next(); !block.empty(); block = blocks.next()) {
    if (is_control(block)) {
      control = block;
      continue;
    }
    if (block[0] != std::byte{kImage}) {
      append(out, block);
      continue;
    }
    if (control.empty()) return {};
    const std::size_t count =
        static_cast<std::size_t>(control[4]) | static_cast<std::size_t>(control[5]) << 8;
    if (count < 1 || count > delays.size() - frame) return {};
    // What is cleared behind a frame must be drawn again.
    const bool stays = ((static_cast<unsigned>(control[3]) >> 2) & 7u) < 2;
    for (std::size_t same = 0; same < count; ++same, ++frame) {
      if (same > 0 && stays) {
        append_unchanged(out, delays[frame]);
      } else {
        append_control(out, control, delays[frame]);
        append(out, block);
      }
    }
    control = {};
  }
  append(out, written.subspan(blocks.at()));
  return frame == delays.size() ? out : Bytes();
}

}  // namespace halfpixel::io
