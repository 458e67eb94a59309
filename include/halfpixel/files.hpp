// Files that appear whole or not at all, several of them together if need be.
#pragma once

#include <string>

#include <halfpixel/export.hpp>
#include <halfpixel/path.hpp>
#include <halfpixel/shared.hpp>

namespace halfpixel::io {

// Removes the temporary files of every write that has not finished. Async-signal-safe: meant for
// the handlers of SIGINT and SIGTERM, right before the program ends.
HALFPIXEL_EXPORT void remove_unfinished_files() noexcept;

// A place beside `destination`, in the same folder and with the same ending, for any writer;
// commit() renames what was written there over the destination, and without it nothing is left
// behind. One belongs to one thread at a time.
class HALFPIXEL_EXPORT PendingFile {
 public:
  // Throws Error when the destination cannot be replaced.
  explicit PendingFile(const Path& destination);
  ~PendingFile();
  PendingFile(PendingFile&&) noexcept;
  PendingFile& operator=(PendingFile&&) noexcept;
  const std::string& path() const noexcept { return path_; }
  void commit();

 private:
  friend struct halfpixel::Access;
  struct Impl;
  detail::Shared<Impl> impl_;
  std::string path_;
};

}  // namespace halfpixel::io
