#include "io/image_metadata.hpp"

#include <memory>
#include <utility>

#include "core/access.hpp"

namespace halfpixel::io {

ImageMetadata::ImageMetadata() : impl_(std::make_shared<const ImageFields>()) {}
ImageMetadata::ImageMetadata(detail::Shared<const ImageFields> fields) noexcept
    : impl_(std::move(fields)) {}

bool ImageMetadata::has_alpha() const noexcept {
  return alpha_channel() >= 0;
}

int ImageMetadata::alpha_channel() const noexcept {
  for (std::size_t i = 0; i < impl_->extra.size(); ++i) {
    if (impl_->extra[i] == ExtraSample::alpha) return impl_->colours + static_cast<int>(i);
  }
  return -1;
}

int ImageMetadata::colour_channels() const noexcept {
  return impl_->colours;
}
std::size_t ImageMetadata::icc_bytes() const noexcept {
  return impl_->icc.size();
}
int ImageMetadata::orientation() const noexcept {
  return impl_->orientation;
}
int ImageMetadata::delay_ms() const noexcept {
  return impl_->delay_ms;
}
const std::vector<std::string>& ImageMetadata::warnings() const noexcept {
  return impl_->warnings;
}

}  // namespace halfpixel::io
