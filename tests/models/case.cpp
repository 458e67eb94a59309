#include "models/case.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include <nlohmann/json.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/normalization.hpp>
#include <halfpixel/npy.hpp>

namespace halfpixel::test {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;  // outputs in the model's order

const fs::path kCommitted = HALFPIXEL_TEST_DATA "/models";
const fs::path kUnpacked = HALFPIXEL_MODEL_CASES;  // more.tar.xz

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::map<std::string, std::string> texts(const json& object) {
  std::map<std::string, std::string> result;
  for (const auto& [key, value] : object.items()) result[key] = value.get<std::string>();
  return result;
}

// What the classes of these cases compute, in layers of the library.
keras::models::CustomFactory factory_for(const std::string& class_name) {
  if (class_name == "PixelShuffle") {
    return [](const keras::Config& config) {
      return keras::models::operation_layer(
          "depth_to_space:" + std::to_string(std::get<std::int64_t>(config.find("scale")->v)),
          std::get<std::string>(config.find("name")->v));
    };
  }
  if (class_name == "acme>InstanceNorm") {
    return [](const keras::Config& config) -> keras::layers::GraphLayer {
      return keras::layers::GroupNormalization(
          {.groups = -1,
           .epsilon = std::get<double>(config.find("epsilon")->v),
           .name = std::get<std::string>(config.find("name")->v)});
    };
  }
  throw std::runtime_error("no factory for " + class_name);
}

}  // namespace

keras::models::LoadOptions Case::options() const {
  keras::models::LoadOptions options;
  if (backend == "torch") options.backend = keras::models::Backend::torch;
  if (backend == "jax") options.backend = keras::models::Backend::jax;
  if (dialect == "keras2_legacy") options.dialect = keras::models::Dialect::keras2_legacy;
  for (const auto& [layer, operation] : bind) {
    options.custom_objects[layer] = keras::models::operation_factory(operation);
  }
  for (const auto& [class_name, what] : custom_objects)
    options.custom_objects[class_name] = factory_for(class_name);
  return options;
}

keras::Model Case::load(bool bound) const {
  const keras::models::LoadOptions chosen = bound ? options() : keras::models::LoadOptions{};
  if (!model.empty()) return keras::models::load_model(model, chosen);
  keras::Model built = keras::models::model_from_json(text_of(json), chosen);
  built.load_weights(weights);
  return built;
}

std::vector<std::pair<std::string, std::string>> list_cases() {
  std::vector<std::pair<std::string, std::string>> cases;
  std::ifstream file(kCommitted / "cases.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name, family;
    if (words >> name >> family && name[0] != '#') cases.emplace_back(name, family);
  }
  return cases;
}

Case read_case(const std::string& name) {
  Case c;
  c.name = name;
  c.folder = fs::exists(kCommitted / name / "case.json") ? kCommitted / name : kUnpacked / name;
  const json about = json::parse(text_of(c.folder / "case.json"));
  c.writer = about.at("writer").get<std::string>();
  c.dialect = about.value("dialect", "");
  c.backend = about.value("backend", "");
  c.expect = about.value("expect", "run");
  const auto& files = about.at("files");
  if (files.contains("model")) c.model = c.folder / files.at("model").get<std::string>();
  if (files.contains("json")) c.json = c.folder / files.at("json").get<std::string>();
  if (files.contains("weights")) c.weights = c.folder / files.at("weights").get<std::string>();
  if (about.contains("error")) c.error = about.at("error").get<std::vector<std::string>>();
  if (about.contains("bind")) c.bind = texts(about.at("bind"));
  if (about.contains("custom_objects")) c.custom_objects = texts(about.at("custom_objects"));
  c.parameters = about.value("parameters", std::int64_t{-1});
  if (about.contains("inputs")) {
    for (const auto& [key, value] : about.at("inputs").items()) {
      c.input_files[key] = c.folder / value.at("file").get<std::string>();
      c.inputs.emplace(key, io::read_npy(c.input_files[key]));
    }
  }
  if (about.contains("outputs")) {
    for (const auto& [key, value] : about.at("outputs").items()) {
      c.outputs.push_back({key, io::read_npy(c.folder / value.at("file").get<std::string>()),
                           value.value("absolute", 0.0), value.value("relative", 0.0)});
    }
  }
  return c;
}

Distance distance(const Tensor& answer, const CaseOutput& output) {
  Distance far;
  const Tensor& wanted = output.wanted;
  const bool widened = answer.dtype() == DType::bfloat16 && wanted.dtype() == DType::float32;
  if (answer.shape() != wanted.shape() || (answer.dtype() != wanted.dtype() && !widened)) {
    std::ostringstream text;
    text << output.name << ": " << answer.shape() << " " << answer.dtype() << " instead of "
         << wanted.shape() << " " << wanted.dtype();
    far.problem = text.str();
    return far;
  }
  const Tensor a = answer.astype(DType::float64), w = wanted.astype(DType::float64);
  for (std::int64_t i = 0; i < a.size(); ++i) {
    const double x = a.data<double>()[i], y = w.data<double>()[i];
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    const double error = std::abs(x - y), allowed = output.absolute + output.relative * std::abs(y);
    far.absolute =
        std::max(far.absolute, std::isnan(error) ? std::numeric_limits<double>::infinity() : error);
    if (std::abs(y) > 1e-3) far.relative = std::max(far.relative, error / std::abs(y));
    if (!(error <= allowed)) {
      far.share = std::max(far.share, allowed > 0 && !std::isnan(error)
                                          ? error / allowed
                                          : std::numeric_limits<double>::infinity());
    } else {
      far.share = std::max(far.share, error / allowed);
    }
  }
  return far;
}

}  // namespace halfpixel::test
