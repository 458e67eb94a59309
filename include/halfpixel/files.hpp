// Files that appear whole or not at all, several of them together if need be.
#pragma once

#include <filesystem>
#include <memory>

#include <halfpixel/export.hpp>

namespace halfpixel::io {

// Removes the temporary files of every write that has not finished. Async-signal-safe: meant for
// the handlers of SIGINT and SIGTERM, right before the program ends.
HALFPIXEL_EXPORT void remove_unfinished_files() noexcept;

// A place beside `destination`, in the same folder and with the same ending, for any writer;
// commit() renames what was written there over the destination, and without it nothing is left
// behind.
class HALFPIXEL_EXPORT PendingFile {
 public:
  // Throws Error when the destination cannot be replaced.
  explicit PendingFile(const std::filesystem::path& destination);
  ~PendingFile();
  PendingFile(PendingFile&&) noexcept;
  PendingFile& operator=(PendingFile&&) noexcept;
  const std::filesystem::path& path() const noexcept { return path_; }
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::filesystem::path path_;
};

}  // namespace halfpixel::io
