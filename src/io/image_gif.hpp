// GIF files, block by block.
#pragma once

#include <span>

#include "io/image_metadata.hpp"

namespace halfpixel::io {

// Versions of cgif differ in whether a frame that equals the one before it becomes a frame or a
// longer time of that one. So `written` is an animation whose frames were each to be shown for one
// hundredth of a second: what a frame has more is the number of those that were merged into it.
// Returns the animation with one frame for each of `delays`, in hundredths of a second; nothing
// when `written` has not as many.
Bytes with_gif_frames(std::span<const std::byte> written, std::span<const int> delays);

}  // namespace halfpixel::io
