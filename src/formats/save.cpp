// Models -> .keras and .weights.h5.
#include <chrono>
#include <ctime>
#include <unordered_map>

#include "core/checked.hpp"
#include "formats/file_error.hpp"
#include "formats/formats.hpp"
#include "formats/hdf5_writer.hpp"
#include "formats/zip_writer.hpp"
#include "frontends/keras_names.hpp"
#include "io/atomic_file.hpp"
#include "model/model_impl.hpp"

namespace halfpixel::formats {
namespace {

using keras::LayerImpl;
using keras::ModelImpl;

constexpr std::string_view kKerasVersion = "3.15.0";  // whose format this is

// Layers that draw random numbers while training: Keras looks for the state of their generators.
bool draws(std::string_view class_name) {
  return class_name.find("Dropout") != class_name.npos || class_name.starts_with("Gaussian") ||
         class_name.starts_with("Random") ||
         (class_name.ends_with("Cell") && class_name != "StackedRNNCells");
}

void write_generator(Hdf5Writer& file, const std::string& group) {
  file.write(group + "seed_generator/vars/0", zeros({2}, DType::uint32));
}

void write_layer(Hdf5Writer& file, const std::string& group, const LayerImpl& layer,
                 const std::string& name);

void write_model(Hdf5Writer& file, const std::string& group, const ModelImpl& model) {
  file.make_group(group + "vars");
  file.write_text(group + "vars", "name", model.name());
  std::unordered_map<std::string, int> used;
  for (const keras::LayerPtr& layer : model.layers()) {
    if (layer->is_operation()) continue;
    const std::string snake = keras::to_snake_case(keras::bare_class_name(layer->class_name()));
    const int number = used[snake]++;
    const std::string key = number == 0 ? snake : concat(snake, "_", number);
    write_layer(file, group + "layers/" + key + "/", *layer, layer->name());
  }
}

void write_layer(Hdf5Writer& file, const std::string& group, const LayerImpl& layer,
                 const std::string& name) {
  if (const auto* model = dynamic_cast<const ModelImpl*>(&layer))
    return write_model(file, group, *model);
  file.make_group(group + "vars");
  file.write_text(group + "vars", "name", name);
  int number = 0;
  const auto inner_layers = layer.sublayers();
  for (const keras::Variable& variable : layer.variables()) {
    const keras::Variable* written = &variable;
    for (const auto& [key, inner] : inner_layers) {
      for (const keras::Variable& own : inner->variables()) {
        if (variable.alias && own.name == variable.name) written = &own;
      }
    }
    file.write(group + "vars/" + std::to_string(number++), written->value);
  }
  if (draws(layer.class_name())) write_generator(file, group);
  if (layer.class_name() == "MultiHeadAttention" || layer.class_name() == "GroupedQueryAttention") {
    file.make_group(group + "_dropout_layer/vars");
    write_generator(file, group + "_dropout_layer/");
  }
  const bool is_private =
      layer.class_name().starts_with("Group") && layer.class_name().ends_with("QueryAttention");
  for (const auto& [key, inner] : inner_layers) {
    write_layer(file, group + (is_private ? "_" : "") + key + "/", *inner, inner->name());
  }
}

Bytes weights_of(const keras::Model& model) {
  Hdf5Writer file;
  write_model(file, "", impl_of(model));
  return file.finish();
}

std::string metadata() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char date[32] = {};
  std::strftime(date, sizeof date, "%Y-%m-%d@%H:%M:%S", &utc);
  keras::Config config;
  config.set("keras_version", kKerasVersion);
  config.set("date_saved", date);
  return config.json();
}

void write_file(const std::filesystem::path& path, const Bytes& bytes) {
  io::AtomicFile file(path, "save");
  file.require_space(static_cast<std::int64_t>(bytes.size()));
  file.write_at(0, bytes.data(), static_cast<std::int64_t>(bytes.size()));
  file.commit();
}

}  // namespace

void save_model_file(const keras::Model& model, const std::filesystem::path& path) {
  const std::string config = serialize_model(model).json(), about = metadata();
  const Bytes weights = weights_of(model);
  write_file(path, make_zip({{"metadata.json", about},
                             {"config.json", config},
                             {"model.weights.h5", weights.text()}}));
}

void save_weights_file(const keras::Model& model, const std::filesystem::path& path) {
  write_file(path, weights_of(model));
}

}  // namespace halfpixel::formats

namespace halfpixel::keras {

void Model::save(const Path& file) const {
  const std::filesystem::path path = file.str();
  const std::string name = path.filename().string();
  if (name.ends_with(".weights.h5")) {
    formats::save_weights_file(*this, path);
  } else if (name.ends_with(".keras")) {
    formats::save_model_file(*this, path);
  } else {
    fail(ErrorCode::invalid_argument,
         "[save] a model is saved as .keras, its weights alone as .weights.h5; got ",
         formats::printable(name));
  }
}

void Model::save_weights(const Path& file) const {
  const std::filesystem::path path = file.str();
  if (!path.filename().string().ends_with(".weights.h5")) {
    fail(ErrorCode::invalid_argument, "[save_weights] the name must end in .weights.h5; got ",
         formats::printable(path.filename().string()));
  }
  formats::save_weights_file(*this, path);
}

void models::save_model(const Model& model, const Path& file) {
  model.save(file);
}

}  // namespace halfpixel::keras
