// What tf_keras and Keras 3 mean differently by the same words: the name "hard_sigmoid", and layers
// that resize integers, which tf_keras makes floating and Keras 3 rounds.
#include <algorithm>
#include <iterator>

#include "formats/json_config.hpp"
#include "formats/model_description.hpp"
#include "layers/sampling.hpp"

namespace halfpixel::formats {
namespace {

constexpr std::string_view kName = "hard_sigmoid";
constexpr std::string_view kOldMeaning = "tf_keras>hard_sigmoid";
constexpr std::string_view kResizing[] = {"Resizing", "UpSampling2D", "RandomCrop"};

// The first thing that any built model of tf_keras says about its input; Keras 3 never writes it.
bool is_keras2(const Config::Value& value) {
  if (const Config* object = value.get_if<Config>()) {
    return std::any_of(object->items().begin(), object->items().end(), [](const auto& item) {
      return item.first == "batch_input_shape" || is_keras2(item.second);
    });
  }
  const Config::List* list = value.get_if<Config::List>();
  return list != nullptr && std::any_of(list->begin(), list->end(), is_keras2);
}

Config renamed(const Config& object);

Config::Value renamed(const Config::Value& value) {
  if (const Config* object = value.get_if<Config>()) return renamed(*object);
  const Config::List* list = value.get_if<Config::List>();
  if (list == nullptr) return value;
  Config::List result;
  for (const Config::Value& element : *list) result.push_back(renamed(element));
  return result;
}

Config renamed(const Config& object) {
  Config result;
  for (const auto& [key, value] : object.items()) {
    Config::Value to = renamed(value);
    const std::string* text = to.get_if<std::string>();
    if (key.ends_with("activation")) {
      const Config* function =
          to.get_if<Config>();  // {"class_name": "function", "config": "hard_sigmoid"}
      if (function != nullptr) text = function->find<std::string>("config");
      if (text != nullptr && *text == kName) to = Config::Value(kOldMeaning);
    }
    result.set(key, std::move(to));
  }
  const std::string* const name = result.find<std::string>("class_name");
  const Config* const own = result.find<Config>("config");
  if (name != nullptr && own != nullptr &&
      std::find(std::begin(kResizing), std::end(kResizing), *name) != std::end(kResizing)) {
    Config marked = *own;
    marked.set(std::string(keras::kFloatsKey), true);
    result.set("config", std::move(marked));
  }
  return result;
}

}  // namespace

Config with_old_meanings(Config serialized) {
  const Config::Value root(std::move(serialized));
  return is_keras2(root) ? renamed(*root.get_if<Config>()) : *root.get_if<Config>();
}

}  // namespace halfpixel::formats
