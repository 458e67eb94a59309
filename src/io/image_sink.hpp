// How a picture file is made from inside. One implementation for each library that encodes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <halfpixel/tensor.hpp>

#include "io/atomic_file.hpp"
#include "io/image_metadata.hpp"

namespace halfpixel::io {

class ImageSink {
 public:
  virtual ~ImageSink() = default;
  // pixels: (height, width, channels), contiguous, of a kind that the format holds. metadata:
  // already fitted to them.
  virtual void write_page(const ConstTensorView& pixels, const ImageFields& metadata) = 0;
  // The file is complete behind this, but not yet in its place.
  virtual void finish() = 0;
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
