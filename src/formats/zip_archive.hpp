// The members of a .keras archive: a zip file, or the folder that Keras writes with zipped=False.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace halfpixel::formats {

// What a reader may allocate for one file.
struct ByteLimit {
  std::int64_t bytes = std::int64_t{1} << 30;
};

// Bytes of a member or file: 8-byte aligned, movable, without spare capacity.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::size_t size);  // not initialised
  std::byte* data() noexcept { return data_.get(); }
  const std::byte* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }
  std::string_view text() const noexcept {
    return {reinterpret_cast<const char*>(data_.get()), size_};
  }

 private:
  std::unique_ptr<std::byte[]> data_;
  std::size_t size_ = 0;
};

// Reads a regular file whole. Throws Error when it has more than `most` bytes.
Bytes read_file(const std::filesystem::path& path, std::int64_t most);

// The whole list is checked before anything is read: names (no way out of the archive, none twice
// once Windows' backslashes are slashes), methods (stored, deflated), sizes (nothing that passes
// the limit or expands a hundredfold).
class ZipArchive {
 public:
  ZipArchive(const std::filesystem::path& path, ByteLimit limit);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  bool has(std::string_view member) const;
  std::vector<std::string> names() const;  // with slashes
  // Throws Error when there is no such member, it has more than `most` bytes, or its checksum is
  // wrong.
  Bytes read(std::string_view member, std::int64_t most) const;

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
  std::map<std::string, std::uint64_t, std::less<>> index_;  // name with slashes -> libzip's index
  ByteLimit limit_;
};

}  // namespace halfpixel::formats
