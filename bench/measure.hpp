// Times engines side by side on one workload: their repetitions are mixed at random, so that what
// the machine does besides hits all of them alike.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compare.hpp"
#include "engine.hpp"
#include "sample.hpp"
#include "workloads.hpp"

namespace halfpixel::bench {

struct PeerResult {
  std::string name;
  std::string version;
  std::string note;
  Difference difference;  // from our result
  Times times;
};

// One workload with one number of threads.
struct Result {
  const Workload* workload;
  int threads;
  std::int64_t bytes_in;
  std::int64_t bytes_out;
  Times ours;
  std::vector<PeerResult> peers;  // those that have something for it
};

struct MeasureOptions {
  int repetitions = 9;
  double min_seconds = 0.05;  // of one repetition; short calls are repeated within it
};

// Results are compared before anything is timed: ours on several threads with ours on one (Error
// when a bit differs), the peers' with ours.
Result measure(const Workload& workload, int threads, std::span<const Peer> peers,
               const MeasureOptions& options = {});

}  // namespace halfpixel::bench
