// AtomicFile: a file that appears complete or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <halfpixel/export.hpp>

namespace halfpixel::io {

// Written beside its destination under a name of its own, renamed over it by commit(), removed by
// the destructor otherwise. The destination may be a file that is being read at the same time.
// Exported because the image component writes through it too.
class HALFPIXEL_EXPORT AtomicFile {
 public:
  // `who` speaks in errors: "write_npy". Throws Error when the folder cannot be written or `path`
  // is something that a rename should not replace: a folder, a device, a write-protected file.
  AtomicFile(const std::filesystem::path& path, std::string_view who);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // The name that the bytes have until commit(); others may open and write it.
  const std::string& temporary_path() const noexcept { return temporary_; }
  void write_at(std::int64_t offset, const void* bytes, std::int64_t count);
  // Bytes that were written before. False when they are not there.
  bool read_at(std::int64_t offset, void* bytes, std::int64_t count) const noexcept;
  // Throws Error when the folder's file system has fewer than `bytes` free.
  void require_space(std::int64_t bytes) const;
  void commit();

 private:
  [[noreturn]] void refuse(const std::string& what, int error_number) const;

  std::string who_;
  std::string destination_;
  std::string temporary_;
  int descriptor_ = -1;
  int slot_ = -1;  // in the list of unfinished files
};

}  // namespace halfpixel::io
