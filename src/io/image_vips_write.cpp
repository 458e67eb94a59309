// GIF, AVIF, HEIC and JPEG XL by libvips.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "io/image_gif.hpp"
#include "io/image_sink.hpp"
#include "io/image_vips.hpp"

namespace halfpixel::io {
namespace {

VipsInterpretation interpretation_of(std::int64_t channels, DType dtype) {
  if (dtype == DType::float32) {
    return channels < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_scRGB;
  }
  const bool wide = dtype == DType::uint16;
  if (channels < 3) return wide ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W;
  return wide ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB;
}

// Uses the memory of `pixels`.
ImagePtr to_vips(const ConstTensorView& pixels, const ImageFields& metadata,
                 const std::string& where) {
  start_vips();
  const Shape& shape = pixels.shape();
  const ImagePtr memory(vips_image_new_from_memory(
      pixels.data(), static_cast<std::size_t>(pixels.size_bytes()), static_cast<int>(shape[1]),
      static_cast<int>(shape[0]), static_cast<int>(shape[2]), band_format_of(pixels.dtype())));
  if (memory == nullptr) fail(ErrorCode::internal, where, ": ", take_vips_error());
  ImagePtr image = vips_step(where, ErrorCode::internal, [&](VipsImage** out) {
    return vips_copy(memory.get(), out, "interpretation",
                     interpretation_of(shape[2], pixels.dtype()), "xres", metadata.x_resolution,
                     "yres", metadata.y_resolution, nullptr);
  });
  if (!metadata.icc.empty()) {
    vips_image_set_blob_copy(image.get(), VIPS_META_ICC_NAME, metadata.icc.data(),
                             metadata.icc.size());
  }
  if (metadata.has_resolution) {
    vips_image_set_string(image.get(), VIPS_META_RESOLUTION_UNIT, metadata.in_inches ? "in" : "cm");
  }
  return image;
}

// A file that libvips writes from begin to end, and that begins with a head of ours.
class Stream {
 public:
  explicit Stream(AtomicFile& file) : file_(file), target_(vips_target_custom_new()) {
    g_signal_connect(target_, "write", G_CALLBACK(on_write), this);
  }
  ~Stream() { g_object_unref(target_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  VipsTarget* target() const { return VIPS_TARGET(target_); }
  std::string error;

  virtual void take(const std::byte* bytes, std::size_t count) { put(bytes, count); }

 protected:
  void put(const std::byte* bytes, std::size_t count) {
    file_.write_at(position_, bytes, static_cast<std::int64_t>(count));
    position_ += static_cast<std::int64_t>(count);
  }

 private:
  static gint64 on_write(VipsTargetCustom*, const void* bytes, gint64 count, void* stream) {
    auto& self = *static_cast<Stream*>(stream);
    try {
      self.take(static_cast<const std::byte*>(bytes), static_cast<std::size_t>(count));
    } catch (const Error& failure) {  // must not pass through C
      if (self.error.empty()) self.error = failure.what();
      return -1;
    }
    return count;
  }

  AtomicFile& file_;
  VipsTargetCustom* target_;
  std::int64_t position_ = 0;
};

// Keeps the whole file, to change it.
class HeldStream : public Stream {
 public:
  using Stream::Stream;
  void take(const std::byte* bytes, std::size_t count) override {
    held_.insert(held_.end(), bytes, bytes + count);
  }
  const Bytes& held() const { return held_; }
  void write(const Bytes& bytes) { put(bytes.data(), bytes.size()); }

 private:
  Bytes held_;
};

void require_saved(int result, const Stream& stream, const std::string& where) {
  if (result == 0 && stream.error.empty()) return;
  const std::string why = take_vips_error();
  if (!stream.error.empty()) throw Error(ErrorCode::io, stream.error);  // it names the file
  fail(ErrorCode::io, where, ": ", why);
}

// Some alpha, which is the last channel of two or four, is neither full nor none.
bool is_faint(const ConstTensorView& pixels) {
  const std::int64_t channels = pixels.shape()[2];
  if (channels % 2 != 0) return false;
  const auto* samples = static_cast<const std::uint8_t*>(pixels.data());
  for (std::int64_t i = channels - 1; i < pixels.size(); i += channels) {
    if (samples[i] != 0 && samples[i] != 255) return true;
  }
  return false;
}

class GifSink final : public WholePageSink {
 public:
  explicit GifSink(const SinkContext& context) : context_(context) {}

  void write_page(const ConstTensorView& pixels, const ImageFields& metadata) override {
    const Shape& shape = pixels.shape();
    if (frames_ > 0 && (shape != shape_)) {
      fail(ErrorCode::unsupported, context_.where,
           ": frames of an animation have one size, write a .tif for pages of several; got ",
           shape.str(), " behind ", shape_.str());
    }
    shape_ = shape;
    if (is_faint(pixels)) context_.lost.emplace_back("partial transparency");
    const auto* begin = static_cast<const std::byte*>(pixels.data());
    samples_.insert(samples_.end(), begin, begin + pixels.size_bytes());
    constexpr int kPage = 1000;  // milliseconds that a page is shown which was no frame
    const double shown = metadata.animated ? metadata.delay_ms : kPage;
    delays_.push_back(static_cast<int>(std::rint(std::min(shown / 10, 65535.0))));
    loop_ = metadata.animated ? metadata.loop : 0;
    ++frames_;
  }

  void finish() override {
    const Shape whole{shape_[0] * frames_, shape_[1], shape_[2]};
    if (whole[0] >= VIPS_MAX_COORD)
      fail(ErrorCode::unsupported, context_.where, ": too many rows for a GIF; got ", whole[0]);
    const ConstTensorView pixels(samples_.data(), DType::uint8, whole);
    const ImagePtr image = to_vips(pixels, {}, context_.where);
    if (frames_ > 1) {
      vips_image_set_int(image.get(), VIPS_META_PAGE_HEIGHT, static_cast<int>(shape_[0]));
      const std::vector<int> one_each(delays_.size(), 10);  // milliseconds; see with_gif_frames
      vips_image_set_array_int(image.get(), "delay", one_each.data(), frames_);
      vips_image_set_int(image.get(), "loop", loop_);
    }
    HeldStream stream(context_.file);
    const int result = vips_gifsave_target(image.get(), stream.target(), nullptr);
    require_saved(result, stream, context_.where);
    if (frames_ > 1) {
      const Bytes animation = with_gif_frames(stream.held(), delays_);
      if (animation.empty())
        fail(ErrorCode::internal, context_.where, ": libvips wrote other frames than it was given");
      stream.write(animation);
    } else {
      stream.write(stream.held());
    }
  }

 private:
  SinkContext context_;
  std::vector<std::byte> samples_;
  std::vector<int> delays_;  // hundredths of a second
  Shape shape_;
  int frames_ = 0;
  int loop_ = 0;
};

// AVIF and HEIC: quality 95 with full colour resolution.
class HeifSink final : public WholePageSink {
 public:
  HeifSink(const SinkContext& context, VipsForeignHeifCompression compression)
      : context_(context), compression_(compression) {}

  void write_page(const ConstTensorView& pixels, const ImageFields& metadata) override {
    const ImagePtr image = to_vips(pixels, metadata, context_.where);
    if (!metadata.exif.empty()) {
      Bytes block;
      for (const char c : std::string_view("Exif\0\0", 6))
        block.push_back(static_cast<std::byte>(c));
      block.insert(block.end(), metadata.exif.begin(), metadata.exif.end());
      vips_image_set_blob_copy(image.get(), VIPS_META_EXIF_NAME, block.data(), block.size());
    }
    if (!metadata.xmp.empty()) {
      vips_image_set_blob_copy(image.get(), VIPS_META_XMP_NAME, metadata.xmp.data(),
                               metadata.xmp.size());
    }
    Stream stream(context_.file);
    require_saved(
        vips_heifsave_target(image.get(), stream.target(), "Q", 95, "compression", compression_,
                             "bitdepth", 8, "subsample_mode", VIPS_FOREIGN_SUBSAMPLE_OFF, nullptr),
        stream, context_.where);
  }
  void finish() override {}

 private:
  SinkContext context_;
  VipsForeignHeifCompression compression_;
};

// Puts the file into a container with EXIF and XMP when there are any.
class JxlStream final : public HeldStream {
 public:
  using HeldStream::HeldStream;
  void finish(const ImageFields& metadata) {
    const Bytes& file = held();
    const bool bare = file.size() >= 2 && file[0] == std::byte{0xff} && file[1] == std::byte{0x0a};
    const bool boxes = !metadata.exif.empty() || !metadata.xmp.empty();
    Bytes out;
    if (bare && boxes) {
      box(out, "JXL ", std::string_view("\r\n\x87\n", 4));
      box(out, "ftyp", std::string_view("jxl \0\0\0\0jxl ", 12));
      box(out, "jxlc", text_of(file));
    } else {
      out = file;
    }
    if (!metadata.exif.empty()) {
      Bytes block(4);  // where the TIFF structure begins behind these bytes
      block.insert(block.end(), metadata.exif.begin(), metadata.exif.end());
      box(out, "Exif", text_of(block));
    }
    if (!metadata.xmp.empty()) box(out, "xml ", text_of(metadata.xmp));
    write(out);
  }

 private:
  static std::string_view text_of(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  static void number(Bytes& out, std::uint64_t value, int bits) {
    for (int shift = bits - 8; shift >= 0; shift -= 8)
      out.push_back(static_cast<std::byte>((value >> shift) & 255u));
  }
  static void box(Bytes& out, std::string_view name, std::string_view content) {
    const bool large = content.size() + 8 > 0xffffffffu;
    number(out, large ? 1 : content.size() + 8, 32);
    for (const char c : name) out.push_back(static_cast<std::byte>(c));
    if (large) number(out, content.size() + 16, 64);
    const auto* begin = reinterpret_cast<const std::byte*>(content.data());
    out.insert(out.end(), begin, begin + content.size());
  }
};

class JxlSink final : public WholePageSink {
 public:
  explicit JxlSink(const SinkContext& context) : context_(context) {}

  void write_page(const ConstTensorView& pixels, const ImageFields& metadata) override {
    const ImagePtr image = to_vips(pixels, metadata, context_.where);
    JxlStream stream(context_.file);
    const int result =
        vips_call("jxlsave_target", image.get(), stream.target(), "lossless", TRUE, nullptr);
    if (result == 0 && stream.error.empty()) stream.finish(metadata);
    require_saved(result, stream, context_.where);
  }
  void finish() override {}

 private:
  SinkContext context_;
};

}  // namespace

std::unique_ptr<ImageSink> make_gif_sink(const SinkContext& context) {
  return std::make_unique<GifSink>(context);
}
std::unique_ptr<ImageSink> make_avif_sink(const SinkContext& context) {
  return std::make_unique<HeifSink>(context, VIPS_FOREIGN_HEIF_COMPRESSION_AV1);
}
std::unique_ptr<ImageSink> make_heic_sink(const SinkContext& context) {
  return std::make_unique<HeifSink>(context, VIPS_FOREIGN_HEIF_COMPRESSION_HEVC);
}
std::unique_ptr<ImageSink> make_jxl_sink(const SinkContext& context) {
  return std::make_unique<JxlSink>(context);
}

}  // namespace halfpixel::io
