// Which kernels an engine asks for, watched.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "resample/plan_impl.hpp"

namespace halfpixel::resample {

// Kernels in the order in which an engine first asked for them. It runs inside of engines, so it
// neither allocates nor throws.
struct Notes {
  struct Call {
    const char* kernel;
    const char* how;  // "" when there is one way only
    int dtype;        // -1: not chosen by dtype
    friend bool operator==(const Call&, const Call&) = default;
  };
  std::array<Call, 16> calls{};
  int call_count = 0;
  std::int64_t strip_columns = 0, strip_channels = 0;
  std::int64_t rows_at_once = 1;
  bool streamed = false;

  void add(const Call& call) noexcept {
    const auto end = calls.begin() + call_count;
    if (std::find(calls.begin(), end, call) == end && call_count < std::ssize(calls)) {
      calls[static_cast<std::size_t>(call_count++)] = call;
    }
  }
  void strip(std::int64_t columns, std::int64_t channels) noexcept {
    strip_columns = std::max(strip_columns, columns);
    strip_channels = std::max(strip_channels, channels);
  }
};

// Lets the engine work on a few rows and takes notes of what it asks for.
Notes watch(Engine engine, Run run, std::int64_t src_columns);

}  // namespace halfpixel::resample
