#include <halfpixel/keras/layer.hpp>

#include <algorithm>
#include <cmath>

#include <halfpixel/keras/config.hpp>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "frontends/keras_names.hpp"
#include "frontends/keras_recorded.hpp"

namespace halfpixel::keras {
namespace {

[[noreturn]] void refuse_policy(std::string_view name) {
  fail(ErrorCode::invalid_argument, "[DTypePolicy] Cannot convert '", name,
       "' to a mixed precision DTypePolicy. Valid policies include 'mixed_float16', "
       "'mixed_bfloat16', and the name of any float dtype such as 'float32'.");
}

}  // namespace

DTypePolicy::DTypePolicy(DType dtype) : name_(name_of(dtype)), compute_(dtype), variable_(dtype) {
  require_enumerator("DTypePolicy", "dtype", dtype, DType::boolean);
  if (!is_floating(dtype)) refuse_policy(name_);
}

DTypePolicy::DTypePolicy(std::string_view name) : name_(name) {
  if (name == "mixed_float16") {
    compute_ = DType::float16;
  } else if (name == "mixed_bfloat16") {
    compute_ = DType::bfloat16;
  } else {
    constexpr DType kFloats[] = {DType::float16, DType::bfloat16, DType::float32, DType::float64};
    const auto* found = std::find_if(std::begin(kFloats), std::end(kFloats),
                                     [name](DType d) { return name_of(d) == name; });
    if (found == std::end(kFloats)) refuse_policy(name);
    compute_ = variable_ = *found;
  }
}

void Config::set(std::string key, Value value) {
  for (auto& [k, v] : items_) {
    if (k == key) {  // as in a Python dict: the place of the first, the value of the last
      v = std::move(value);
      return;
    }
  }
  items_.emplace_back(std::move(key), std::move(value));
}

const Config::Value* Config::find(std::string_view key) const noexcept {
  for (const auto& [k, v] : items_) {
    if (k == key) return &v;
  }
  return nullptr;
}

std::optional<std::int64_t> Config::Value::integer() const noexcept {
  if (const auto* i = get_if<std::int64_t>()) return *i;
  const auto* d = get_if<double>();
  constexpr double kMost = 9007199254740992.0;  // beyond it, not every integer is a double
  if (d == nullptr || !(std::abs(*d) <= kMost) || *d != std::trunc(*d)) return std::nullopt;
  return static_cast<std::int64_t>(*d);
}

std::optional<double> Config::Value::number() const noexcept {
  if (const auto* d = get_if<double>()) return *d;
  if (const auto* i = get_if<std::int64_t>()) return static_cast<double>(*i);
  return std::nullopt;
}

std::optional<std::vector<std::int64_t>> Config::Value::integers() const {
  const auto* const list = get_if<List>();
  if (list == nullptr) return std::nullopt;
  std::vector<std::int64_t> result;
  for (const Value& value : *list) {
    const auto one = value.integer();
    if (!one) return std::nullopt;
    result.push_back(*one);
  }
  return result;
}

bool operator==(const Config& a, const Config& b) {
  return a.items_ == b.items_;
}
bool operator==(const Config::Value& a, const Config::Value& b) {
  return a.v == b.v;
}

namespace layers {

Layer::Layer(std::string_view class_name, std::string name, DTypePolicy policy, bool trainable)
    : name_(layer_name(class_name, std::move(name))),
      policy_(layer_policy(std::move(policy))),
      trainable_(trainable),
      impl_(std::make_shared<RecordedLayer>()) {}

Layer::~Layer() = default;

Config Layer::base_config() const {
  return keras::base_config(name_, trainable_, policy_);
}

}  // namespace layers
}  // namespace halfpixel::keras
