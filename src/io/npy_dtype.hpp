// Type strings of .npy files ("<f4", "|u1") and the dtypes they stand for.
#pragma once

#include <string>
#include <string_view>

#include <halfpixel/dtype.hpp>

namespace halfpixel::io {

struct NpyDType {
  DType dtype;
  bool swap_bytes;
};

// Throws Error that names the dtype when tensors cannot hold it.
NpyDType parse_npy_dtype(std::string_view text, const std::string& where);
// Native order. dtype is not bfloat16, which NumPy lacks.
std::string print_npy_dtype(DType dtype);

}  // namespace halfpixel::io
