// What belongs to a picture, made to fit the one that is written: its extents, its orientation, its
// format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/shape.hpp>

#include "io/image_metadata.hpp"

namespace halfpixel::io {

// What a format can hold beside samples.
struct Holds {
  bool exif = true;
  bool xmp = true;
  bool iptc = false;
  bool geo = false;
  bool png_chunks = false;
  bool comments = false;
  bool extended_xmp = false;
  bool profile = true;
  bool grey_profile = true;
  bool resolution = true;  // outside of EXIF
  bool durations = true;   // of frames, where it holds several pages
};

// shape: (height, width, channels) of what is written. `lost` gets the names of what is left out.
ImageFields prepared(const ImageFields& metadata, const Shape& shape, const Holds& holds,
                     std::vector<std::string>& lost);

// Resolution as EXIF states it, for files that state it nowhere else.
void take_exif_resolution(ImageFields& metadata);

// "o.png: PNG cannot hold IPTC, GeoTIFF keys: left out"; empty for an empty list.
std::string lost_line(const std::string& path, std::string_view format,
                      const std::vector<std::string>& lost);

}  // namespace halfpixel::io
