// XMP packets, as far as a change of the picture makes them wrong.
#pragma once

#include <cstdint>

#include "io/image_metadata.hpp"

namespace halfpixel::io {

// A packet as it fits a picture of this size and orientation, which has no gain map, no film and no
// further files at its end.
Bytes patched_xmp(const Bytes& packet, std::int64_t width, std::int64_t height, int orientation);

}  // namespace halfpixel::io
