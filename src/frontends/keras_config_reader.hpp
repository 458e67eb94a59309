// ConfigReader: a layer's configuration, value by value, in one of two manners.
//
// strict: what Keras' from_config does, cls(**config). Unknown keys and values of another type are
//   Errors in Keras' wording; None is a value; 2.0 is no integer.
// lenient: what model files need, which many versions of Keras and tf_keras wrote. Unknown keys are
//   passed over, None counts as absent, 2.0 is an integer and an integer is a number.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/layer.hpp>
#include <halfpixel/shape.hpp>

namespace halfpixel::keras {

// Each question takes the value of a key, or `unset` where there is none. Values of another type
// are an Error that names layer, key and value. The configuration and the name must outlive it.
class HALFPIXEL_EXPORT ConfigReader {
 public:
  // Lenient.
  ConfigReader(std::string_view class_name, const Config& config);
  // Strict; `keys` are the layer's own. Throws Error for keys that are neither these nor known to
  // every layer.
  ConfigReader(std::string_view class_name, const Config& config,
               std::initializer_list<std::string_view> keys);
  virtual ~ConfigReader() = default;

  std::string_view class_name() const noexcept { return class_name_; }
  const Config& config() const noexcept { return config_; }
  // Null when absent, and where None counts as absent.
  virtual const Config::Value* value(std::string_view key) const;
  virtual bool has(std::string_view key) const;  // present and not None
  // The value as a T; null when it is absent or of another type.
  template <class T>
  const T* find(std::string_view key) const {
    const Config::Value* const found = value(key);
    return found != nullptr ? found->get_if<T>() : nullptr;
  }

  std::int64_t integer(std::string_view key, std::int64_t unset) const;
  double number(std::string_view key, double unset) const;
  bool boolean(std::string_view key, bool unset) const;
  std::string text(std::string_view key, std::string_view unset) const;
  // An integer or a list of them; `count` values (an integer is repeated). 0: any count.
  std::vector<std::int64_t> integers(std::string_view key, int count,
                                     std::vector<std::int64_t> unset) const;
  Size size(std::string_view key, int rank, const Size& unset) const;
  Interpolation interpolation(Interpolation unset) const;
  // Absent: strict nothing (the caller asks keras.json), lenient channels_last.
  std::optional<DataFormat> data_format() const;
  // Lenient: throws Error for None where Keras has no default for it.
  void require_not_none(std::string_view key, std::string_view expected) const;
  // Throws Error unless the key is absent or holds this text.
  void require_text(std::string_view key, std::string_view text) const;

  // What every layer has. dtype: a name, a DTypePolicy or tf_keras' Policy; lenient: also the
  // default of a DTypePolicyMap, and float32 when absent.
  std::string name() const;
  DTypePolicy dtype() const;
  bool trainable() const;

  // Throws Error "[class 'name'] key must be EXPECTED; got VALUE".
  [[noreturn]] void refuse(std::string_view key, std::string_view expected) const;

 protected:
  virtual std::string speaker() const;                    // "class 'name'"
  virtual std::string shown(std::string_view key) const;  // what was got

 private:
  [[noreturn]] void refuse_type(std::string_view key,
                                std::string_view expected) const;  // Keras' words

  std::string_view class_name_;
  const Config& config_;
  bool strict_;
};

// Says what was being read when making the layer failed; Keras' wording.
[[noreturn]] void fail_deserializing(std::string_view class_name, const Config& config,
                                     const Error& error);

// Calls make(strict reader) and returns the layer it makes.
template <class Make>
auto deserialize(std::string_view class_name, const Config& config,
                 std::initializer_list<std::string_view> keys, Make make) {
  try {
    return make(ConfigReader(class_name, config, keys));
  } catch (const Error& error) {
    fail_deserializing(class_name, config, error);
  }
}

}  // namespace halfpixel::keras
