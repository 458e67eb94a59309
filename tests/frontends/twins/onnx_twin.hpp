// Resize and Upsample of ONNX Runtime on the CPU, one value at a time.
#pragma once

#include <halfpixel/onnx.hpp>

namespace twin {

halfpixel::Tensor onnx_resize(const halfpixel::Tensor& x,
                              const halfpixel::onnx::ResizeOptions& options);

}  // namespace twin
