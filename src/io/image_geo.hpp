// GeoTIFF's keys: where on Earth a picture lies.
#pragma once

#include <vector>

#include "io/image_metadata.hpp"

namespace halfpixel::io {

bool is_geo_tag(std::uint16_t tag);
// The fields for a picture with `columns` and `rows` times as many pixels over the same ground.
std::vector<TiffField> scaled_geo(std::vector<TiffField> fields, double columns, double rows);

}  // namespace halfpixel::io
