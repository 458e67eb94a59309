// What Resize and Upsample refuse, and with which words: everything that can be judged from a
// shape, a dtype and the options.
#pragma once

#include <string_view>
#include <vector>

#include <halfpixel/onnx.hpp>

namespace halfpixel::onnx {

// "onnx.Resize" or "onnx.Upsample".
std::string_view speaker_of(const ResizeOptions& options);

// Throws Error where the operator of that opset has not got an option, where options contradict
// each other, and where lists do not fit a tensor of `rank`.
void check_options(const ResizeOptions& options, int rank);
void check_dtype(const ResizeOptions& options, DType dtype);
// Where there is something to compute, cubic is of floats.
void check_cubic(const ResizeOptions& options, DType dtype);
// `scales`: one for each axis of the tensor.
void check_scales(const ResizeOptions& options, const std::vector<float>& scales);

}  // namespace halfpixel::onnx
