// XMP packets and IPTC records, as far as a change of the picture makes them wrong.
#pragma once

#include <cstdint>
#include <span>

#include "io/image_metadata.hpp"

namespace halfpixel::io {

// A packet as it fits a picture of this size and orientation, which has no gain map, no film and no
// further files at its end.
Bytes patched_xmp(const Bytes& packet, std::int64_t width, std::int64_t height, int orientation);

// IPTC's records, out of a Photoshop segment ("Photoshop 3.0", "8BIM" …) or bare, without padding.
// Empty when there are none.
Bytes iptc_records(std::span<const std::byte> bytes);
// The segment that JPEG holds them in, without its marker.
Bytes photoshop_segment(const Bytes& records);

}  // namespace halfpixel::io
