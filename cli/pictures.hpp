// Pictures as the commands see them: tensors (1, height, width, channels). Two files have these
// functions: pictures.cpp with the component image, no_pictures.cpp without.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <halfpixel/tensor.hpp>

namespace halfpixel::cli {

bool is_picture_path(const std::filesystem::path& path);  // by its ending
std::string picture_endings();                            // for messages

class Picture {
 public:
  explicit Picture(const std::filesystem::path& path);  // throws Error
  ~Picture();

  const Tensor& pixels() const noexcept { return pixels_; }  // (1, H, W, C), uint8 or uint16
  bool has_alpha() const noexcept;
  // Colours as they count for interpolation, float32, and back to the samples' dtype.
  Tensor premultiplied() const;
  Tensor unpremultiplied(const Tensor& result) const;
  // Profile, EXIF and resolution go along.
  void write(const std::filesystem::path& path, const Tensor& pixels) const;

 private:
  struct Metadata;
  std::unique_ptr<Metadata> metadata_;
  Tensor pixels_;
};

// (H, W, C) or (1, H, W, C).
void write_picture(const std::filesystem::path& path, const Tensor& pixels);

}  // namespace halfpixel::cli
