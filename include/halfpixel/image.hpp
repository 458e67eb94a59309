// Photos as tensors. Component halfpixel::image: JPEG, PNG, WebP, GIF, TIFF, and AVIF, HEIC and
// JPEG XL where libvips has them. The functions are thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/export.hpp>
#include <halfpixel/path.hpp>
#include <halfpixel/shared.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::io {

struct ImageFields;

// What belongs to a picture beside its samples: profile, EXIF, XMP, IPTC, resolution, GeoTIFF keys,
// what its channels mean, how long a frame is shown. Opaque: read it with one file, write it with
// another; docs/pictures.md says what each format can hold. Immutable; copies share what
// they hold.
class HALFPIXEL_EXPORT ImageMetadata {
 public:
  ImageMetadata();
  bool has_alpha() const noexcept;         // one channel is coverage
  int alpha_channel() const noexcept;      // which, the first one if several; −1: none
  int colour_channels() const noexcept;    // the first ones: 1 grey, 3 RGB; 0: not known
  std::size_t icc_bytes() const noexcept;  // size of the colour profile; 0: none
  int orientation() const noexcept;        // EXIF's number of what is yet to be applied; 1: upright
  int delay_ms() const noexcept;           // of a frame of an animation
  // What was met while reading and is not in the picture, a line each: a damaged but whole file, a
  // gain map that was left out.
  const std::vector<std::string>& warnings() const noexcept;

 private:
  friend struct halfpixel::Access;
  explicit ImageMetadata(detail::Shared<const ImageFields> fields) noexcept;
  detail::Shared<const ImageFields> impl_;
};

struct Image {
  Tensor pixels;  // (height, width, channels)
  ImageMetadata metadata;
};

// A page before its samples.
struct ImageHeader {
  Shape shape;  // (height, width, channels)
  DType dtype = DType::uint8;
  ImageMetadata metadata;
};

struct ReadImageOptions {
  bool upright = true;  // apply the orientation; otherwise rows and columns as they are stored
};

// The pages of a TIFF or the frames of an animation. Not for several threads at a time.
class HALFPIXEL_EXPORT ImageReader {
 public:
  // Throws Error for unknown formats and damaged files.
  explicit ImageReader(const Path& path, const ReadImageOptions& options = {});
  ~ImageReader();
  ImageReader(ImageReader&&) noexcept;
  ImageReader& operator=(ImageReader&&) noexcept;

  int pages() const noexcept;
  bool animated() const noexcept;  // the pages are frames
  // page: from 0; ascending order is cheapest. Throws Error for a page that is not there, damaged
  // files and pictures above 2^31 samples.
  Image read(int page = 0);

  // A page of any size, a few rows at a time: open() decodes nothing, unless the page must be
  // turned, which is done whole; read_rows() gives the next rows from top to bottom. rows:
  // (count, width, channels) of the page's dtype, contiguous. Both throw Error as read() does.
  ImageHeader open(int page = 0);
  void read_rows(const TensorView& rows);
  // Of the open page. Behind its last row all warnings are in it.
  ImageMetadata metadata() const;

 private:
  friend struct halfpixel::Access;
  struct Impl;
  detail::Shared<Impl> impl_;
};

// The first page: (height, width, channels), upright. uint8 or uint16; TIFF and JPEG XL also
// float32, and TIFF int8, int16, int32 and uint32. 1 to 4 channels, in TIFF any number.
HALFPIXEL_EXPORT Tensor read_image(const Path& path, const ReadImageOptions& options = {});
HALFPIXEL_EXPORT Image read_image_with_metadata(const Path& path,
                                                const ReadImageOptions& options = {});

// A file of one or more pages: several for .tif, .webp and .gif. Format by the ending of the name.
// The file appears whole, by finish(), or not at all. Not for several threads at a time.
class HALFPIXEL_EXPORT ImageWriter {
 public:
  // Throws Error when the format holds fewer than `pages` pages.
  explicit ImageWriter(const Path& path, int pages = 1);
  ~ImageWriter();
  ImageWriter(ImageWriter&&) noexcept;
  ImageWriter& operator=(ImageWriter&&) noexcept;

  // pixels: (height, width, channels), not empty, of a dtype and with channels that the format has;
  // frames of an animation have one size. Throws Error otherwise.
  void write(const ConstTensorView& pixels, const ImageMetadata& metadata = {});

  // A page a few rows at a time, from top to bottom; it ends with its last row. shape: (height,
  // width, channels); rows: (count, width, channels). TIFF, PNG and JPEG go to the file as they
  // come (a JPEG above 2^25 samples); the other formats are gathered and encoded whole.
  void begin(const Shape& shape, DType dtype, const ImageMetadata& metadata = {});
  void write_rows(const ConstTensorView& rows);
  // Returns what the format could not hold, a line each.
  std::vector<std::string> finish();

 private:
  friend struct halfpixel::Access;
  struct Impl;
  detail::Shared<Impl> impl_;
};

HALFPIXEL_EXPORT std::vector<std::string> write_image(const Path& path,
                                                      const ConstTensorView& pixels,
                                                      const ImageMetadata& metadata = {});

// True when the ending is one that write_image knows: .jpg .jpeg .png .webp .gif .tif .tiff .avif
// .heic .heif .jxl. Whether this libvips can write the last five is seen when they are written.
HALFPIXEL_EXPORT bool is_image_path(const Path& path);
// The format of the ending has a place for alpha. False where the ending is not known.
HALFPIXEL_EXPORT bool holds_alpha(const Path& path);
// The endings, as in ".png".
HALFPIXEL_EXPORT std::span<const std::string_view> image_endings() noexcept;

// Colour times coverage as float32 and back: resizing colours that nobody sees would bleed into the
// edges of those that are seen. Channels 2 or 4, the last one alpha; with metadata any number,
// alpha where they say. dtype: that of pictures.
HALFPIXEL_EXPORT Tensor premultiply(const ConstTensorView& pixels);
HALFPIXEL_EXPORT Tensor premultiply(const ConstTensorView& pixels, const ImageMetadata& metadata);
HALFPIXEL_EXPORT Tensor unpremultiply(const ConstTensorView& pixels, DType dtype);
HALFPIXEL_EXPORT Tensor unpremultiply(const ConstTensorView& pixels, DType dtype,
                                      const ImageMetadata& metadata);
// True when alpha is at its full value everywhere: then colours need no care.
HALFPIXEL_EXPORT bool is_opaque(const ConstTensorView& pixels, const ImageMetadata& metadata);

}  // namespace halfpixel::io
