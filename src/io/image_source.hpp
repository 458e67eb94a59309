// How a picture file looks from inside: pages, and rows of a page. One implementation for each
// library that decodes.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include <halfpixel/dtype.hpp>
#include <halfpixel/image.hpp>
#include <halfpixel/tensor.hpp>

#include "io/image_metadata.hpp"
#include "io/input_file.hpp"

namespace halfpixel::io {

// One page as it is stored: not turned, colours already grey or RGB. Extents are known before
// anything is decoded.
class PageSource {
 public:
  virtual ~PageSource() = default;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t channels = 0;
  DType dtype = DType::uint8;

  // The next `rows` rows, top to bottom, packed. Throws Error for damaged files.
  virtual void read_rows(std::int64_t rows, void* to) = 0;
};

class ImageFile {
 public:
  virtual ~ImageFile() = default;
  virtual int pages() const = 0;
  virtual bool animated() const { return false; }
  // The page, and what belongs to it beside its samples. Cheapest in ascending order; a source ends
  // the life of the one before.
  virtual std::unique_ptr<PageSource> open_page(int page, ImageFields& metadata) = 0;
};

// Each keeps a reference to `file`. `where` begins messages: "[read_image] photo.tif".
std::unique_ptr<ImageFile> open_tiff(const InputFile& file, const std::string& where);
std::unique_ptr<ImageFile> open_jpeg(const InputFile& file, const std::string& where);
// PNG, WebP, GIF and, where libvips has them, AVIF, HEIC and JPEG XL.
std::unique_ptr<ImageFile> open_with_vips(const InputFile& file, const std::string& where);

// A picture that was made whole.
class TensorRows final : public PageSource {
 public:
  explicit TensorRows(Tensor pixels) : pixels_(std::move(pixels)) {
    height = pixels_.shape()[0];
    width = pixels_.shape()[1];
    channels = pixels_.shape()[2];
    dtype = pixels_.dtype();
  }
  void read_rows(std::int64_t rows, void* to) override {
    const std::size_t row = static_cast<std::size_t>(width * channels) * size_of(dtype);
    std::memcpy(to, static_cast<const std::byte*>(pixels_.data()) + next_ * row,
                static_cast<std::size_t>(rows) * row);
    next_ += static_cast<std::size_t>(rows);
  }

 private:
  Tensor pixels_;
  std::size_t next_ = 0;
};

// Throws Error when there are more samples than set_max_image_samples allows. height: of what is
// held at once.
void check_extents(std::int64_t width, std::int64_t height, std::int64_t channels,
                   const std::string& where);

}  // namespace halfpixel::io
