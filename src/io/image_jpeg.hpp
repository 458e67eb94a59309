// The segments of a JPEG that speak of more than its samples.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/image_metadata.hpp"

namespace halfpixel::io {

// Segments in the order in which they came.
class JpegExtras {
 public:
  // marker: as in the file, APP1 is 0xe1.
  void take(int marker, const Bytes& segment, ImageFields& metadata);
  void finish(const std::string& where, ImageFields& metadata);

 private:
  Bytes photoshop_;
  bool has_others_ = false;  // multi-picture format
  bool has_gain_map_ = false;
  std::vector<std::string> left_out_;  // segments that nobody here knows
};

struct JpegSegment {
  int marker;
  Bytes bytes;
};
// What a JPEG is to begin with, already patched. `lost` gets what does not fit.
std::vector<JpegSegment> jpeg_segments(const ImageFields& metadata, std::vector<std::string>& lost);

}  // namespace halfpixel::io
