#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "model/config_reader.hpp"
#include "model/layer_impl.hpp"

namespace halfpixel::keras {
namespace {

using Value = Config::Value;

template <class T>
const T* as(const Value* value) {
  return value != nullptr ? std::get_if<T>(&value->v) : nullptr;
}

// Keras writes 2.0 where a Python float happened to be whole.
bool as_integer(const Value& value, std::int64_t* result) {
  if (const auto* i = as<std::int64_t>(&value)) return *result = *i, true;
  const auto* d = as<double>(&value);
  if (d == nullptr || !(*d >= -9007199254740992.0 && *d <= 9007199254740992.0)) return false;
  *result = static_cast<std::int64_t>(*d);
  return static_cast<double>(*result) == *d;
}

}  // namespace

ConfigReader::ConfigReader(std::string_view class_name, const Config& config)
    : class_name_(class_name), config_(config) {}

const Value* ConfigReader::value(std::string_view key) const {
  const Value* const found = config_.find(key);
  return found == nullptr || std::holds_alternative<std::nullptr_t>(found->v) ? nullptr : found;
}

bool ConfigReader::has(std::string_view key) const {
  return value(key) != nullptr;
}

void ConfigReader::fail(std::string_view key, std::string_view expected) const {
  const auto* const own_name = as<std::string>(config_.find("name"));
  const Value* const got = config_.find(key);
  halfpixel::fail(ErrorCode::invalid_argument, "[", class_name_,
                  own_name != nullptr ? " '" + *own_name + "'" : "", "] ", key, " must be ",
                  expected, "; got ", got != nullptr ? got->json() : "nothing");
}

std::int64_t ConfigReader::integer(std::string_view key, std::int64_t otherwise) const {
  const Value* const found = value(key);
  if (found == nullptr) return otherwise;
  std::int64_t result = 0;
  if (!as_integer(*found, &result)) fail(key, "an integer");
  return result;
}

double ConfigReader::number(std::string_view key, double otherwise) const {
  const Value* const found = value(key);
  if (found == nullptr) return otherwise;
  if (const auto* d = as<double>(found)) return *d;
  if (const auto* i = as<std::int64_t>(found)) return static_cast<double>(*i);
  if (const auto* list = as<Config::List>(found); list != nullptr && list->size() == 1) {
    if (const auto* d = as<double>(&list->front())) return *d;
  }
  // tf_keras wraps numbers: {"class_name": "__numpy__", "config": {"value": 0.2}}
  if (const auto* wrapped = as<Config>(found)) {
    if (const auto* inner = as<Config>(wrapped->find("config"))) {
      return ConfigReader(class_name_, *inner).number("value", otherwise);
    }
  }
  fail(key, "a number");
}

bool ConfigReader::boolean(std::string_view key, bool otherwise) const {
  const Value* const found = value(key);
  if (found == nullptr) return otherwise;
  if (const auto* b = as<bool>(found)) return *b;
  std::int64_t i = 0;
  if (as_integer(*found, &i) && (i == 0 || i == 1)) return i == 1;
  fail(key, "true or false");
}

std::string ConfigReader::text(std::string_view key, std::string_view otherwise) const {
  const Value* const found = value(key);
  if (found == nullptr) return std::string(otherwise);
  if (const auto* s = as<std::string>(found)) return *s;
  fail(key, "a string");
}

std::vector<std::int64_t> ConfigReader::integers(std::string_view key, int count,
                                                 std::vector<std::int64_t> otherwise) const {
  const Value* const found = value(key);
  if (found == nullptr) return otherwise;
  std::int64_t single = 0;
  if (as_integer(*found, &single)) {
    return std::vector<std::int64_t>(static_cast<std::size_t>(count == 0 ? 1 : count), single);
  }
  std::vector<std::int64_t> result;
  const auto* const list = as<Config::List>(found);
  bool good = list != nullptr && (count == 0 || static_cast<int>(list->size()) == count);
  for (std::size_t i = 0; good && i < list->size(); ++i) {
    good = as_integer((*list)[i], &single);
    result.push_back(single);
  }
  if (!good)
    fail(key, count == 0 ? std::string("a list of integers")
                         : concat("an integer or a list of ", count));
  return result;
}

DataFormat ConfigReader::data_format() const {
  return has("data_format") ? to_data_format(text("data_format", "")) : DataFormat::channels_last;
}

DTypePolicy ConfigReader::policy() const {
  const Value* const found = value("dtype");
  if (found == nullptr) return DTypePolicy("float32");
  if (const auto* name = as<std::string>(found)) return DTypePolicy(*name);
  if (const auto* object =
          as<Config>(found)) {  // {"class_name": "DTypePolicy", "config": {"name": …}}
    if (const auto* inner = as<Config>(object->find("config"))) {
      if (const auto* name = as<std::string>(inner->find("name"))) return DTypePolicy(*name);
      // DTypePolicyMap: the default counts.
      if (const auto* policy = inner->find("default_policy")) {
        Config nested;
        nested.set("dtype", *policy);
        return ConfigReader(class_name_, nested).policy();
      }
    }
  }
  fail("dtype", "a dtype or a policy");
}

}  // namespace halfpixel::keras
