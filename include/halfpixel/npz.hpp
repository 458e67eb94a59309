// NumPy's .npz files: named arrays in one file, as numpy.savez and numpy.savez_compressed write
// them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/export.hpp>
#include <halfpixel/path.hpp>
#include <halfpixel/shared.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::io {

struct NamedTensor {
  std::string name;  // "arr_0": without .npy
  Tensor tensor;
};

// All arrays, in the order of the file. Throws Error for a damaged archive, for one that is made to
// fill the memory, and for arrays that read_npy refuses.
HALFPIXEL_EXPORT std::vector<NamedTensor> read_npz(const Path& path);
// Uncompressed, as numpy.savez; bfloat16 is written as float32. The file appears whole or not at
// all. Throws Error for a name that is empty or stands twice.
HALFPIXEL_EXPORT void write_npz(const Path& path, std::span<const NamedTensor> arrays);

// One array at a time. Several threads may read from one at once.
class HALFPIXEL_EXPORT NpzReader {
 public:
  // Reads the list of what is there. Throws Error.
  explicit NpzReader(const Path& path);
  ~NpzReader();
  NpzReader(NpzReader&&) noexcept;
  NpzReader& operator=(NpzReader&&) noexcept;

  const std::vector<std::string>& names() const noexcept;
  // What the archive holds besides: files that do not end in .npy are no arrays.
  const std::vector<std::string>& others() const noexcept;
  bool has(std::string_view name) const noexcept;
  // Throw Error when there is no such array, or it is damaged.
  Shape shape(std::string_view name) const;
  DType dtype(std::string_view name) const;
  Tensor read(std::string_view name) const;

 private:
  friend struct halfpixel::Access;
  struct Impl;
  detail::Shared<Impl> impl_;
};

// One array after the other; the file appears at `path` when finish() returns. For one thread at a
// time.
class HALFPIXEL_EXPORT NpzWriter {
 public:
  explicit NpzWriter(const Path& path);
  ~NpzWriter();  // without finish() nothing is left behind
  NpzWriter(NpzWriter&&) noexcept;
  NpzWriter& operator=(NpzWriter&&) noexcept;
  void add(std::string_view name, const ConstTensorView& tensor);
  void finish();

 private:
  friend struct halfpixel::Access;
  struct Impl;
  detail::Shared<Impl> impl_;
};

}  // namespace halfpixel::io
