// Keras reads keras.json when it is imported; here the first question does, under a lock. A file
// that Keras would refuse is refused at every question until it is mended.
#include <halfpixel/keras/config.hpp>

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>

#include "core/checked.hpp"
#include "frontends/keras_json.hpp"
#include "frontends/keras_settings.hpp"

namespace halfpixel::keras {
namespace {

constexpr std::size_t kMaxFileBytes = 1 << 20;  // a real one has about a hundred

struct Settings {
  DataFormat image_data_format = DataFormat::channels_last;
  std::string floatx = "float32";
  double epsilon = 1e-7;
};

std::mutex mutex;
std::optional<Settings> current;

std::string home_directory() {
  if (const char* home = std::getenv("HOME")) return *home != '\0' ? home : "/";
  std::array<char, 4096> buffer;
  passwd entry;
  passwd* found = nullptr;
  if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) != 0) found = nullptr;
  return found != nullptr ? found->pw_dir : "/";
}

[[noreturn]] void refuse_file(ErrorCode code, const std::string& path, const std::string& what) {
  fail(code, "[keras.config] ", what, " (in ", path, ")");
}

// The text, or nothing when there is no such file.
std::optional<std::string> read_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return std::nullopt;
  std::ifstream file;
  if (!std::filesystem::is_directory(status)) file.open(path, std::ios::binary);
  if (!file.is_open()) refuse_file(ErrorCode::io, path, "keras.json cannot be read");
  std::string text(kMaxFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxFileBytes) {
    refuse_file(ErrorCode::malformed_file, path, "keras.json must not be larger than 1 MiB");
  }
  return text;
}

Settings read_settings() {
  Settings settings;
  const std::string path = settings_path();
  const std::optional<std::string> text = read_file(path);
  if (!text) return settings;
  const std::optional<Config::Value> json = parse_json(*text);
  if (!json) return settings;  // what is not JSON counts as empty, as in Keras
  const auto* object = json->get_if<Config>();
  const auto refuse = [&path](const std::string& what) {
    refuse_file(ErrorCode::malformed_file, path, what);
  };
  if (object == nullptr) {
    refuse("keras.json must hold an object; got a " + std::string(python_type(*json)));
  }
  if (const Config::Value* value = object->find("floatx")) {
    const auto* name = value->get_if<std::string>();
    if (name == nullptr || (*name != "float16" && *name != "float32" && *name != "float64")) {
      refuse(
          "Invalid `floatx` configuration. Expected one of {'float16', 'float32', 'float64'}. "
          "Received: floatx=" +
          python_str(*value));
    }
    settings.floatx = *name;
  }
  if (const Config::Value* value = object->find("epsilon")) {
    const auto* number = value->get_if<double>();
    if (number == nullptr) {
      refuse("Invalid `epsilon` configuration. Expected a float. Received: epsilon=" +
             python_str(*value));
    }
    settings.epsilon = *number;
  }
  if (const Config::Value* value = object->find("image_data_format")) {
    const auto* name = value->get_if<std::string>();
    if (name == nullptr || (*name != "channels_last" && *name != "channels_first")) {
      refuse(
          "Invalid `image_data_format` configuration. Expected one of {'channels_last', "
          "'channels_first'}. Received: image_data_format=" +
          python_str(*value));
    }
    settings.image_data_format = to_data_format(*name);
  }
  return settings;
}

// Runs `use` on the settings, reading them first if nobody has.
template <class Use>
auto with_settings(Use use) {
  const std::lock_guard lock(mutex);
  if (!current) current = read_settings();
  return use(*current);
}

}  // namespace

std::string settings_path() {
  if (const char* given = std::getenv("KERAS_HOME")) {
    std::string directory = given;  // verbatim; empty means the working directory
    if (directory == "~" || directory.starts_with("~/")) {
      directory.replace(0, 1, home_directory());
    }
    return (std::filesystem::path(directory) / "keras.json").string();
  }
  std::string base = home_directory();
  if (access(base.c_str(), W_OK) != 0) base = "/tmp";
  return (std::filesystem::path(base) / ".keras" / "keras.json").string();
}

void forget_settings() {
  const std::lock_guard lock(mutex);
  current.reset();
}

namespace config {

DataFormat image_data_format() {
  return with_settings([](const Settings& s) { return s.image_data_format; });
}

void set_image_data_format(DataFormat format) {
  if (format != DataFormat::channels_last && format != DataFormat::channels_first) {
    fail(ErrorCode::invalid_argument,
         "[keras.config.set_image_data_format] The `data_format` argument must be one of "
         "{'channels_first', 'channels_last'}. Received: data_format=",
         static_cast<int>(format));
  }
  with_settings([format](Settings& s) { s.image_data_format = format; });
}

void set_image_data_format(std::string_view name) {
  set_image_data_format(to_data_format(name));
}

std::string floatx() {
  return with_settings([](const Settings& s) { return s.floatx; });
}

void set_floatx(std::string_view name) {
  if (name != "bfloat16" && name != "float16" && name != "float32" && name != "float64") {
    fail(ErrorCode::invalid_argument, "[keras.config.set_floatx] Unknown `floatx` value: ", name,
         ". Expected one of {'bfloat16', 'float16', 'float32', 'float64'}");
  }
  with_settings([name](Settings& s) { s.floatx = name; });
}

double epsilon() {
  return with_settings([](const Settings& s) { return s.epsilon; });
}

}  // namespace config
}  // namespace halfpixel::keras
