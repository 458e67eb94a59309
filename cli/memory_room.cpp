#include "memory_room.hpp"

#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include <halfpixel/error.hpp>

namespace halfpixel::cli {
namespace {

// The number after `key` in a file of "key number" lines.
std::optional<std::int64_t> look_up(const char* path, const std::string& key) {
  std::ifstream file(path);
  std::string word;
  std::int64_t value = 0;
  while (file >> word) {
    if (word == key && file >> value) return value;
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return std::nullopt;
}

std::optional<std::int64_t> machine_room() {
  const auto available = look_up("/proc/meminfo", "MemAvailable:");
  if (!available) {  // no /proc: what the machine has, some of it surely in use
    struct sysinfo machine{};
    if (::sysinfo(&machine) != 0) return std::nullopt;
    return static_cast<std::int64_t>((machine.totalram + machine.freeswap) * machine.mem_unit);
  }
  return (*available + look_up("/proc/meminfo", "SwapFree:").value_or(0)) * 1024;
}

std::optional<std::int64_t> group_room() {
  std::ifstream file("/sys/fs/cgroup/memory.max");
  std::int64_t limit = 0;
  if (!(file >> limit)) return std::nullopt;  // "max", or no such file
  // Pages of files can be given back; those of programs cannot.
  return limit - look_up("/sys/fs/cgroup/memory.stat", "anon").value_or(0);
}

std::optional<std::int64_t> address_room() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  std::ifstream file("/proc/self/statm");
  std::int64_t pages = 0;
  file >> pages;
  return static_cast<std::int64_t>(limit.rlim_cur) - pages * ::sysconf(_SC_PAGESIZE);
}

}  // namespace

std::int64_t memory_room() {
  std::int64_t room = std::numeric_limits<std::int64_t>::max();
  for (const auto& limit : {machine_room(), group_room(), address_room()}) {
    if (limit) room = std::min(room, std::max<std::int64_t>(*limit, 0));
  }
  return room;
}

void require_memory(double bytes, const std::string& what) {
  const std::int64_t room = memory_room();
  if (bytes <= static_cast<double>(room)) return;
  throw Error(ErrorCode::out_of_memory,
              fmt::format("{} does not fit in memory; got {:.4g} MiB, expected at most {} MiB",
                          what, bytes / (1 << 20), room >> 20));
}

}  // namespace halfpixel::cli
