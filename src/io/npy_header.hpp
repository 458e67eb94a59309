// The first bytes of a .npy file: magic, version, and a Python dict that says what follows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <halfpixel/dtype.hpp>
#include <halfpixel/shape.hpp>

namespace halfpixel::io {

struct NpyHeader {
  Shape shape;
  DType dtype = DType::float32;
  bool swap_bytes = false;     // elements stand in the other byte order
  bool fortran_order = false;  // the first axis runs fastest
};

// Magic, version and header length: at most this many bytes.
inline constexpr int kNpyMaxPreambleBytes = 12;

struct NpyPreamble {
  int major = 1;
  std::int64_t dict_begin = 0;  // bytes from the front
  std::int64_t dict_bytes = 0;
};

// `where` begins each message: "[read_npy] x.npy". `bytes` are the file's first
// kNpyMaxPreambleBytes, or fewer when it is shorter. Throws Error.
NpyPreamble parse_npy_preamble(std::string_view bytes, const std::string& where);
// The dict alone. Throws Error for what NumPy would refuse, for dtypes that tensors cannot hold (by
// name), and for arrays whose bytes pass 2^63 - 1.
NpyHeader parse_npy_dict(std::string_view dict, const std::string& where);

// Everything before the elements, version 1.0, padded to 64 bytes as NumPy pads. dtype is not
// bfloat16.
std::string print_npy_header(const Shape& shape, DType dtype);

// Product of the extents times the size of an element. Throws Error when it passes 2^63 - 1.
std::int64_t npy_data_bytes(const Shape& shape, DType dtype, const std::string& where);

}  // namespace halfpixel::io
