#include "io/image_apng.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "io/image_png.hpp"
#include "io/image_vips.hpp"

namespace halfpixel::io {
namespace {

enum Dispose : unsigned { kLeave = 0, kClear = 1, kPrevious = 2 };

struct Part {
  std::int64_t offset;
  std::int64_t size;
};

struct Frame {
  std::uint32_t width = 0, height = 0, left = 0, top = 0;
  int delay_ms = 0;
  unsigned dispose = kLeave;
  bool over = false;  // laid over what is there, not in its place
  std::vector<Part> data;
};

std::uint32_t number(const Bytes& bytes, std::size_t at, unsigned size) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < size; ++i)
    value = value << 8 | static_cast<std::uint32_t>(bytes[at + i]);
  return value;
}

// dst takes src over it; both straight, the last channel alpha.
template <class Sample>
void lay_over(const Sample* src, Sample* dst, std::int64_t channels) {
  constexpr auto kMax = static_cast<double>(std::numeric_limits<Sample>::max());
  const double a = static_cast<double>(src[channels - 1]) / kMax;
  const double b = static_cast<double>(dst[channels - 1]) / kMax * (1 - a);
  if (a + b <= 0) return;
  for (std::int64_t c = 0; c + 1 < channels; ++c) {
    const double mixed =
        (static_cast<double>(src[c]) * a + static_cast<double>(dst[c]) * b) / (a + b);
    dst[c] = static_cast<Sample>(mixed + 0.5);
  }
  dst[channels - 1] = static_cast<Sample>((a + b) * kMax + 0.5);
}

}  // namespace

struct ApngFrames::Impl {
  Impl(const InputFile& input, std::string name) : file(input), where(std::move(name)) {}

  [[noreturn]] void damaged(const char* what) const {
    fail(ErrorCode::malformed_file, where, ": animated PNG: ", what);
  }

  Bytes bytes_at(const Part& part) const {
    Bytes bytes(static_cast<std::size_t>(part.size));
    file.read_at(part.offset, bytes.data(), part.size);
    return bytes;
  }

  void scan() {
    constexpr std::int64_t kSignature = 8;
    bool after_control = false;
    for (std::int64_t at = kSignature; at + 12 <= file.size();) {
      const Bytes start = bytes_at({at, 8});
      const std::int64_t size = number(start, 0, 4);
      const std::string_view name(reinterpret_cast<const char*>(start.data()) + 4, 4);
      const Part part{at + 8, size};
      if (at + 12 + size > file.size()) damaged("it is cut");
      if (name == "IHDR" && size == 13) {
        header = bytes_at(part);
        width = number(header, 0, 4);
        height = number(header, 4, 4);
      } else if (name == "PLTE" || name == "tRNS") {
        if (size > 1024) damaged("a palette is too long");
        palette.emplace_back(std::string(name), bytes_at(part));
      } else if (name == "acTL" && size == 8) {
        loop = static_cast<int>(std::min(number(bytes_at(part), 4, 4), 65535u));
      } else if (name == "fcTL" && size == 26) {
        add_control(bytes_at(part));
        after_control = true;
      } else if (name == "IDAT" && after_control && !frames.empty()) {
        frames.back().data.push_back(part);
      } else if (name == "fdAT" && size >= 4 && !frames.empty()) {
        frames.back().data.push_back({part.offset + 4, size - 4});
      } else if (name == "IEND") {
        break;
      }
      at += 12 + size;
    }
    if (header.empty() || frames.empty()) damaged("it has no frames");
  }

  void add_control(const Bytes& control) {
    constexpr std::size_t kMost = 100000;
    if (frames.size() >= kMost) damaged("it has too many frames");
    Frame frame;
    frame.width = number(control, 4, 4);
    frame.height = number(control, 8, 4);
    frame.left = number(control, 12, 4);
    frame.top = number(control, 16, 4);
    const std::uint32_t part = number(control, 20, 2);
    const std::uint32_t whole = number(control, 22, 2);
    frame.delay_ms = static_cast<int>(part * 1000.0 / (whole == 0 ? 100 : whole) + 0.5);
    frame.dispose = number(control, 24, 1);
    frame.over = number(control, 25, 1) == 1;
    const bool inside = frame.width > 0 && frame.height > 0 && frame.width <= width &&
                        frame.height <= height && frame.left <= width - frame.width &&
                        frame.top <= height - frame.height;
    if (!inside) damaged("a frame lies outside of the picture");
    frames.push_back(std::move(frame));
  }

  // The frame's own pixels.
  Tensor decode(const Frame& frame) const {
    Bytes png;
    for (const char c : std::string_view("\x89PNG\r\n\x1a\n", 8))
      png.push_back(static_cast<std::byte>(c));
    Bytes own = header;
    for (unsigned i = 0; i < 4; ++i) {
      own[i] = static_cast<std::byte>((frame.width >> (24 - 8 * i)) & 255u);
      own[4 + i] = static_cast<std::byte>((frame.height >> (24 - 8 * i)) & 255u);
    }
    append_png_chunk(png, "IHDR", own);
    for (const auto& [name, bytes] : palette) append_png_chunk(png, name, bytes);
    for (const Part& part : frame.data) append_png_chunk(png, "IDAT", bytes_at(part));
    append_png_chunk(png, "IEND", {});
    const ImagePtr image = vips_step(where, ErrorCode::malformed_file, [&](VipsImage** out) {
      return vips_pngload_buffer(png.data(), png.size(), out, "access", VIPS_ACCESS_SEQUENTIAL,
                                 "fail_on", VIPS_FAIL_ON_ERROR, nullptr);
    });
    Tensor pixels({vips_image_get_height(image.get()), vips_image_get_width(image.get()),
                   vips_image_get_bands(image.get())},
                  dtype_of(vips_image_get_format(image.get()), where));
    const RegionPtr region(vips_region_new(image.get()));
    const std::size_t row = VIPS_IMAGE_SIZEOF_LINE(image.get());
    for (int y = 0; y < vips_image_get_height(image.get()); ++y) {
      const VipsRect line{0, y, vips_image_get_width(image.get()), 1};
      if (region == nullptr || vips_region_prepare(region.get(), &line) != 0)
        fail(ErrorCode::malformed_file, where, ": ", take_vips_error());
      std::memcpy(static_cast<std::byte*>(pixels.data()) + static_cast<std::size_t>(y) * row,
                  VIPS_REGION_ADDR(region.get(), 0, y), row);
    }
    return pixels;
  }

  // Without alpha in the frames there is some where no frame lies.
  bool leaves_holes() const {
    const Frame& first = frames.front();
    if (first.width != width || first.height != height) return true;
    return std::any_of(frames.begin(), frames.end(),
                       [](const Frame& frame) { return frame.dispose != kLeave; });
  }

  void start(const Tensor& first) {
    const std::int64_t bands = first.shape()[2];
    channels = bands % 2 == 1 && leaves_holes() ? bands + 1 : bands;
    check_extents(width, height, channels, where);
    canvas = Tensor({height, width, channels}, first.dtype());
    std::memset(canvas.data(), 0, static_cast<std::size_t>(canvas.size_bytes()));
  }

  template <class Sample>
  void draw(const Frame& frame, const Tensor& pixels) {
    const std::int64_t bands = pixels.shape()[2];
    const Sample* src = pixels.data<Sample>();
    std::vector<Sample> pixel(static_cast<std::size_t>(channels),
                              std::numeric_limits<Sample>::max());
    for (std::int64_t y = 0; y < frame.height; ++y) {
      Sample* dst = canvas.data<Sample>() + ((frame.top + y) * width + frame.left) * channels;
      for (std::int64_t x = 0; x < frame.width; ++x, src += bands, dst += channels) {
        std::copy_n(src, bands, pixel.data());
        if (frame.over && channels % 2 == 0) {
          lay_over(pixel.data(), dst, channels);
        } else {
          std::copy_n(pixel.data(), channels, dst);
        }
      }
    }
  }

  void clear(const Frame& frame) {
    const std::size_t pixel = static_cast<std::size_t>(channels) * size_of(canvas.dtype());
    for (std::int64_t y = 0; y < frame.height; ++y) {
      const auto at = static_cast<std::size_t>((frame.top + y) * width + frame.left) * pixel;
      std::memset(static_cast<std::byte*>(canvas.data()) + at, 0, frame.width * pixel);
    }
  }

  Tensor advance() {
    const Frame& frame = frames[static_cast<std::size_t>(next)];
    const Tensor pixels = decode(frame);
    if (next == 0) start(pixels);
    const std::int64_t bands = pixels.shape()[2];
    if (pixels.dtype() != canvas.dtype() || (bands != channels && bands + 1 != channels))
      damaged("frames of different kinds");
    Tensor before;
    // What a first frame would restore is an empty canvas.
    const unsigned dispose = next == 0 && frame.dispose == kPrevious ? kClear : frame.dispose;
    if (dispose == kPrevious) before = canvas.clone();
    if (canvas.dtype() == DType::uint16) {
      draw<std::uint16_t>(frame, pixels);
    } else {
      draw<std::uint8_t>(frame, pixels);
    }
    Tensor shown = canvas.clone();
    if (dispose == kClear) clear(frame);
    if (dispose == kPrevious) canvas = std::move(before);
    ++next;
    return shown;
  }

  const InputFile& file;
  std::string where;
  Bytes header;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::vector<std::pair<std::string, Bytes>> palette;
  std::vector<Frame> frames;
  int loop = 0;
  int next = 0;
  std::int64_t channels = 0;
  Tensor canvas;
};

ApngFrames::ApngFrames(const InputFile& file, std::string where)
    : impl_(std::make_unique<Impl>(file, std::move(where))) {
  impl_->scan();
}
ApngFrames::~ApngFrames() = default;

int ApngFrames::count() const {
  return static_cast<int>(impl_->frames.size());
}
int ApngFrames::loop() const {
  return impl_->loop;
}
int ApngFrames::delay_ms(int frame) const {
  return impl_->frames[static_cast<std::size_t>(frame)].delay_ms;
}

Tensor ApngFrames::canvas(int frame) {
  if (frame < impl_->next) impl_->next = 0;
  Tensor shown;
  while (impl_->next <= frame) shown = impl_->advance();
  return shown;
}

}  // namespace halfpixel::io
