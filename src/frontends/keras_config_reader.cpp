#include "frontends/keras_config_reader.hpp"

#include <algorithm>

#include "core/checked.hpp"
#include "frontends/keras_json.hpp"

namespace halfpixel::keras {
namespace {

using Value = Config::Value;

// What keras.layers.Layer itself takes. The last two tell a Sequential model its input; a layer
// alone has no use for them.
constexpr std::string_view kBaseKeys[] = {
    "name", "trainable", "dtype", "activity_regularizer", "autocast", "input_shape", "input_dim"};

bool is_one_of(std::string_view key, std::span<const std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// Names a policy: "float32", or {"class_name": "DTypePolicy", "config": {"name": "float32"}, …}.
const std::string* policy_name(const Value& value, bool strict) {
  if (const auto* text = value.get_if<std::string>()) return text;
  const auto* object = value.get_if<Config>();
  const auto* members = object != nullptr ? object->find<Config>("config") : nullptr;
  if (members == nullptr) return nullptr;
  if (const auto* name = members->find<std::string>("name"); name != nullptr || strict) {
    const auto* kind = object->find<std::string>("class_name");
    const bool known = kind != nullptr &&
                       (*kind == "DTypePolicy" || *kind == "FloatDTypePolicy" || *kind == "Policy");
    return known || !strict ? name : nullptr;
  }
  // Of a DTypePolicyMap the default counts; None means the global policy.
  static const std::string kGlobal = "float32";
  const Value* fallback = members->find("default_policy");
  if (fallback == nullptr) return nullptr;
  return fallback->is_none() ? &kGlobal : policy_name(*fallback, strict);
}

}  // namespace

ConfigReader::ConfigReader(std::string_view class_name, const Config& config)
    : class_name_(class_name), config_(config), strict_(false) {}

ConfigReader::ConfigReader(std::string_view class_name, const Config& config,
                           std::initializer_list<std::string_view> keys)
    : class_name_(class_name), config_(config), strict_(true) {
  Config unknown;
  for (const auto& [key, value] : config.items()) {
    if (!is_one_of(key, keys) && !is_one_of(key, kBaseKeys)) unknown.set(key, value);
  }
  if (!unknown.items().empty()) {
    fail(ErrorCode::invalid_argument, "[", class_name,
         "] Unrecognized keyword arguments passed to ", class_name, ": ", python_repr(unknown));
  }
  if (has("activity_regularizer")) refuse_type("activity_regularizer", "None");
  if (!boolean("autocast", true)) refuse_type("autocast", "True");
}

const Value* ConfigReader::value(std::string_view key) const {
  const Value* const found = config_.find(key);
  return found != nullptr && found->is_none() && !strict_ ? nullptr : found;
}

bool ConfigReader::has(std::string_view key) const {
  const Value* const found = value(key);
  return found != nullptr && !found->is_none();
}

std::string ConfigReader::speaker() const {
  const auto* const own_name = config_.find<std::string>("name");
  return concat(class_name_, own_name != nullptr ? " '" + *own_name + "'" : "");
}

std::string ConfigReader::shown(std::string_view key) const {
  const Value* const got = config_.find(key);
  return got != nullptr ? got->json() : "nothing";
}

void ConfigReader::refuse(std::string_view key, std::string_view expected) const {
  fail(ErrorCode::invalid_argument, "[", speaker(), "] ", key, " must be ", expected, "; got ",
       shown(key));
}

void ConfigReader::refuse_type(std::string_view key, std::string_view expected) const {
  const Value& value = *config_.find(key);
  fail(ErrorCode::invalid_argument, "[", class_name_, "] Expected `", key, "` to be ", expected,
       ". Received: ", key, "=", python_str(value), " (of type <class '", python_type(value),
       "'>)");
}

std::int64_t ConfigReader::integer(std::string_view key, std::int64_t unset) const {
  const Value* const found = value(key);
  if (found == nullptr) return unset;
  if (!strict_) {
    if (const auto integer = found->integer()) return *integer;
    const auto list = found->integers();  // tf_keras: an axis in a list
    if (list && list->size() == 1) return list->front();
    refuse(key, "an integer");
  }
  if (const auto* integer = found->get_if<std::int64_t>()) return *integer;
  fail(ErrorCode::invalid_argument, "[", class_name_, "] Expected an integer value for `", key,
       "`, got <class '", python_type(*found), "'>. Received: ", key, "=", python_str(*found));
}

double ConfigReader::number(std::string_view key, double unset) const {
  const Value* const found = value(key);
  if (found == nullptr) return unset;
  if (const auto number = found->number()) return *number;
  if (strict_) refuse_type(key, "a number");
  if (const auto* list = found->get_if<Config::List>(); list != nullptr && list->size() == 1) {
    if (const auto* d = list->front().get_if<double>()) return *d;
  }
  // tf_keras wraps numbers: {"class_name": "__numpy__", "config": {"value": 0.2}}
  if (const auto* wrapped = found->get_if<Config>()) {
    if (const auto* inner = wrapped->find<Config>("config")) {
      return ConfigReader(class_name_, *inner).number("value", unset);
    }
  }
  refuse(key, "a number");
}

bool ConfigReader::boolean(std::string_view key, bool unset) const {
  const Value* const found = value(key);
  if (found == nullptr) return unset;
  if (const auto* given = found->get_if<bool>()) return *given;
  if (strict_) refuse_type(key, "a boolean");
  const auto integer = found->integer();
  if (integer && (*integer == 0 || *integer == 1)) return *integer == 1;
  refuse(key, "true or false");
}

std::string ConfigReader::text(std::string_view key, std::string_view unset) const {
  const Value* const found = value(key);
  if (found == nullptr) return std::string(unset);
  if (strict_) return python_str(*found);
  if (const auto* text = found->get_if<std::string>()) return *text;
  refuse(key, "a string");
}

std::vector<std::int64_t> ConfigReader::integers(std::string_view key, int count,
                                                 std::vector<std::int64_t> unset) const {
  const Value* const found = value(key);
  if (count > 0) require_not_none(key, concat("an integer or a list of ", count));
  if (found == nullptr) return unset;
  if (const auto single = found->integer()) {
    return std::vector<std::int64_t>(static_cast<std::size_t>(count == 0 ? 1 : count), *single);
  }
  const auto list = found->integers();
  if (list && (count == 0 || static_cast<int>(list->size()) == count)) return *list;
  refuse(key, count == 0 ? std::string("a list of integers")
                         : concat("an integer or a list of ", count));
}

void ConfigReader::require_not_none(std::string_view key, std::string_view expected) const {
  const Value* const found = config_.find(key);
  if (!strict_ && found != nullptr && found->is_none()) refuse(key, expected);
}

Size ConfigReader::size(std::string_view key, int rank, const Size& unset) const {
  const Value* const found = value(key);
  require_not_none(key, concat("an integer or a list of ", rank));
  if (found == nullptr) return unset;
  if (!strict_) return Size(std::span<const std::int64_t>(integers(key, rank, {})));
  if (const auto* all = found->get_if<std::int64_t>()) return Size(*all);
  const auto* list = found->get_if<Config::List>();
  std::string odd;
  if (list != nullptr && list->size() == static_cast<std::size_t>(rank)) {
    std::vector<std::int64_t> values;
    for (const Value& element : *list) {
      if (const auto* number = element.get_if<std::int64_t>())
        values.push_back(*number);
      else if (odd.empty()) {
        odd = concat(", including element ", python_str(element), " of type <class '",
                     python_type(element), "'>");
      }
    }
    if (odd.empty()) return Size(std::span<const std::int64_t>(values));
  }
  fail(ErrorCode::invalid_argument, "[", class_name_, "] The `", key,
       "` argument must be a tuple of ", rank, " integers. Received ", key, "=", python_str(*found),
       odd);
}

Interpolation ConfigReader::interpolation(Interpolation unset) const {
  const std::string_view key = "interpolation";
  require_not_none(key, "a name");
  return value(key) != nullptr ? to_interpolation(text(key, {})) : unset;
}

std::optional<DataFormat> ConfigReader::data_format() const {
  if (has("data_format")) return to_data_format(text("data_format", {}));
  return strict_ ? std::nullopt : std::optional(DataFormat::channels_last);
}

void ConfigReader::require_text(std::string_view key, std::string_view text) const {
  const Value* const found = value(key);
  if (found == nullptr || python_str(*found) == text) return;
  if (!strict_) refuse(key, concat("\"", text, "\""));
  fail(ErrorCode::invalid_argument, "[", class_name_, "] Invalid value for argument `", key,
       "`. Only `'", text, "'` is supported. Received: ", key, "=", python_str(*found));
}

std::string ConfigReader::name() const {
  const Value* const found = value("name");
  if (found == nullptr || found->is_none()) return {};
  if (const auto* text = found->get_if<std::string>()) return *text;
  if (!strict_) refuse("name", "a string");
  fail(ErrorCode::invalid_argument, "[", class_name_,
       "] Argument `name` must be a string and cannot contain character `/`. Received: "
       "name=",
       python_str(*found), " (of type <class '", python_type(*found), "'>)");
}

DTypePolicy ConfigReader::dtype() const {
  if (!has("dtype")) return strict_ ? DTypePolicy() : DTypePolicy("float32");
  const std::string* const name = policy_name(*value("dtype"), strict_);
  if (name != nullptr) return DTypePolicy(*name);
  if (!strict_ &&
      (class_name_ == "Dense" || class_name_ == "EinsumDense" || class_name_ == "Embedding")) {
    // A quantised layer's policy names the one it had before.
    const auto* const object = value("dtype")->get_if<Config>();
    const auto* const members = object != nullptr ? object->find<Config>("config") : nullptr;
    const auto* const source =
        members != nullptr ? members->find<std::string>("source_name") : nullptr;
    if (source != nullptr) return DTypePolicy(*source);
  }
  if (strict_) refuse_type("dtype", "the name of a policy or a DTypePolicy");
  refuse("dtype", "a dtype or a policy");
}

bool ConfigReader::trainable() const {
  return boolean("trainable", true);
}

void fail_deserializing(std::string_view class_name, const Config& config, const Error& error) {
  std::string_view cause = error.what();
  if (cause.starts_with("[")) cause.remove_prefix(cause.find(']') + 1);
  if (cause.starts_with(" ")) cause.remove_prefix(1);
  fail(error.code(), "[", class_name, "] Error when deserializing class '", class_name,
       "' using config=", python_repr(config), ".\n\nException encountered: ", cause);
}

}  // namespace halfpixel::keras
