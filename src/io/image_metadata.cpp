#include "io/image_metadata.hpp"

namespace halfpixel::io {

ImageMetadata::ImageMetadata() : impl(std::make_shared<Impl>()) {}

bool ImageMetadata::has_alpha() const noexcept {
  return alpha_channel() >= 0;
}

int ImageMetadata::alpha_channel() const noexcept {
  for (std::size_t i = 0; i < impl->extra.size(); ++i) {
    if (impl->extra[i] == ExtraSample::alpha) return impl->colours + static_cast<int>(i);
  }
  return -1;
}

int ImageMetadata::colour_channels() const noexcept {
  return impl->colours;
}
std::size_t ImageMetadata::icc_bytes() const noexcept {
  return impl->icc.size();
}
int ImageMetadata::orientation() const noexcept {
  return impl->orientation;
}
int ImageMetadata::delay_ms() const noexcept {
  return impl->delay_ms;
}
const std::vector<std::string>& ImageMetadata::warnings() const noexcept {
  return impl->warnings;
}

}  // namespace halfpixel::io
