// Photos as tensors, by libvips. Component halfpixel::image.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <halfpixel/export.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::io {

// What belongs to a picture beside its samples. Opaque: read it with one file, write it with
// another.
class HALFPIXEL_EXPORT ImageMetadata {
 public:
  ImageMetadata();
  bool has_alpha() const noexcept;         // the last channel is coverage
  std::size_t icc_bytes() const noexcept;  // size of the colour profile; 0: none

  struct Impl;
  std::shared_ptr<const Impl> impl;
};

struct Image {
  Tensor pixels;  // (height, width, channels), uint8 or uint16, upright
  ImageMetadata metadata;
};

// (height, width, channels), uint8 or uint16; 1 to 4 channels; orientation applied. Throws Error
// for unknown formats, damaged files and pictures above 2^31 samples.
HALFPIXEL_EXPORT Tensor read_image(const std::filesystem::path& path);
HALFPIXEL_EXPORT Image read_image_with_metadata(const std::filesystem::path& path);
// pixels: (height, width, channels), uint8 or uint16; channels 1 to 4. Format by the ending of the
// name. The file appears whole or not at all. uint16 into an 8-bit format (JPEG, WebP) is an Error.
HALFPIXEL_EXPORT void write_image(const std::filesystem::path& path, const ConstTensorView& pixels);
HALFPIXEL_EXPORT void write_image(const std::filesystem::path& path, const ConstTensorView& pixels,
                                  const ImageMetadata& metadata);
// True when the ending is one that write_image knows, in any case; and these, as in ".png".
HALFPIXEL_EXPORT bool is_image_path(const std::filesystem::path& path);
HALFPIXEL_EXPORT std::span<const std::string_view> image_endings() noexcept;

// Colour times coverage as float32 and back: resizing colours that nobody sees would bleed into the
// edges of those that are seen. Channels 2 or 4, the last one alpha.
HALFPIXEL_EXPORT Tensor premultiply(const ConstTensorView& pixels);
HALFPIXEL_EXPORT Tensor unpremultiply(const ConstTensorView& pixels, DType dtype);

}  // namespace halfpixel::io
