#include "progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "one_line.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

Progress::Progress(bool quiet, std::string prefix)
    : enabled_(!quiet && ::isatty(STDERR_FILENO) == 1), prefix_(std::move(prefix)) {}

Progress::~Progress() {
  if (shown_) show("");
}

void Progress::stage(const std::string& what) {
  stage_ = prefix_ + one_line(with_stream_names(what), 70);
  if (enabled_) show(stage_);
}

void Progress::part(double share) {
  const auto now = std::chrono::steady_clock::now();
  if (!enabled_ || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  show(fmt::format("{}: {:.0f} %", stage_, 100.0 * share));
}

void Progress::show(const std::string& line) {
  std::fputs(("\r\x1b[K" + line).c_str(), stderr);
  std::fflush(stderr);
  shown_ = !line.empty();
}

}  // namespace halfpixel::cli
