// The largest picture that is decoded. Settable for fuzzers, which have no time for 2^31 samples.
#pragma once

#include <cstdint>

#include <halfpixel/export.hpp>

namespace halfpixel::io {

HALFPIXEL_EXPORT std::int64_t set_max_image_samples(
    std::int64_t samples);  // returns the former one

}  // namespace halfpixel::io
