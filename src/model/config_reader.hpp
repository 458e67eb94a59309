// ConfigReader: the configuration of a layer, value by value, as files hold it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/keras/layer.hpp>

namespace halfpixel::keras {

// Reading configurations: the value of a key, or the default when it is absent or null where
// allowed. Wrong types are an Error that names layer, key and value.
class ConfigReader {
 public:
  ConfigReader(std::string_view class_name, const Config& config);
  bool has(std::string_view key) const;  // present and not null
  std::int64_t integer(std::string_view key, std::int64_t otherwise) const;
  double number(std::string_view key, double otherwise) const;
  bool boolean(std::string_view key, bool otherwise) const;
  std::string text(std::string_view key, std::string_view otherwise) const;
  // An integer or a list of them; `count` values (an integer is repeated). 0: any count.
  std::vector<std::int64_t> integers(std::string_view key, int count,
                                     std::vector<std::int64_t> otherwise) const;
  const Config::Value* value(std::string_view key) const;
  // "channels_last" when absent.
  DataFormat data_format() const;
  // name, dtype (string, DTypePolicy or Policy object) and trainable.
  std::string name() const { return text("name", ""); }
  DTypePolicy policy() const;
  bool trainable() const { return boolean("trainable", true); }
  [[noreturn]] void fail(std::string_view key, std::string_view expected) const;

 private:
  std::string_view class_name_;
  const Config& config_;
};

}  // namespace halfpixel::keras
