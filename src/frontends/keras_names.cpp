#include "frontends/keras_names.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include <halfpixel/keras/config.hpp>

#include "core/checked.hpp"
#include "core/text.hpp"

namespace halfpixel::keras {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_word(char c) {
  return is_upper(c) || is_lower(c) || (c >= '0' && c <= '9') || c == '_';
}

std::mutex mutex;
std::map<std::string, std::int64_t>& counters() {
  static std::map<std::string, std::int64_t> map;
  return map;
}

}  // namespace

// Three substitutions, as Keras makes them: drop what is no word, (.)([A-Z][a-z]+) -> \1_\2, then
// ([a-z])([A-Z]) -> \1_\2. A match consumes its characters.
std::string to_snake_case(std::string_view class_name) {
  std::string words;
  for (const char c : class_name) {
    if (is_word(c)) words += c;
  }
  std::string humps;
  for (std::size_t i = 0; i < words.size();) {
    humps += words[i++];
    if (i + 1 < words.size() && is_upper(words[i]) && is_lower(words[i + 1])) {
      humps += '_';
      humps += words[i++];
      while (i < words.size() && is_lower(words[i])) humps += words[i++];
    }
  }
  std::string name;
  for (std::size_t i = 0; i < humps.size(); ++i) {
    if (i > 0 && is_lower(humps[i - 1]) && is_upper(humps[i])) name += '_';
    name += humps[i];
  }
  return to_lower(name);
}

std::string layer_name(std::string_view class_name, std::string given) {
  if (given.empty()) {
    std::string name = to_snake_case(class_name);
    const std::lock_guard lock(mutex);
    const std::int64_t count = counters()[name]++;
    return count == 0 ? name : name + "_" + std::to_string(count);
  }
  if (given.find('/') == std::string::npos) return given;
  fail(ErrorCode::invalid_argument, "[", class_name,
       "] Argument `name` must be a string and cannot contain character `/`. Received: name=",
       given, " (of type <class 'str'>)");
}

DTypePolicy layer_policy(DTypePolicy given) {
  return given.is_set() ? std::move(given) : DTypePolicy(config::floatx());
}

Config base_config(std::string_view name, bool trainable, const DTypePolicy& policy) {
  Config policy_name;
  policy_name.set("name", policy.name());
  Config dtype;
  dtype.set("module", "keras");
  dtype.set("class_name", "DTypePolicy");
  dtype.set("config", std::move(policy_name));
  dtype.set("registered_name", nullptr);
  Config config;
  config.set("name", name);
  config.set("trainable", trainable);
  config.set("dtype", std::move(dtype));
  return config;
}

namespace utils {

void clear_session() {
  const std::lock_guard lock(mutex);
  counters().clear();
}

}  // namespace utils
}  // namespace halfpixel::keras
