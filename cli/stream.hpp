// Pictures of any size: a band of rows at a time, decoding, filtering and encoding side by side.
#pragma once

#include <functional>

#include <halfpixel/tensor.hpp>

#include "pictures.hpp"
#include "progress.hpp"
#include "samples.hpp"

namespace halfpixel::cli {

// Takes the next rows of a result, (count, W, C), contiguous.
using TakeRows = std::function<void(const ConstTensorView&)>;

// The open page of `in`, from its first row on, to `out`, which is called by one other thread; the
// rows are those that the whole would have. About `budget` bytes make a band, of which a few are
// held at once, or as many as the filter reaches. Throws what the three threads throw, when all
// have ended.
void stream_page(const SampleWork& work, Picture& in, const TakeRows& out, double budget,
                 Progress& progress);

}  // namespace halfpixel::cli
