// Pictures of any size: a band of rows at a time, decoding, filtering and encoding side by side.
#pragma once

#include "pictures.hpp"
#include "progress.hpp"
#include "samples.hpp"

namespace halfpixel::cli {

// The open page of `in`, from its first row on, to the page that is begun in `out`; the samples are
// those that the whole would have. About `budget` bytes make a band, of which a few are held at
// once, or as many as the filter reaches. Throws what the three threads throw, when all have ended.
void stream_page(const SampleWork& work, Picture& in, PictureFile& out, double budget,
                 Progress& progress);

}  // namespace halfpixel::cli
