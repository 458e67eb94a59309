// The name of a file as a parameter, without <filesystem> for those who have a string.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

namespace halfpixel {

// Made by itself from a string, a std::filesystem::path or a directory's entry.
class Path {
 public:
  Path(std::string name) : name_(std::move(name)) {}  // NOLINT: converts on purpose
  Path(std::string_view name) : name_(name) {}        // NOLINT
  Path(const char* name) : name_(name) {}             // NOLINT
  template <class P>
    requires requires(const P& path) {
      { path.native() } -> std::same_as<const std::string&>;
    }
  Path(const P& path) : name_(path.native()) {}  // NOLINT
  template <class Entry>
    requires requires(const Entry& entry) {
      { entry.path().native() } -> std::same_as<const std::string&>;
    }
  Path(const Entry& entry) : name_(entry.path().native()) {}  // NOLINT

  const std::string& str() const noexcept { return name_; }

 private:
  std::string name_;
};

}  // namespace halfpixel
