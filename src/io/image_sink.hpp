// How a picture file is made from inside. One implementation for each library that encodes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <halfpixel/tensor.hpp>

#include "io/atomic_file.hpp"
#include "io/image_metadata.hpp"

namespace halfpixel::io {

// What a page is before its samples.
struct PageLayout {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t channels = 0;
  DType dtype = DType::uint8;

  std::int64_t row_bytes() const {
    return width * channels * static_cast<std::int64_t>(size_of(dtype));
  }
};

// A page is begun, gets its rows from top to bottom, and is ended.
class ImageSink {
 public:
  virtual ~ImageSink() = default;
  // layout: of a kind that the format holds. metadata: already fitted to it.
  virtual void begin_page(const PageLayout& layout, const ImageFields& metadata) = 0;
  // Packed rows. They are the sink's until the call returns.
  virtual void write_rows(std::int64_t rows, const void* samples) = 0;
  virtual void end_page() = 0;
  // The file is complete behind this, but not yet in its place.
  virtual void finish() = 0;
};

// For encoders that want a page whole: rows are gathered, unless they come all at once.
class WholePageSink : public ImageSink {
 public:
  void begin_page(const PageLayout& layout, const ImageFields& metadata) final;
  void write_rows(std::int64_t rows, const void* samples) final;
  void end_page() final {}

 private:
  // pixels: (height, width, channels), contiguous.
  virtual void write_page(const ConstTensorView& pixels, const ImageFields& metadata) = 0;

  PageLayout layout_;
  ImageFields metadata_;
  Tensor pixels_;
  std::int64_t gathered_ = 0;
};

// Each writes to file.temporary_path() or through `file`. `where` begins messages. `lost` gets what
// turned out not to fit.
struct SinkContext {
  AtomicFile& file;
  std::string where;
  int pages = 1;
  std::vector<std::string>& lost;
};
std::unique_ptr<ImageSink> make_jpeg_sink(const SinkContext& context);
std::unique_ptr<ImageSink> make_png_sink(const SinkContext& context);
std::unique_ptr<ImageSink> make_webp_sink(const SinkContext& context);
std::unique_ptr<ImageSink> make_gif_sink(const SinkContext& context);
std::unique_ptr<ImageSink> make_tiff_sink(const SinkContext& context);
std::unique_ptr<ImageSink> make_avif_sink(const SinkContext& context);
std::unique_ptr<ImageSink> make_heic_sink(const SinkContext& context);
std::unique_ptr<ImageSink> make_jxl_sink(const SinkContext& context);

}  // namespace halfpixel::io
