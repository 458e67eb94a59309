// What every Keras layer has: a name, a dtype policy, a configuration, and a call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/shared.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::keras {

// The dtype argument of a layer: a dtype, or a policy by name ("float32", "mixed_float16", …).
// Unset means keras::config::floatx() at construction.
class HALFPIXEL_EXPORT DTypePolicy {
 public:
  DTypePolicy() = default;
  DTypePolicy(DType dtype);            // NOLINT: converts on purpose; throws unless floating
  DTypePolicy(std::string_view name);  // NOLINT: converts on purpose; throws for unknown names
  DTypePolicy(const char* name) : DTypePolicy(std::string_view(name)) {}         // NOLINT
  DTypePolicy(const std::string& name) : DTypePolicy(std::string_view(name)) {}  // NOLINT
  bool is_set() const noexcept { return !name_.empty(); }
  const std::string& name() const noexcept { return name_; }
  DType compute_dtype() const noexcept { return compute_; }
  DType variable_dtype() const noexcept { return variable_; }
  friend bool operator==(const DTypePolicy&, const DTypePolicy&) = default;

 private:
  std::string name_;
  DType compute_ = DType::float32;
  DType variable_ = DType::float32;
};

// A layer's configuration: keys in Keras' order, values as JSON knows them.
class HALFPIXEL_EXPORT Config {
 public:
  struct Value;
  using List = std::vector<Value>;
  void set(std::string key, Value value);
  const Value* find(std::string_view key) const noexcept;  // null when absent
  // The value of a key as a T (bool, int64, double, string, List, Config); null when it is absent
  // or of another type.
  template <class T>
  const T* find(std::string_view key) const noexcept;
  const std::vector<std::pair<std::string, Value>>& items() const noexcept { return items_; }
  // The integers or numbers of any range as a list.
  template <class Range>
  static List list_of(const Range& values);
  std::string json() const;  // one line
  friend HALFPIXEL_EXPORT bool operator==(const Config&, const Config&);

 private:
  std::vector<std::pair<std::string, Value>> items_;
};

struct HALFPIXEL_EXPORT Config::Value {
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, List, Config> v = nullptr;

  Value() = default;
  Value(std::nullptr_t) {}                          // NOLINT
  Value(bool b) : v(b) {}                           // NOLINT
  Value(int i) : v(std::int64_t{i}) {}              // NOLINT
  Value(std::int64_t i) : v(i) {}                   // NOLINT
  Value(double d) : v(d) {}                         // NOLINT
  Value(const char* s) : v(std::string(s)) {}       // NOLINT
  Value(std::string s) : v(std::move(s)) {}         // NOLINT
  Value(std::string_view s) : v(std::string(s)) {}  // NOLINT
  Value(List list) : v(std::move(list)) {}          // NOLINT
  Value(Config config) : v(std::move(config)) {}    // NOLINT
  std::string json() const;
  friend HALFPIXEL_EXPORT bool operator==(const Value&, const Value&);

  bool is_none() const noexcept { return std::holds_alternative<std::nullptr_t>(v); }
  // As one of the types above; null when it is another.
  template <class T>
  const T* get_if() const noexcept {
    return std::get_if<T>(&v);
  }
  template <class T>
  T* get_if() noexcept {
    return std::get_if<T>(&v);
  }
  // An integer, or a float without fraction: Python writes 2.0 where a float happened to be whole.
  std::optional<std::int64_t> integer() const noexcept;
  std::optional<double> number() const noexcept;  // an integer or a float
  // A list of integers, told as above.
  std::optional<std::vector<std::int64_t>> integers() const;
};

template <class T>
const T* Config::find(std::string_view key) const noexcept {
  const Value* const value = find(key);
  return value != nullptr ? value->get_if<T>() : nullptr;
}

template <class Range>
Config::List Config::list_of(const Range& values) {
  return List(std::begin(values), std::end(values));
}

struct RecordedLayer;

namespace layers {

// Base of the layers that compute without a graph; those of models are GraphLayer
// (keras/tensor.hpp). Immutable once made; calls are const and thread-safe. Copies are the same
// layer, in a model too.
class HALFPIXEL_EXPORT Layer {
 public:
  virtual ~Layer();
  const std::string& name() const noexcept { return name_; }
  const DTypePolicy& dtype_policy() const noexcept { return policy_; }
  bool trainable() const noexcept { return trainable_; }
  virtual std::string_view class_name() const noexcept = 0;

 protected:
  // An empty name means the class name in snake case, with a counter: up_sampling2d,
  // up_sampling2d_1 … Throws Error for names with '/'.
  Layer(std::string_view class_name, std::string name, DTypePolicy policy, bool trainable);
  Layer(const Layer&) = default;
  Layer& operator=(const Layer&) = default;
  // name, trainable, dtype: the keys that every configuration begins with.
  Config base_config() const;

 private:
  std::string name_;
  DTypePolicy policy_;
  bool trainable_ = true;
  friend struct halfpixel::Access;
  detail::Shared<RecordedLayer> impl_;
};

}  // namespace layers
}  // namespace halfpixel::keras
