// Which reader a file gets, how big is too big, and turning.
#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "core/access.hpp"
#include "core/checked.hpp"
#include "io/image_limits.hpp"
#include "io/image_metadata.hpp"
#include "io/image_prepare.hpp"
#include "io/image_source.hpp"
#include "io/input_file.hpp"

namespace halfpixel::io {
namespace {

constexpr std::string_view kWho = "read_image";
std::int64_t max_samples = std::numeric_limits<std::int32_t>::max();

std::unique_ptr<ImageFile> open_file(const InputFile& file, const std::string& where) {
  unsigned char head[4] = {};
  file.read_at(0, head, std::min<std::int64_t>(file.size(), sizeof head));
  const std::string_view text(reinterpret_cast<const char*>(head), sizeof head);
  if (text.starts_with("\xff\xd8\xff")) return open_jpeg(file, where);
  for (const std::string_view tiff : {std::string_view("II*\0", 4), std::string_view("MM\0*", 4),
                                      std::string_view("II+\0", 4), std::string_view("MM\0+", 4)}) {
    if (text == tiff) return open_tiff(file, where);
  }
  return open_with_vips(file, where);
}

// Reading rows gives columns when orientation is above 4.
Tensor turned(const Tensor& stored, int orientation) {
  const std::int64_t height = stored.shape()[0];
  const std::int64_t width = stored.shape()[1];
  const std::int64_t channels = stored.shape()[2];
  const bool transposed = orientation > 4;
  const bool from_right =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_below =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  Tensor upright({transposed ? width : height, transposed ? height : width, channels},
                 stored.dtype());
  const std::size_t pixel = static_cast<std::size_t>(channels) * size_of(stored.dtype());
  const auto* src = static_cast<const std::byte*>(stored.data());
  auto* dst = static_cast<std::byte*>(upright.data());
  for (std::int64_t y = 0; y < upright.shape()[0]; ++y) {
    for (std::int64_t x = 0; x < upright.shape()[1]; ++x, dst += pixel) {
      const std::int64_t row = transposed ? x : y;
      const std::int64_t column = transposed ? y : x;
      const std::int64_t from_y = from_below ? height - 1 - row : row;
      const std::int64_t from_x = from_right ? width - 1 - column : column;
      std::memcpy(dst, src + static_cast<std::size_t>(from_y * width + from_x) * pixel, pixel);
    }
  }
  return upright;
}

Tensor whole_page(PageSource& source, const std::string& where) {
  check_extents(source.width, source.height, source.channels, where);
  Tensor pixels({source.height, source.width, source.channels}, source.dtype);
  source.read_rows(source.height, pixels.data());
  return pixels;
}

}  // namespace

std::int64_t set_max_image_samples(std::int64_t samples) {
  return std::exchange(max_samples, samples);
}

void check_extents(std::int64_t width, std::int64_t height, std::int64_t channels,
                   const std::string& where) {
  if (width < 1 || height < 1 || channels < 1 || width * height > max_samples / channels) {
    fail(ErrorCode::unsupported, where, ": picture is too large; got ", width, "x", height,
         " with ", channels, " channels");
  }
}

struct ImageReader::Impl {
  Impl(const std::filesystem::path& path, const ReadImageOptions& chosen)
      : options(chosen),
        input(path, kWho),
        where("[" + std::string(kWho) + "] " + input.path()),
        file(open_file(input, where)) {}

  ReadImageOptions options;
  InputFile input;
  std::string where;
  std::unique_ptr<ImageFile> file;
  std::unique_ptr<ImageFields> fields;  // of the open page; before the source, which points to it
  std::unique_ptr<PageSource> source;
  std::int64_t rows_left = 0;
};

ImageReader::ImageReader(const Path& path, const ReadImageOptions& options) {
  impl_ = std::make_shared<Impl>(path.str(), options);
}
ImageReader::~ImageReader() = default;
ImageReader::ImageReader(ImageReader&&) noexcept = default;
ImageReader& ImageReader::operator=(ImageReader&&) noexcept = default;

int ImageReader::pages() const noexcept {
  return impl_->file->pages();
}

bool ImageReader::animated() const noexcept {
  return impl_->file->animated();
}

ImageHeader ImageReader::open(int page) {
  Impl& state = *impl_;
  if (page < 0 || page >= pages()) {
    fail(ErrorCode::invalid_argument, state.where, ": page must be from 0 to ", pages() - 1,
         "; got ", page);
  }
  state.source.reset();
  state.fields = std::make_unique<ImageFields>();
  ImageFields& fields = *state.fields;
  state.source = state.file->open_page(page, fields);
  take_exif_resolution(fields);
  if (state.options.upright && fields.orientation != 1) {
    state.source = std::make_unique<TensorRows>(
        turned(whole_page(*state.source, state.where), fields.orientation));
    if (fields.orientation > 4) std::swap(fields.x_resolution, fields.y_resolution);
    fields.orientation = 1;
    fields.turned = true;
  }
  const PageSource& source = *state.source;
  fields.height = source.height;
  fields.width = source.width;
  state.rows_left = source.height;
  return {{source.height, source.width, source.channels}, source.dtype, metadata()};
}

void ImageReader::read_rows(const TensorView& rows) {
  Impl& state = *impl_;
  if (state.source == nullptr) fail(ErrorCode::invalid_argument, state.where, ": no page is open");
  const PageSource& source = *state.source;
  const Shape& shape = rows.shape();
  if (shape.rank() != 3 || shape[0] > state.rows_left || shape[1] != source.width ||
      shape[2] != source.channels || rows.dtype() != source.dtype || !rows.is_contiguous()) {
    fail(ErrorCode::invalid_argument, state.where, ": rows must be at most ", state.rows_left,
         " of ", name_of(source.dtype), " (", source.width, ", ", source.channels,
         "), contiguous; got ", name_of(rows.dtype()), " ", shape.str());
  }
  if (shape[0] == 0) return;
  state.source->read_rows(shape[0], rows.data());
  state.rows_left -= shape[0];
}

ImageMetadata ImageReader::metadata() const {
  return Access::make<ImageMetadata>(impl_->fields == nullptr
                                         ? std::make_shared<const ImageFields>()
                                         : std::make_shared<const ImageFields>(*impl_->fields));
}

Image ImageReader::read(int page) {
  const ImageHeader header = open(page);
  check_extents(header.shape[1], header.shape[0], header.shape[2], impl_->where);
  Tensor pixels(header.shape, header.dtype);
  read_rows(pixels);
  return {std::move(pixels), metadata()};
}

Image read_image_with_metadata(const Path& path, const ReadImageOptions& options) {
  return ImageReader(path, options).read();
}

Tensor read_image(const Path& path, const ReadImageOptions& options) {
  return read_image_with_metadata(path, options).pixels;
}

}  // namespace halfpixel::io
