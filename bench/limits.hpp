// What this machine can do at best, measured here and now: a workload's time is held against it.
#pragma once

#include <cstdint>

#include <halfpixel/keras/layer.hpp>

namespace halfpixel::bench {

// Of all threads together, in 10^9 bytes or operations a second.
struct Limits {
  double nt_store_gbs = 0;      // written past the caches, 256 MiB
  double cached_store_gbs = 0;  // ordinary stores, 1 MiB for each thread
  double cached_store_16_mib_gbs = 0;
  double store_gbs = 0;  // ordinary stores, 256 MiB
  double read_gbs = 0;   // 256 MiB
  double cached_read_gbs = 0;
  double fma_gflops = 0;      // float32, one fused multiply-add is two operations
  double mul_add_gflops = 0;  // the same unfused, which is what exact numbers allow
};

// Measured once for each number of threads; takes about a second.
Limits limits_of(int threads);
// Measures the two rates that workloads are held against once more and keeps the better: a
// neighbour that was busy the first time must not make us look good.
void improve_limits(int threads);

// No result can be there before it was written past the caches and its input was read.
double limit_seconds(const Limits& limits, std::int64_t bytes_in, std::int64_t bytes_out);

keras::Config to_config(const Limits& limits);

}  // namespace halfpixel::bench
