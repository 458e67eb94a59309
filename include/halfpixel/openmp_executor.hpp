// Plans on OpenMP's threads: for programs that have such a team already, so that two pools do not
// fight for the cores. Not part of halfpixel.hpp: it needs -fopenmp (CMake: OpenMP::OpenMP_CXX) in
// the program that includes it, and in nothing else.
#pragma once

#ifndef _OPENMP
#error "halfpixel/openmp_executor.hpp needs -fopenmp (CMake: OpenMP::OpenMP_CXX)"
#endif

#include <omp.h>

#include <cstdint>
#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/executor.hpp>

namespace halfpixel {

// Each call is one `parallel for`. Inside a parallel region, OpenMP's or its own, it is serial.
class OpenMPExecutor final : public Executor {
 public:
  // As many threads as OpenMP would take: OMP_NUM_THREADS, omp_set_num_threads, or all cores.
  OpenMPExecutor() noexcept = default;
  // Throws Error when threads < 1.
  explicit OpenMPExecutor(int threads) : threads_(threads) {
    if (threads < 1) {
      throw Error(ErrorCode::invalid_argument,
                  "[OpenMPExecutor] threads must be positive; got " + std::to_string(threads));
    }
  }

  int concurrency() const noexcept override {
    if (omp_in_parallel() != 0) return 1;
    return threads_ > 0 ? threads_ : omp_get_max_threads();
  }

  void parallel_for(std::int64_t count, Task task, void* context) noexcept override {
    // Always the whole team: OpenMP ends the threads that a smaller one leaves out, and starting
    // them again takes longer than most tasks.
    const int threads = concurrency();
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (threads > 1 && count > 1)
    for (std::int64_t i = 0; i < count; ++i) task(context, i);
  }

 private:
  int threads_ = 0;  // 0: ask OpenMP
};

}  // namespace halfpixel
