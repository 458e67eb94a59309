// OpenCV's words: names, and what it refuses.
#pragma once

#include <halfpixel/opencv.hpp>

namespace halfpixel::opencv {

inline constexpr const char* kResize = "cv.resize";

// Shape, dtype and interpolation that go together; throws Error for others.
void check_source(const Shape& shape, DType dtype, cv::InterpolationFlags interpolation);
// The size of the result. Throws Error where it would be empty.
cv::Size target_size(const Shape& shape, const cv::Size& dsize, const cv::ResizeOptions& options);

[[noreturn]] void refuse_dtype(cv::InterpolationFlags interpolation, DType dtype);
[[noreturn]] void refuse_channels(std::int64_t channels);

}  // namespace halfpixel::opencv
