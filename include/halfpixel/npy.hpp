// NumPy's .npy files, versions 1 to 3.
#pragma once

#include <cstdint>

#include <halfpixel/export.hpp>
#include <halfpixel/path.hpp>
#include <halfpixel/shared.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::io {

// Reads bool, int8…int64, uint8…uint64, float16/32/64 in either byte order and either array order;
// the result is native and row-major. Throws Error for anything else, by dtype name, and for
// malformed bytes.
HALFPIXEL_EXPORT Tensor read_npy(const Path& path);
// Writes version 1.0, native order, row-major; bfloat16 is written as float32. The file appears
// whole or not at all.
HALFPIXEL_EXPORT void write_npy(const Path& path, const ConstTensorView& tensor);

// Shape and dtype without the elements, and rows of the first axis on demand. Several threads may
// read from one at once.
class HALFPIXEL_EXPORT NpyReader {
 public:
  explicit NpyReader(const Path& path);
  ~NpyReader();
  NpyReader(NpyReader&&) noexcept;
  NpyReader& operator=(NpyReader&&) noexcept;
  const Shape& shape() const noexcept;
  DType dtype() const noexcept;
  bool fortran_order() const noexcept;
  // Elements [begin, begin + count) in row-major order, native bytes, to dst. Throws Error for
  // arrays in Fortran order (read those whole).
  void read(std::int64_t begin, std::int64_t count, void* dst);
  Tensor read_all();

 private:
  friend struct halfpixel::Access;
  struct Impl;
  detail::Shared<Impl> impl_;
};

// Writes an array front to back; the file appears at `path` when finish() returns. Several threads
// may call write_at at once, for elements of their own; all else belongs to one thread at a time.
class HALFPIXEL_EXPORT NpyWriter {
 public:
  NpyWriter(const Path& path, const Shape& shape, DType dtype);
  ~NpyWriter();  // without finish() nothing is left behind
  NpyWriter(NpyWriter&&) noexcept;
  NpyWriter& operator=(NpyWriter&&) noexcept;
  void write(const void* src, std::int64_t count);  // the next `count` elements
  // Elements [begin, begin + count), in any order of calls.
  void write_at(std::int64_t begin, const void* src, std::int64_t count);
  void finish();

 private:
  friend struct halfpixel::Access;
  struct Impl;
  detail::Shared<Impl> impl_;
};

}  // namespace halfpixel::io
