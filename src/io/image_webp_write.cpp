// Lossless WebP by libwebp: libvips lets it change the colours of invisible pixels, merges equal
// frames, and puts JPEG's heading in front of EXIF.
#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include <webp/encode.h>
#include <webp/mux.h>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "io/image_sink.hpp"

namespace halfpixel::io {
namespace {

struct MuxDelete {
  void operator()(WebPMux* mux) const noexcept { WebPMuxDelete(mux); }
};
using MuxPtr = std::unique_ptr<WebPMux, MuxDelete>;

WebPData data_of(const Bytes& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

constexpr int kPage = 1000;  // milliseconds that a page is shown which was no frame

// A part of a frame, four bytes a pixel in libwebp's order.
struct Rectangle {
  int left, top, right, bottom;
};

class WebpSink final : public WholePageSink {
 public:
  explicit WebpSink(const SinkContext& context) : context_(context), mux_(WebPMuxNew()) {}

  void write_page(const ConstTensorView& pixels, const ImageFields& metadata) override {
    const auto height = static_cast<int>(pixels.shape()[0]);
    const auto width = static_cast<int>(pixels.shape()[1]);
    if (width > WEBP_MAX_DIMENSION || height > WEBP_MAX_DIMENSION) {
      fail(ErrorCode::unsupported, context_.where, ": WebP has sides of at most ",
           WEBP_MAX_DIMENSION, " pixels; got ", width, "x", height);
    }
    std::vector<std::uint32_t> canvas = argb(pixels);
    const bool first = frames_ == 0;
    if (first) add_metadata(metadata);
    if (context_.pages == 1) {
      const Bytes bitstream = encode(canvas, width, {0, 0, width, height});
      const WebPData data = data_of(bitstream);
      check(WebPMuxSetImage(mux_.get(), &data, 1));
    } else {
      if (!first && (width != width_ || height != height_)) {
        fail(ErrorCode::unsupported, context_.where,
             ": frames of an animation have one size, write a .tif for pages of several; got ",
             width, "x", height, " behind ", width_, "x", height_);
      }
      const Rectangle part =
          first ? Rectangle{0, 0, width, height} : changed(canvas, width, height);
      const Bytes bitstream = encode(canvas, width, part);
      WebPMuxFrameInfo frame{};
      frame.bitstream = data_of(bitstream);
      frame.x_offset = part.left;
      frame.y_offset = part.top;
      frame.duration = metadata.animated ? std::clamp(metadata.delay_ms, 0, (1 << 24) - 1) : kPage;
      frame.id = WEBP_CHUNK_ANMF;
      frame.dispose_method = WEBP_MUX_DISPOSE_NONE;
      frame.blend_method = WEBP_MUX_NO_BLEND;
      check(WebPMuxPushFrame(mux_.get(), &frame, 1));
      loop_ = metadata.animated ? metadata.loop : 0;
      previous_ = std::move(canvas);
    }
    width_ = width;
    height_ = height;
    ++frames_;
  }

  void finish() override {
    if (context_.pages > 1) {
      const WebPMuxAnimParams parameters{0, std::clamp(loop_, 0, 65535)};
      check(WebPMuxSetAnimationParams(mux_.get(), &parameters));
      check(WebPMuxSetCanvasSize(mux_.get(), width_, height_));
    }
    WebPData file{};
    check(WebPMuxAssemble(mux_.get(), &file));
    const std::unique_ptr<WebPData, void (*)(WebPData*)> cleared(&file, WebPDataClear);
    context_.file.write_at(0, file.bytes, static_cast<std::int64_t>(file.size));
  }

 private:
  void check(WebPMuxError result) const {
    if (result == WEBP_MUX_OK) return;
    fail(result == WEBP_MUX_MEMORY_ERROR ? ErrorCode::out_of_memory : ErrorCode::internal,
         context_.where, ": libwebpmux fails with ", static_cast<int>(result));
  }

  void add_metadata(const ImageFields& metadata) {
    const auto add = [&](const char* name, const Bytes& bytes) {
      const WebPData data = data_of(bytes);
      if (!bytes.empty()) check(WebPMuxSetChunk(mux_.get(), name, &data, 1));
    };
    add("ICCP", metadata.icc);
    add("EXIF", metadata.exif);
    add("XMP ", metadata.xmp);
  }

  static std::vector<std::uint32_t> argb(const ConstTensorView& pixels) {
    const auto channels = static_cast<int>(pixels.shape()[2]);
    std::vector<std::uint32_t> out(static_cast<std::size_t>(pixels.shape()[0] * pixels.shape()[1]));
    const std::uint8_t* src = pixels.data<std::uint8_t>();
    for (std::uint32_t& pixel : out) {
      const std::uint32_t red = src[0];
      const std::uint32_t green = channels < 3 ? src[0] : src[1];
      const std::uint32_t blue = channels < 3 ? src[0] : src[2];
      const std::uint32_t alpha = channels % 2 == 0 ? src[channels - 1] : 255u;
      pixel = alpha << 24 | red << 16 | green << 8 | blue;
      src += channels;
    }
    return out;
  }

  // The smallest rectangle that differs from the frame before; its corner lies on even pixels.
  Rectangle changed(const std::vector<std::uint32_t>& canvas, int width, int height) const {
    Rectangle part{width, height, 0, 0};
    for (int y = 0; y < height; ++y) {
      const auto* now = canvas.data() + static_cast<std::ptrdiff_t>(y) * width;
      const auto* then = previous_.data() + static_cast<std::ptrdiff_t>(y) * width;
      const auto [first, unused] = std::mismatch(now, now + width, then);
      if (first == now + width) continue;
      int last = width - 1;
      while (now[last] == then[last]) --last;
      part.left = std::min(part.left, static_cast<int>(first - now));
      part.right = std::max(part.right, last + 1);
      part.top = std::min(part.top, y);
      part.bottom = y + 1;
    }
    if (part.right == 0) return {0, 0, 1, 1};
    part.left &= ~1;
    part.top &= ~1;
    return part;
  }

  Bytes encode(std::vector<std::uint32_t>& canvas, int width, const Rectangle& part) const {
    WebPConfig config;
    WebPPicture picture;
    if (WebPConfigInit(&config) == 0 || WebPPictureInit(&picture) == 0)
      fail(ErrorCode::internal, context_.where, ": libwebp has another version than its headers");
    config.lossless = 1;
    config.exact = 1;
    config.quality = 75;
    config.method = 4;
    picture.use_argb = 1;
    picture.width = part.right - part.left;
    picture.height = part.bottom - part.top;
    picture.argb = canvas.data() + static_cast<std::ptrdiff_t>(part.top) * width + part.left;
    picture.argb_stride = width;
    WebPMemoryWriter writer;
    WebPMemoryWriterInit(&writer);
    const std::unique_ptr<WebPMemoryWriter, void (*)(WebPMemoryWriter*)> cleared(
        &writer, WebPMemoryWriterClear);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer;
    const bool done = WebPEncode(&config, &picture) != 0;
    const WebPEncodingError code = picture.error_code;
    picture.argb = nullptr;  // ours
    WebPPictureFree(&picture);
    if (!done) {
      const bool memory =
          code == VP8_ENC_ERROR_OUT_OF_MEMORY || code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY;
      fail(memory ? ErrorCode::out_of_memory : ErrorCode::internal, context_.where,
           ": libwebp fails with ", static_cast<int>(code));
    }
    const auto* begin = reinterpret_cast<const std::byte*>(writer.mem);
    return {begin, begin + writer.size};
  }

  SinkContext context_;
  MuxPtr mux_;
  std::vector<std::uint32_t> previous_;
  int frames_ = 0;
  int width_ = 0;
  int height_ = 0;
  int loop_ = 0;
};

}  // namespace

std::unique_ptr<ImageSink> make_webp_sink(const SinkContext& context) {
  return std::make_unique<WebpSink>(context);
}

}  // namespace halfpixel::io
