// Writes an HDF5 file in memory, in the old form that every reader understands.
#pragma once

#include <memory>
#include <string>

#include <halfpixel/tensor.hpp>

#include "formats/zip_archive.hpp"

namespace halfpixel::formats {

class Hdf5Writer {
 public:
  Hdf5Writer();
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  // Groups on the way are made. Paths without a leading slash: "layers/conv2d/vars".
  void make_group(const std::string& path);
  void write(const std::string& path, const ConstTensorView& tensor);  // contiguous
  // A variable-length UTF-8 text, as h5py writes str.
  void write_text(const std::string& group, const std::string& attribute, const std::string& text);
  Bytes finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace halfpixel::formats
