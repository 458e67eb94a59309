#include "io/image_sink.hpp"

#include <cstring>
#include <utility>

namespace halfpixel::io {

void WholePageSink::begin_page(const PageLayout& layout, const ImageFields& metadata) {
  layout_ = layout;
  metadata_ = metadata;
  gathered_ = 0;
}

void WholePageSink::write_rows(std::int64_t rows, const void* samples) {
  const Shape shape{layout_.height, layout_.width, layout_.channels};
  if (rows == layout_.height) return write_page({samples, layout_.dtype, shape}, metadata_);
  if (gathered_ == 0) pixels_ = Tensor(shape, layout_.dtype);
  const auto row = static_cast<std::size_t>(layout_.row_bytes());
  std::memcpy(static_cast<std::byte*>(pixels_.data()) + static_cast<std::size_t>(gathered_) * row,
              samples, static_cast<std::size_t>(rows) * row);
  gathered_ += rows;
  if (gathered_ < layout_.height) return;
  write_page(pixels_, metadata_);
  pixels_ = Tensor();
}

}  // namespace halfpixel::io
