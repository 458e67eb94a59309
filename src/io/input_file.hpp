// InputFile: a regular file, open for reading.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <halfpixel/export.hpp>

namespace halfpixel::io {

// Exported because the image component reads through it too.
class HALFPIXEL_EXPORT InputFile {
 public:
  // Throws Error when there is no such file, it may not be read, or it is a folder, a pipe or a
  // device.
  InputFile(const std::filesystem::path& path, std::string_view who);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::string& path() const noexcept { return path_; }
  std::int64_t size() const noexcept { return size_; }  // bytes, when it was opened
  int descriptor() const noexcept { return descriptor_; }
  // Throws Error when the file ends before.
  void read_at(std::int64_t offset, void* bytes, std::int64_t count) const;

 private:
  std::string who_;
  std::string path_;
  int descriptor_ = -1;
  std::int64_t size_ = 0;
};

}  // namespace halfpixel::io
