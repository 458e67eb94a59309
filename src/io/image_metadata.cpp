#include "io/image_metadata.hpp"

#include <string_view>

namespace halfpixel::io {
namespace {

// All else that loaders attach (palette depths, page numbers, file names …) tells of the file that
// was read and would misguide the saver.
constexpr const char* kBlobs[] = {VIPS_META_ICC_NAME, VIPS_META_EXIF_NAME, VIPS_META_XMP_NAME,
                                  VIPS_META_IPTC_NAME};
constexpr const char* kResolutionUnit = VIPS_META_RESOLUTION_UNIT;

// Fields of image file directory 1 describe the thumbnail, which no longer shows the picture.
// The orientation has been applied.
bool is_kept_string(std::string_view name) {
  return name == kResolutionUnit ||
         (name.starts_with("exif-ifd") && !name.starts_with("exif-ifd1") &&
          name != "exif-ifd0-Orientation");
}

void* take_string(VipsImage* image, const char* name, GValue*, void* strings) {
  const char* text = nullptr;
  if (is_kept_string(name) && vips_image_get_string(image, name, &text) == 0) {
    static_cast<std::vector<std::pair<std::string, std::string>>*>(strings)->emplace_back(name,
                                                                                          text);
  }
  return nullptr;
}

}  // namespace

ImageMetadata::ImageMetadata() : impl(std::make_shared<Impl>()) {}

bool ImageMetadata::has_alpha() const noexcept {
  return impl->has_alpha;
}

std::size_t ImageMetadata::icc_bytes() const noexcept {
  for (const auto& [name, bytes] : impl->blobs) {
    if (name == VIPS_META_ICC_NAME) return bytes.size();
  }
  return 0;
}

ImageMetadata take_metadata(VipsImage* image) {
  auto taken = std::make_shared<ImageMetadata::Impl>();
  taken->has_alpha = vips_image_hasalpha(image) != 0;
  taken->x_resolution = vips_image_get_xres(image);
  taken->y_resolution = vips_image_get_yres(image);
  for (const char* name : kBlobs) {
    const void* bytes = nullptr;
    std::size_t count = 0;
    if (vips_image_get_typeof(image, name) == 0) continue;
    if (vips_image_get_blob(image, name, &bytes, &count) != 0 || bytes == nullptr) continue;
    const auto* begin = static_cast<const std::byte*>(bytes);
    taken->blobs.emplace_back(name, std::vector<std::byte>(begin, begin + count));
  }
  vips_image_map(image, take_string, &taken->strings);
  vips_error_clear();
  ImageMetadata metadata;
  metadata.impl = std::move(taken);
  return metadata;
}

void put_metadata(const ImageMetadata& metadata, VipsImage* image) {
  for (const auto& [name, bytes] : metadata.impl->blobs) {
    vips_image_set_blob_copy(image, name.c_str(), bytes.data(), bytes.size());
  }
  for (const auto& [name, text] : metadata.impl->strings) {
    vips_image_set_string(image, name.c_str(), text.c_str());
  }
  // Otherwise the one within the EXIF block would speak.
  if (!metadata.impl->blobs.empty()) vips_image_set_int(image, VIPS_META_ORIENTATION, 1);
}

}  // namespace halfpixel::io
