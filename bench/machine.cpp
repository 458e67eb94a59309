#include "machine.hpp"

#include <cstdint>
#include <fstream>
#include <string>
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

// Bytes of processor 0's own cache; 0 when the system does not tell. (sysconf adds up what all
// sockets have on some machines.)
std::int64_t cache_bytes(int level) {
  const std::string folder = "/sys/devices/system/cpu/cpu0/cache/index";
  for (int index = 0; index < 8; ++index) {
    std::ifstream level_file(folder + std::to_string(index) + "/level");
    std::ifstream size_file(folder + std::to_string(index) + "/size");
    int found = 0;
    std::int64_t size = 0;
    char unit = 0;
    if (!(level_file >> found) || !(size_file >> size)) break;
    size_file >> unit;
    if (found == level && level > 1) return size << (unit == 'K' ? 10 : unit == 'M' ? 20 : 0);
  }
  return 0;
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
