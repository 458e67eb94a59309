// What ImageMetadata holds. Plain bytes: no libvips object outlives the call that made it.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <vips/vips.h>

#include <halfpixel/image.hpp>

namespace halfpixel::io {

struct ImageMetadata::Impl {
  bool has_alpha = false;
  double x_resolution = 1.0;  // pixels per millimetre
  double y_resolution = 1.0;
  std::vector<std::pair<std::string, std::vector<std::byte>>> blobs;  // profile, EXIF, XMP, IPTC
  std::vector<std::pair<std::string, std::string>> strings;  // EXIF fields, as libvips spells them
};

// Without the orientation, which readers apply.
ImageMetadata take_metadata(VipsImage* image);
void put_metadata(const ImageMetadata& metadata, VipsImage* image);

}  // namespace halfpixel::io
