#include "formats/container.hpp"

#include <array>

#include "formats/file_error.hpp"
#include "io/input_file.hpp"

namespace halfpixel::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kConfig = "config.json";
constexpr std::string_view kMetadata = "metadata.json";
constexpr std::string_view kWeights = "model.weights.h5";
constexpr std::string_view kShardIndex = "model.weights.json";
constexpr std::string_view kNpz = "model.weights.npz";
constexpr auto kMaxJson = static_cast<std::int64_t>(kMaxJsonBytes);

enum class Kind { folder, zip, hdf5, json, other };

Kind kind_of(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return Kind::folder;
  const io::InputFile file(path, "load_model");
  std::array<char, 4> bytes{};
  if (file.size() == 0) malformed("the file is empty");
  file.read_at(0, bytes.data(), std::min<std::int64_t>(file.size(), 4));
  if (std::string_view(bytes.data(), 2) == "PK") return Kind::zip;
  if (is_hdf5(path)) return Kind::hdf5;
  for (const char c : bytes) {
    if (c == '{') return Kind::json;
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') break;
  }
  return Kind::other;
}

[[noreturn]] void refuse_npz() {
  unsupported("its weights are in ", kNpz,
              ": pickled Python objects, which Keras cannot read back either; save it with ",
              "weights_format=\"h5\"");
}

[[noreturn]] void refuse_kind() {
  malformed("it is neither a .keras archive nor HDF5; a model saved by Keras was expected");
}

void check_version(const std::string& version) {
  if (version.starts_with("1.")) {
    unsupported("it was written by Keras ", printable(version), "; Keras 2 and later are read");
  }
}

void check_metadata(std::string_view text) {
  const Config metadata = parse_json_object(text, kMetadata);
  if (const std::string* version = metadata.find<std::string>("keras_version"))
    check_version(*version);
}

std::int64_t file_bytes(const fs::path& path) {
  return io::InputFile(path, "load_model").size();
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

Container open_folder(const fs::path& path, ByteLimit limit) {
  Container container;
  if (!is_there(path / kConfig)) {
    if (is_there(path / "saved_model.pb")) {
      unsupported("it is a TensorFlow SavedModel; save the model as .keras or .h5");
    }
    malformed("the folder has no ", kConfig);
  }
  if (is_there(path / kMetadata)) check_metadata(read_file(path / kMetadata, kMaxJson).text());
  container.config = parse_json_object(read_file(path / kConfig, kMaxJson).text(), kConfig);
  if (is_there(path / kWeights)) {
    container.weight_bytes = file_bytes(path / kWeights);
    container.weights = open_weights(path / kWeights, limit);
  } else if (is_there(path / kShardIndex)) {
    container.weights = open_sharded_weights(path / kShardIndex, limit);
    container.weight_bytes = limit.bytes;
  } else if (is_there(path / kNpz)) {
    refuse_npz();
  }
  return container;
}

std::unique_ptr<WeightSource> open_zip_weights(const ZipArchive& archive, ByteLimit limit,
                                               std::int64_t* bytes) {
  if (!archive.has(kWeights)) {
    if (archive.has(kNpz)) refuse_npz();
    return nullptr;
  }
  Bytes image = archive.read(kWeights, limit.bytes);
  *bytes = static_cast<std::int64_t>(image.size());
  return open_weights(std::move(image), limit);
}

Container open_zip(const fs::path& path, ByteLimit limit) {
  Container container;
  const ZipArchive archive(path, limit);
  if (!archive.has(kConfig)) {
    malformed("the archive has no ", kConfig,
              archive.has(kWeights) ? "; it holds weights only" : "");
  }
  if (archive.has(kMetadata)) check_metadata(archive.read(kMetadata, kMaxJson).text());
  container.config = parse_json_object(archive.read(kConfig, kMaxJson).text(), kConfig);
  container.weights = open_zip_weights(archive, limit, &container.weight_bytes);
  return container;
}

Container open_hdf5(const fs::path& path, ByteLimit limit) {
  Container container;
  container.weight_bytes = file_bytes(path);
  container.weights = open_weights(path, limit);
  const auto config = container.weights->text("", "model_config");
  if (!config) {
    const bool weights = container.weights->has_group("layers") ||
                         container.weights->has_group("_layer_checkpoint_dependencies") ||
                         container.weights->texts("", "layer_names");
    if (weights) {
      unsupported(
          "it holds weights only, no model; build the model and call load_weights, or save the "
          "whole model");
    }
    malformed("the HDF5 file holds no model: the attribute model_config is missing");
  }
  if (const auto version = container.weights->text("", "keras_version")) {
    check_version(*version);
    container.keras_version = *version;
  }
  container.config = parse_json_object(*config, "model_config");
  return container;
}

}  // namespace

Container open_model(const fs::path& path, ByteLimit limit) {
  switch (kind_of(path)) {
    case Kind::folder:
      return open_folder(path, limit);
    case Kind::zip:
      return open_zip(path, limit);
    case Kind::hdf5:
      return open_hdf5(path, limit);
    case Kind::json:
      unsupported(
          "it is JSON: a configuration or an index, without weights; save the whole model as "
          ".keras");
    case Kind::other:
      break;
  }
  refuse_kind();
}

std::unique_ptr<WeightSource> open_any_weights(const fs::path& path, ByteLimit limit) {
  std::int64_t bytes = 0;
  switch (kind_of(path)) {
    case Kind::folder:
      if (is_there(path / kWeights)) return open_weights(path / kWeights, limit);
      if (is_there(path / kShardIndex)) return open_sharded_weights(path / kShardIndex, limit);
      malformed("the folder has no ", kWeights);
    case Kind::zip: {
      auto weights = open_zip_weights(ZipArchive(path, limit), limit, &bytes);
      if (weights == nullptr) malformed("the archive has no ", kWeights);
      return weights;
    }
    case Kind::hdf5:
      return open_weights(path, limit);
    case Kind::json:
      return open_sharded_weights(path, limit);
    case Kind::other:
      break;
  }
  refuse_kind();
}

}  // namespace halfpixel::formats
