#include "frontends/keras_config_reader.hpp"

#include <algorithm>
#include <vector>

#include "core/checked.hpp"
#include "frontends/keras_json.hpp"

namespace halfpixel::keras {
namespace {

// What keras.layers.Layer itself takes. The last two tell a Sequential model its input; a layer
// alone has no use for them.
constexpr std::string_view kBaseKeys[] = {
    "name", "trainable", "dtype", "activity_regularizer", "autocast", "input_shape", "input_dim"};

// Names a policy: "float32", or {"class_name": "DTypePolicy", "config": {"name": "float32"}, …}.
const std::string* policy_name(const Config::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value.v)) return text;
  const auto* object = std::get_if<Config>(&value.v);
  if (object == nullptr) return nullptr;
  const Config::Value* class_name = object->find("class_name");
  const Config::Value* config = object->find("config");
  if (class_name == nullptr || config == nullptr) return nullptr;
  const auto* kind = std::get_if<std::string>(&class_name->v);
  const auto* members = std::get_if<Config>(&config->v);
  if (kind == nullptr || members == nullptr) return nullptr;
  if (*kind != "DTypePolicy" && *kind != "FloatDTypePolicy" && *kind != "Policy") return nullptr;
  const Config::Value* name = members->find("name");
  return name != nullptr ? std::get_if<std::string>(&name->v) : nullptr;
}

}  // namespace

OptionsReader::OptionsReader(std::string_view class_name, const Config& config,
                             std::initializer_list<std::string_view> keys)
    : class_name_(class_name), config_(config) {
  Config unknown;
  for (const auto& [key, value] : config.items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end() &&
        std::find(std::begin(kBaseKeys), std::end(kBaseKeys), key) == std::end(kBaseKeys)) {
      unknown.set(key, value);
    }
  }
  if (!unknown.items().empty()) {
    fail(ErrorCode::invalid_argument, "[", class_name,
         "] Unrecognized keyword arguments passed to ", class_name, ": ", python_repr(unknown));
  }
  if (find("activity_regularizer") != nullptr) refuse("activity_regularizer", "None");
  if (!flag("autocast", true)) refuse("autocast", "True");
}

const Config::Value* OptionsReader::find(std::string_view key) const noexcept {
  const Config::Value* value = config_.find(key);
  return value != nullptr && !std::holds_alternative<std::nullptr_t>(value->v) ? value : nullptr;
}

void OptionsReader::refuse(std::string_view key, std::string_view expected) const {
  const Config::Value& value = *config_.find(key);
  fail(ErrorCode::invalid_argument, "[", class_name_, "] Expected `", key, "` to be ", expected,
       ". Received: ", key, "=", python_str(value), " (of type <class '", python_type(value),
       "'>)");
}

std::string OptionsReader::name() const {
  const Config::Value* value = find("name");
  if (value == nullptr) return {};
  if (const auto* text = std::get_if<std::string>(&value->v)) return *text;
  fail(ErrorCode::invalid_argument, "[", class_name_,
       "] Argument `name` must be a string and cannot contain character `/`. Received: name=",
       python_str(*value), " (of type <class '", python_type(*value), "'>)");
}

DTypePolicy OptionsReader::dtype() const {
  const Config::Value* value = find("dtype");
  if (value == nullptr) return {};
  const std::string* name = policy_name(*value);
  if (name == nullptr) refuse("dtype", "the name of a policy or a DTypePolicy");
  return DTypePolicy(*name);
}

bool OptionsReader::trainable() const {
  const Config::Value* value = config_.find("trainable");  // None is refused here
  if (value != nullptr && !std::holds_alternative<bool>(value->v)) refuse("trainable", "a boolean");
  return value == nullptr || std::get<bool>(value->v);
}

Size OptionsReader::size(std::string_view key, int rank, Size unset) const {
  const Config::Value* value = config_.find(key);
  if (value == nullptr) return unset;
  if (const auto* all = std::get_if<std::int64_t>(&value->v)) return Size(*all);
  const auto* list = std::get_if<Config::List>(&value->v);
  std::string odd;
  if (list != nullptr && list->size() == static_cast<std::size_t>(rank)) {
    std::vector<std::int64_t> values;
    for (const Config::Value& element : *list) {
      if (const auto* number = std::get_if<std::int64_t>(&element.v))
        values.push_back(*number);
      else if (odd.empty()) {
        odd = concat(", including element ", python_str(element), " of type <class '",
                     python_type(element), "'>");
      }
    }
    if (odd.empty()) return Size(std::span<const std::int64_t>(values));
  }
  fail(ErrorCode::invalid_argument, "[", class_name_, "] The `", key,
       "` argument must be a tuple of ", rank, " integers. Received ", key, "=", python_str(*value),
       odd);
}

std::optional<DataFormat> OptionsReader::data_format() const {
  const Config::Value* value = find("data_format");
  if (value == nullptr) return std::nullopt;
  return to_data_format(python_str(*value));
}

Interpolation OptionsReader::interpolation(Interpolation unset) const {
  const Config::Value* value = config_.find("interpolation");
  return value != nullptr ? to_interpolation(python_str(*value)) : unset;
}

std::int64_t OptionsReader::integer(std::string_view key, std::int64_t unset) const {
  const Config::Value* value = config_.find(key);
  if (value == nullptr) return unset;
  if (const auto* number = std::get_if<std::int64_t>(&value->v)) return *number;
  fail(ErrorCode::invalid_argument, "[", class_name_, "] Expected an integer value for `", key,
       "`, got <class '", python_type(*value), "'>. Received: ", key, "=", python_str(*value));
}

double OptionsReader::number(std::string_view key, double unset) const {
  const Config::Value* value = config_.find(key);
  if (value == nullptr) return unset;
  if (const auto* number = std::get_if<double>(&value->v)) return *number;
  if (const auto* whole = std::get_if<std::int64_t>(&value->v)) return static_cast<double>(*whole);
  refuse(key, "a number");
}

bool OptionsReader::flag(std::string_view key, bool unset) const {
  const Config::Value* value = config_.find(key);
  if (value == nullptr) return unset;
  if (const auto* given = std::get_if<bool>(&value->v)) return *given;
  refuse(key, "a boolean");
}

void OptionsReader::require_text(std::string_view key, std::string_view text) const {
  const Config::Value* value = config_.find(key);
  if (value == nullptr || python_str(*value) == text) return;
  fail(ErrorCode::invalid_argument, "[", class_name_, "] Invalid value for argument `", key,
       "`. Only `'", text, "'` is supported. Received: ", key, "=", python_str(*value));
}

void fail_deserializing(std::string_view class_name, const Config& config, const Error& error) {
  std::string_view cause = error.what();
  if (cause.starts_with("[")) cause.remove_prefix(cause.find(']') + 1);
  if (cause.starts_with(" ")) cause.remove_prefix(1);
  fail(error.code(), "[", class_name, "] Error when deserializing class '", class_name,
       "' using config=", python_repr(config), ".\n\nException encountered: ", cause);
}

}  // namespace halfpixel::keras
