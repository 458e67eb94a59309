// cv::resize without IPP, one value at a time.
#pragma once

#include <halfpixel/opencv.hpp>

namespace twin {

halfpixel::Tensor opencv_resize(const halfpixel::Tensor& src, const halfpixel::cv::Size& dsize,
                                const halfpixel::cv::ResizeOptions& options);

}  // namespace twin
