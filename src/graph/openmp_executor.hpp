// The resampling core on OpenMP's threads, so that a model has one pool: oneDNN's, the ops' and
// this.
#pragma once

#include <omp.h>

#include <halfpixel/executor.hpp>

namespace halfpixel::graph {

class OpenMPExecutor final : public Executor {
 public:
  int concurrency() const noexcept override { return omp_in_parallel() != 0 ? 1 : num_threads(); }
  void parallel_for(std::int64_t count, Task task, void* context) noexcept override {
    const int threads = concurrency();
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
    for (std::int64_t i = 0; i < count; ++i) task(context, i);
  }
};

}  // namespace halfpixel::graph
