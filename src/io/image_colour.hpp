// Colours that tensors do not speak, made RGB a few rows at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <halfpixel/dtype.hpp>

#include "io/image_metadata.hpp"

namespace halfpixel::io {

enum class InkSpace { cmyk, lab };

class ColourPipeline;

// Packed samples of 8 or 16 bits: four inks (0: none) or L*, a*, b* as TIFF has them, then `extra`
// channels, which are copied. The result is sRGB of the same dtype; `icc` is the profile of the
// inks, or empty.
struct ColourConverter {
  InkSpace space = InkSpace::cmyk;
  DType dtype = DType::uint8;
  int extra = 0;
  Bytes icc;
  std::string where;

  // libvips' steps from one to the other, made for the first pixels: they take longer than a row.
  std::shared_ptr<ColourPipeline> pipeline = nullptr;

  int colours_in() const { return space == InkSpace::cmyk ? 4 : 3; }
  // Not by two threads at once.
  void convert(const void* src, void* dst, std::int64_t pixels);
  // "its CMYK becomes sRGB", and by what when the file does not say.
  std::string told() const;
  // The profile that the result is in.
  static Bytes result_profile();
};

}  // namespace halfpixel::io
