// HDF5 as Keras' files use it: groups, attributes that are text, datasets that are numbers.
// Everything else that HDF5 can do (links to elsewhere, external and virtual datasets, plug-in
// filters) is refused before libhdf5 follows it. libhdf5 is not made for threads everywhere: one
// mutex guards all calls.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

#include "formats/zip_archive.hpp"

namespace halfpixel::formats {

// True for files that begin with HDF5's signature, or have it behind a user block.
bool is_hdf5(const std::filesystem::path& path);

class Hdf5File {
 public:
  Hdf5File(const std::filesystem::path& path, ByteLimit limit);
  Hdf5File(Bytes image, ByteLimit limit);
  ~Hdf5File();
  Hdf5File(const Hdf5File&) = delete;
  Hdf5File& operator=(const Hdf5File&) = delete;

  // Paths are "layers/conv2d/vars/0"; leading slashes do not matter. A link that is not a hard link
  // is an Error wherever it stands on the path.
  bool has_group(std::string_view path) const;
  bool has_dataset(std::string_view path) const;
  // Names of the members of a group, in the file's order (by name). Empty when there is no such
  // group.
  std::vector<std::string> members(std::string_view group) const;

  // A text attribute of a group; nothing when it is absent. Variable and fixed length, scalar or
  // one element.
  std::optional<std::string> text(std::string_view group, std::string_view attribute) const;
  // A list of texts; long ones are in numbered pieces (weight_names0, weight_names1, …). An empty
  // list may be an array of floats without elements. Nothing when absent.
  std::optional<std::vector<std::string>> texts(std::string_view group,
                                                std::string_view attribute) const;

  // Shape of a dataset of numbers and the dtype that read() gives it: floating becomes float32,
  // integers stay as they are. All checks are made here, before read() allocates.
  struct Info {
    Shape shape;
    DType dtype = DType::float32;
  };
  Info info(std::string_view dataset) const;
  Tensor read(std::string_view dataset) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace halfpixel::formats
