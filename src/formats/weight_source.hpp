// Where weights come from: one HDF5 file, or several with an index (x.weights.json).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/hdf5_file.hpp"

namespace halfpixel::formats {

class WeightSource {
 public:
  virtual ~WeightSource() = default;
  virtual bool has_group(std::string_view path) const = 0;
  virtual std::vector<std::string> members(std::string_view group) const = 0;
  virtual std::optional<std::string> text(std::string_view group,
                                          std::string_view attribute) const = 0;
  virtual std::optional<std::vector<std::string>> texts(std::string_view group,
                                                        std::string_view attribute) const = 0;
  virtual Hdf5File::Info info(std::string_view dataset) const = 0;
  virtual Tensor read(std::string_view dataset) const = 0;
};

std::unique_ptr<WeightSource> open_weights(const std::filesystem::path& h5, ByteLimit limit);
std::unique_ptr<WeightSource> open_weights(Bytes image, ByteLimit limit);
// The index lies beside its shards.
std::unique_ptr<WeightSource> open_sharded_weights(const std::filesystem::path& index,
                                                   ByteLimit limit);

}  // namespace halfpixel::formats
