#include "machine.hpp"

#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <thread>

#include <halfpixel/cpu.hpp>

#include "limits.hpp"

namespace halfpixel::bench {
namespace {

std::string cpu_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

// Bytes; 0 when the system does not tell.
std::int64_t cache_bytes([[maybe_unused]] int level) {
#if defined(_SC_LEVEL2_CACHE_SIZE)
  const long bytes = ::sysconf(level == 2 ? _SC_LEVEL2_CACHE_SIZE : _SC_LEVEL3_CACHE_SIZE);
  return bytes > 0 ? bytes : 0;
#else
  return 0;
#endif
}

}  // namespace

keras::Config machine_config(std::span<const int> threads) {
  keras::Config limits;
  for (const int count : threads) limits.set(std::to_string(count), to_config(limits_of(count)));
  keras::Config machine;
  machine.set("cpu", cpu_name());
  machine.set("cores", static_cast<int>(std::thread::hardware_concurrency()));
  machine.set("target", cpu::target());
  machine.set("l2", cache_bytes(2));
  machine.set("l3", cache_bytes(3));
  machine.set("limits", std::move(limits));
  return machine;
}

std::string compiler() {
#if defined(__clang__)
  return "clang++ " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__) +
         "." + std::to_string(__clang_patchlevel__);
#else
  return "g++ " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__) + "." +
         std::to_string(__GNUC_PATCHLEVEL__);
#endif
}

}  // namespace halfpixel::bench
