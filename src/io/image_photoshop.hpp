// Photoshop's resources ("Photoshop 3.0", "8BIM" …), in which JPEG and TIFF hold IPTC's records.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/image_metadata.hpp"

namespace halfpixel::io {

// IPTC's records, out of a Photoshop segment ("Photoshop 3.0", "8BIM" …) or bare, without padding.
// Empty when there are none.
Bytes iptc_records(std::span<const std::byte> bytes);
// The segment that JPEG holds them in, without its marker.
Bytes photoshop_segment(const Bytes& records);
// Photoshop's resources, as they are in a JPEG or a TIFF, that say something about a picture of any
// size: IPTC is a field of its own.
std::vector<std::string> photoshop_names(std::span<const std::byte> resources);

}  // namespace halfpixel::io
