#include "pictures.hpp"

#include <fmt/format.h>

#include <halfpixel/image.hpp>

namespace halfpixel::cli {
namespace {

Tensor without_batch(const Tensor& pixels) {
  if (pixels.rank() != 4) return pixels;
  const Shape& shape = pixels.shape();
  return pixels.reshape({shape[1], shape[2], shape[3]});
}

}  // namespace

struct Picture::Metadata {
  io::ImageMetadata kept;
};

bool is_picture_path(const std::filesystem::path& path) {
  return io::is_image_path(path);
}

std::string picture_endings() {
  return fmt::format("{}", fmt::join(io::image_endings(), ", "));
}

Picture::Picture(const std::filesystem::path& path) {
  io::Image image = io::read_image_with_metadata(path);
  const Shape& shape = image.pixels.shape();
  pixels_ = image.pixels.reshape({1, shape[0], shape[1], shape[2]});
  metadata_ = std::make_unique<Metadata>(Metadata{image.metadata});
}

Picture::~Picture() = default;

bool Picture::has_alpha() const noexcept {
  return metadata_->kept.has_alpha();
}

Tensor Picture::premultiplied() const {
  return io::premultiply(pixels_);
}

Tensor Picture::unpremultiplied(const Tensor& result) const {
  return io::unpremultiply(result, pixels_.dtype());
}

void Picture::write(const std::filesystem::path& path, const Tensor& pixels) const {
  io::write_image(path, without_batch(pixels), metadata_->kept);
}

void write_picture(const std::filesystem::path& path, const Tensor& pixels) {
  io::write_image(path, without_batch(pixels));
}

}  // namespace halfpixel::cli
