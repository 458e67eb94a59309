// PNG by libpng, row by row: libvips wants a picture that it can ask, and drops chunks.
#include <bit>
#include <csetjmp>
#include <string>
#include <vector>

#include <png.h>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "io/image_png.hpp"
#include "io/image_sink.hpp"

namespace halfpixel::io {
namespace {

struct PngEncoder {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::jmp_buf escape{};
  AtomicFile* file = nullptr;
  std::int64_t position = 0;
  const ImageFields* metadata = nullptr;
  Bytes held;           // what comes before the pixels, until all of it is there
  bool passed = false;  // it was written, with our chunks
  std::string message;
  bool failed_to_write = false;

  PngEncoder() = default;
  ~PngEncoder() { png_destroy_write_struct(&png, &info); }
  PngEncoder(const PngEncoder&) = delete;
  PngEncoder& operator=(const PngEncoder&) = delete;

  void put(std::span<const std::byte> bytes) {
    file->write_at(position, bytes.data(), static_cast<std::int64_t>(bytes.size()));
    position += static_cast<std::int64_t>(bytes.size());
  }
  void take(std::span<const std::byte> bytes) {
    if (passed) return put(bytes);
    held.insert(held.end(), bytes.begin(), bytes.end());
    std::size_t head = 0;
    if (!has_png_head(held, &head)) return;
    put(with_png_chunks(std::span(held).first(head), *metadata));
    put(std::span(held).subspan(head));
    passed = true;
  }
};

[[noreturn]] void on_png_error(png_structp png, png_const_charp text) {
  auto& encoder = *static_cast<PngEncoder*>(png_get_error_ptr(png));
  if (encoder.message.empty()) encoder.message = text;
  std::longjmp(encoder.escape, 1);
}

void on_png_write(png_structp png, png_bytep bytes, std::size_t count) {
  auto& encoder = *static_cast<PngEncoder*>(png_get_io_ptr(png));
  try {
    encoder.take({reinterpret_cast<const std::byte*>(bytes), count});
  } catch (const std::exception& error) {  // must not pass through C
    encoder.message = error.what();
    encoder.failed_to_write = true;
  }
  if (encoder.failed_to_write) png_error(png, "write");
}

class PngSink final : public ImageSink {
 public:
  explicit PngSink(const SinkContext& context) : context_(context) {}

  void begin_page(const PageLayout& layout, const ImageFields& metadata) override {
    metadata_ = metadata;
    row_bytes_ = layout.row_bytes();
    encoder_.file = &context_.file;
    encoder_.metadata = &metadata_;
    encoder_.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &encoder_, on_png_error,
                                           [](png_structp, png_const_charp) {});
    if (encoder_.png != nullptr) encoder_.info = png_create_info_struct(encoder_.png);
    if (encoder_.info == nullptr)
      fail(ErrorCode::out_of_memory, context_.where, ": libpng does not start");
    guarded([&] { start(layout); });
  }

  void write_rows(std::int64_t rows, const void* samples) override {
    const auto* row = static_cast<png_const_bytep>(samples);
    guarded([&] {
      for (std::int64_t y = 0; y < rows; ++y, row += row_bytes_) png_write_row(encoder_.png, row);
    });
  }

  void end_page() override {
    guarded([&] { png_write_end(encoder_.png, nullptr); });
  }

  void finish() override {}

 private:
  // No object with a destructor may be made in `call` between a call into libpng and its return.
  template <class Call>
  void guarded(const Call& call) {
    if (setjmp(encoder_.escape) == 0) {
      call();
      return;
    }
    if (encoder_.failed_to_write) throw Error(ErrorCode::io, encoder_.message);
    fail(ErrorCode::unsupported, context_.where, ": ", encoder_.message);
  }

  void start(const PageLayout& layout) {
    constexpr int kColours[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                PNG_COLOR_TYPE_RGB_ALPHA};
    constexpr png_uint_32 kMostSide = 0x7fffffff;  // the format's own
    const png_structp png = encoder_.png;
    const bool wide = layout.dtype == DType::uint16;
    png_set_write_fn(png, &encoder_, on_png_write, [](png_structp) {});
    png_set_user_limits(png, kMostSide, kMostSide);
    // An odd profile is dropped by who reads it, if at all.
    png_set_benign_errors(png, 1);
    png_set_IHDR(png, encoder_.info, static_cast<png_uint_32>(layout.width),
                 static_cast<png_uint_32>(layout.height), wide ? 16 : 8,
                 kColours[layout.channels - 1], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (!metadata_.icc.empty()) {
      png_set_iCCP(png, encoder_.info, "icc", PNG_COMPRESSION_TYPE_BASE,
                   reinterpret_cast<png_const_bytep>(metadata_.icc.data()),
                   static_cast<png_uint_32>(metadata_.icc.size()));
    }
    if (metadata_.has_resolution) {
      png_set_pHYs(png, encoder_.info, per_metre(metadata_.x_resolution),
                   per_metre(metadata_.y_resolution), PNG_RESOLUTION_METER);
    }
    png_set_compression_level(png, 6);
    png_set_compression_buffer_size(png, std::size_t{1} << 16);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_write_info(png, encoder_.info);
    if (wide && std::endian::native == std::endian::little) png_set_swap(png);
  }

  static png_uint_32 per_metre(double per_millimetre) {
    const double per_metre = per_millimetre * 1000;
    return per_metre > 0x7fffffff ? 0x7fffffffu : static_cast<png_uint_32>(per_metre + 0.5);
  }

  SinkContext context_;
  ImageFields metadata_;
  PngEncoder encoder_;
  std::int64_t row_bytes_ = 0;
};

}  // namespace

std::unique_ptr<ImageSink> make_png_sink(const SinkContext& context) {
  return std::make_unique<PngSink>(context);
}

}  // namespace halfpixel::io
