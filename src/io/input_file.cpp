#include "io/input_file.hpp"
#include "core/checked.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <halfpixel/error.hpp>

namespace halfpixel::io {

InputFile::InputFile(const std::filesystem::path& path, std::string_view who)
    : who_(who), path_(path.native()) {
  const auto fail = [&](const std::string& what) -> Error {
    if (descriptor_ >= 0) ::close(descriptor_);
    return Error(ErrorCode::io, "[" + who_ + "] " + path_ + " cannot be read: " + what);
  };
  if (path_.find('\0') != std::string::npos) throw fail("its name holds a zero byte");
  // O_NONBLOCK: opening a pipe without a writer would wait for ever.
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) throw fail(std::generic_category().message(errno));
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) throw fail(std::generic_category().message(errno));
  if (S_ISDIR(status.st_mode)) throw fail("it is a folder");
  if (!S_ISREG(status.st_mode)) throw fail("it is not a regular file");
  size_ = status.st_size;
}

InputFile::~InputFile() {
  ::close(descriptor_);
}

void InputFile::read_at(std::int64_t offset, void* bytes, std::int64_t count) const {
  char* to = static_cast<char*>(bytes);
  while (count > 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::int64_t>(count, 1 << 30));
    const ssize_t got = ::pread(descriptor_, to, piece, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      fail(ErrorCode::io, "[", who_, "] ", path_,
           " cannot be read: ", std::generic_category().message(errno));
    }
    if (got == 0) {
      fail(ErrorCode::malformed_file, "[", who_, "] ", path_, " ends too early; got ",
           std::to_string(offset), " bytes");
    }
    to += got;
    offset += got;
    count -= got;
  }
}

}  // namespace halfpixel::io
