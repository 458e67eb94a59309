// What the contact sheet does with pictures: enlarge, cut, show on an RGB screen, find a detail.
#pragma once

#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/tensor.hpp>

#include "canvas.hpp"

namespace sheet {

struct Enlarged {
  halfpixel::Tensor pixels;  // (height * rows, width * columns, channels), the photo's dtype
  double milliseconds;       // the best of three runs of the plan
};

// photo: (height, width, channels), uint8 or uint16. Two and four channels end in alpha.
Enlarged enlarge(const halfpixel::Tensor& photo, const halfpixel::Size& size,
                 halfpixel::keras::Interpolation interpolation);

// A copy of a part of a picture, as 8-bit RGB: grey spread over three channels, alpha over a
// chessboard.
halfpixel::Tensor to_rgb(const halfpixel::Tensor& picture, const Rect& part);

// 8-bit RGB in, the same in another size out; smooth also when it shrinks.
halfpixel::Tensor fit(const halfpixel::Tensor& rgb, std::int64_t height, std::int64_t width);

// The place of a height x width window with the strongest local contrast.
Rect find_detail(const halfpixel::Tensor& rgb, std::int64_t height, std::int64_t width);

}  // namespace sheet
