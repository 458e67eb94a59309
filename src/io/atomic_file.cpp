// The name is chosen in the destination's own folder, so that the rename never crosses file
// systems. Unfinished names are also kept in a fixed table, which a signal handler can walk without
// locks.
#include "io/atomic_file.hpp"
#include "core/checked.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstring>
#include <system_error>
#include <utility>

#include <halfpixel/error.hpp>
#include <halfpixel/files.hpp>

namespace halfpixel::io {
namespace {

// More writes at once than this are still atomic; only a signal would leave their files behind.
constexpr int kSlots = 16;
struct Slot {
  enum State : int { free, filling, used };
  std::atomic<int> state{free};
  char path[PATH_MAX];
};
std::array<Slot, kSlots> slots;

int remember(const std::string& path) {
  if (path.size() >= PATH_MAX) return -1;
  for (int i = 0; i < kSlots; ++i) {
    int expected = Slot::free;
    if (!slots[i].state.compare_exchange_strong(expected, Slot::filling)) continue;
    std::memcpy(slots[i].path, path.c_str(), path.size() + 1);
    slots[i].state = Slot::used;
    return i;
  }
  return -1;
}

void forget(int slot) noexcept {
  if (slot >= 0) slots[slot].state = Slot::free;
}

// A link stays a link, and so does one whose target is not there yet: what it points to is
// replaced.
std::filesystem::path resolve(const std::filesystem::path& path) {
  constexpr int kMostLinks = 40;  // as the system's own limit: links may go round in circles
  std::error_code failure;
  std::filesystem::path target = path;
  for (int i = 0; i < kMostLinks && std::filesystem::is_symlink(target, failure); ++i) {
    const std::filesystem::path next = std::filesystem::read_symlink(target, failure);
    if (failure) return path;
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return target;
}

std::string unique_name() {
  static std::atomic<unsigned> counter{0};
  const auto ticks = std::chrono::steady_clock::now().time_since_epoch().count();
  return ".halfpixel-" + std::to_string(::getpid()) + "-" + std::to_string(counter++) + "-" +
         std::to_string(static_cast<unsigned>(ticks)) + ".tmp";
}

}  // namespace

void remove_unfinished_files() noexcept {
  for (Slot& slot : slots) {
    if (slot.state == Slot::used) ::unlink(slot.path);
  }
}

AtomicFile::AtomicFile(const std::filesystem::path& path, std::string_view who) : who_(who) {
  const std::filesystem::path destination = resolve(path);
  destination_ = destination.native();

  struct stat existing{};
  const bool replaces = ::stat(destination_.c_str(), &existing) == 0;
  if (!replaces && errno == ELOOP) refuse("cannot be written", ELOOP);
  if (replaces && S_ISDIR(existing.st_mode)) refuse("is a folder", 0);
  if (replaces && !S_ISREG(existing.st_mode)) refuse("is not a regular file", 0);
  if (replaces && ::access(destination_.c_str(), W_OK) != 0) refuse("cannot be written", errno);

  std::error_code failure;
  const std::filesystem::path absolute = std::filesystem::absolute(destination, failure);
  const std::filesystem::path folder = (failure ? destination : absolute).parent_path();
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    // The ending stays last: some writers choose the format by it.
    temporary_ = (folder / unique_name()).native() + destination.extension().native();
    slot_ = remember(temporary_);  // first: a signal may come as soon as the file is there
    descriptor_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ >= 0) break;
    const int error_number = errno;
    forget(slot_);
    if (error_number != EEXIST || attempt == 100) refuse("cannot be created", error_number);
  }
  // What was private stays private. (A new file has what the umask allows.)
  if (replaces) (void)!::fchmod(descriptor_, existing.st_mode & 0777);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
  forget(slot_);
}

void AtomicFile::write_at(std::int64_t offset, const void* bytes, std::int64_t count) {
  const char* from = static_cast<const char*>(bytes);
  while (count > 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::int64_t>(count, 1 << 30));
    const ssize_t written = ::pwrite(descriptor_, from, piece, offset);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) refuse("cannot be written", written < 0 ? errno : EIO);
    from += written;
    offset += written;
    count -= written;
  }
}

bool AtomicFile::read_at(std::int64_t offset, void* bytes, std::int64_t count) const noexcept {
  char* to = static_cast<char*>(bytes);
  while (count > 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::int64_t>(count, 1 << 30));
    const ssize_t got = ::pread(descriptor_, to, piece, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    offset += got;
    count -= got;
  }
  return true;
}

void AtomicFile::require_space(std::int64_t bytes) const {
  struct statvfs disk{};
  if (::fstatvfs(descriptor_, &disk) != 0 || disk.f_blocks == 0) return;  // nothing is known
  const auto available = static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize);
  if (static_cast<double>(bytes) > available) {
    fail(ErrorCode::io, "[", who_, "] ", destination_, " does not fit on its disk; got ",
         std::to_string(bytes), " bytes, free are ",
         std::to_string(static_cast<std::int64_t>(available)));
  }
}

void AtomicFile::commit() {
  const int descriptor = std::exchange(descriptor_, -1);
  // Some file systems report a full disk only here.
  const bool closed = ::close(descriptor) == 0;
  if (!closed || ::rename(temporary_.c_str(), destination_.c_str()) != 0) {
    const int error_number = errno;
    ::unlink(temporary_.c_str());
    forget(slot_);
    refuse("cannot be written", error_number);
  }
  forget(slot_);
}

void AtomicFile::refuse(const std::string& what, int error_number) const {
  std::string message = "[" + who_ + "] " + destination_ + " " + what;
  if (error_number != 0) message += ": " + std::generic_category().message(error_number);
  fail(error_number == ENOMEM ? ErrorCode::out_of_memory : ErrorCode::io, message);
}

}  // namespace halfpixel::io
