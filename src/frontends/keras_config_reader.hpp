// Reading a layer's configuration the way Keras' from_config does: cls(**config).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/layer.hpp>
#include <halfpixel/shape.hpp>

namespace halfpixel::keras {

// Each question takes the value of a key, or the default where there is none; values of another
// type are an Error that names the key and the value.
class OptionsReader {
 public:
  // `keys` are the layer's own. Throws Error for keys that are neither these nor known to every
  // layer.
  OptionsReader(std::string_view class_name, const Config& config,
                std::initializer_list<std::string_view> keys);

  std::string name() const;
  DTypePolicy dtype() const;
  bool trainable() const;

  Size size(std::string_view key, int rank, Size unset) const;
  std::optional<DataFormat> data_format() const;
  Interpolation interpolation(Interpolation unset) const;
  std::int64_t integer(std::string_view key, std::int64_t unset) const;
  double number(std::string_view key, double unset) const;
  bool flag(std::string_view key, bool unset) const;
  // Throws Error unless the key is absent or holds this text.
  void require_text(std::string_view key, std::string_view text) const;

 private:
  const Config::Value* find(std::string_view key) const noexcept;  // null for None too
  [[noreturn]] void refuse(std::string_view key, std::string_view expected) const;

  std::string_view class_name_;
  const Config& config_;
};

// Says what was being read when making the layer failed; Keras' wording.
[[noreturn]] void fail_deserializing(std::string_view class_name, const Config& config,
                                     const Error& error);

// Calls make(reader) and returns the layer it makes.
template <class Make>
auto deserialize(std::string_view class_name, const Config& config,
                 std::initializer_list<std::string_view> keys, Make make) {
  try {
    return make(OptionsReader(class_name, config, keys));
  } catch (const Error& error) {
    fail_deserializing(class_name, config, error);
  }
}

}  // namespace halfpixel::keras
