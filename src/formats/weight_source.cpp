#include "formats/weight_source.hpp"
#include "core/checked.hpp"

#include <algorithm>
#include <set>

#include "formats/file_error.hpp"
#include "formats/json_config.hpp"

namespace halfpixel::formats {
namespace {

constexpr std::size_t kMaxShards = 1000;

class OneFile final : public WeightSource {
 public:
  template <class From>
  OneFile(From&& from, ByteLimit limit) : file_(std::forward<From>(from), limit) {}
  bool has_group(std::string_view path) const override { return file_.has_group(path); }
  std::vector<std::string> members(std::string_view group) const override {
    return file_.members(group);
  }
  std::optional<std::string> text(std::string_view group,
                                  std::string_view attribute) const override {
    return file_.text(group, attribute);
  }
  std::optional<std::vector<std::string>> texts(std::string_view group,
                                                std::string_view attribute) const override {
    return file_.texts(group, attribute);
  }
  Hdf5File::Info info(std::string_view dataset) const override { return file_.info(dataset); }
  Tensor read(std::string_view dataset) const override { return file_.read(dataset); }

 private:
  Hdf5File file_;
};

// A group may have members in more than one shard; a dataset is in one.
class Shards final : public WeightSource {
 public:
  Shards(const std::filesystem::path& index, ByteLimit limit) {
    const Bytes bytes = read_file(index, static_cast<std::int64_t>(kMaxJsonBytes));
    const Config config = parse_json_object(bytes.text(), "the index of the shards");
    const Config* map = config.find<Config>("weight_map");
    if (map == nullptr) malformed("the index of the shards has no weight_map");
    std::set<std::string> names;
    const auto add = [&](const Config::Value& value) {
      const std::string* name = value.get_if<std::string>();
      if (name == nullptr) malformed("weight_map must name files; got ", printable(value.json()));
      if (name->empty() || name->find_first_of("/\\") != name->npos || *name == "." ||
          *name == ".." || name->find('\0') != name->npos) {
        malformed("\"", printable(*name), "\" is not the name of a file beside the index");
      }
      names.insert(*name);
    };
    for (const auto& [path, files] : map->items()) {
      if (const Config::List* list = files.get_if<Config::List>())
        std::for_each(list->begin(), list->end(), add);
      else
        add(files);
    }
    if (names.size() > kMaxShards) malformed("the weights are in ", names.size(), " shards");
    for (const std::string& name : names) {
      try {
        files_.push_back(std::make_unique<Hdf5File>(index.parent_path() / name, limit));
      } catch (const Error& error) {
        fail(error.code(), "shard \"", printable(name), "\": ", error.what());
      }
    }
  }
  bool has_group(std::string_view path) const override {
    return std::any_of(files_.begin(), files_.end(),
                       [&](const auto& file) { return file->has_group(path); });
  }
  std::vector<std::string> members(std::string_view group) const override {
    std::set<std::string> names;
    for (const auto& file : files_) {
      for (std::string& name : file->members(group)) names.insert(std::move(name));
    }
    return {names.begin(), names.end()};
  }
  std::optional<std::string> text(std::string_view group,
                                  std::string_view attribute) const override {
    for (const auto& file : files_) {
      if (auto text = file->text(group, attribute)) return text;
    }
    return std::nullopt;
  }
  std::optional<std::vector<std::string>> texts(std::string_view, std::string_view) const override {
    return std::nullopt;  // the old layout is never sharded
  }
  Hdf5File::Info info(std::string_view dataset) const override {
    return file_of(dataset).info(dataset);
  }
  Tensor read(std::string_view dataset) const override { return file_of(dataset).read(dataset); }

 private:
  const Hdf5File& file_of(std::string_view dataset) const {
    for (const auto& file : files_) {
      if (file->has_dataset(dataset)) return *file;
    }
    malformed("no shard has \"", printable(dataset), "\"");
  }
  std::vector<std::unique_ptr<Hdf5File>> files_;
};

}  // namespace

std::unique_ptr<WeightSource> open_weights(const std::filesystem::path& h5, ByteLimit limit) {
  return std::make_unique<OneFile>(h5, limit);
}
std::unique_ptr<WeightSource> open_weights(Bytes image, ByteLimit limit) {
  return std::make_unique<OneFile>(std::move(image), limit);
}
std::unique_ptr<WeightSource> open_sharded_weights(const std::filesystem::path& index,
                                                   ByteLimit limit) {
  return std::make_unique<Shards>(index, limit);
}

}  // namespace halfpixel::formats
