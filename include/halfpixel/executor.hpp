// Where parallel work runs. Results never depend on it: the same bits for any number of threads.
#pragma once

#include <cstdint>
#include <memory>

#include <halfpixel/export.hpp>

namespace halfpixel {

// Implement this over your own thread pool and hand it to Plan::run. Its threads need stacks of
// 256 KiB: a plan's scratch lies there. Pools made here have them; musl's default is half of it.
class HALFPIXEL_EXPORT Executor {
 public:
  using Task = void (*)(void* context, std::int64_t index) noexcept;
  virtual ~Executor();
  // How many tasks can run at once; work is cut into about this many pieces.
  virtual int concurrency() const noexcept = 0;
  // Calls task(context, i) once for each i in [0, count), in any order, on any threads, and returns
  // when all are done.
  virtual void parallel_for(std::int64_t count, Task task, void* context) noexcept = 0;
};

// Runs everything on the calling thread.
HALFPIXEL_EXPORT Executor& serial_executor() noexcept;
// The shared pool. A call from inside one of its tasks runs serially.
HALFPIXEL_EXPORT Executor& default_executor();
// A pool of one's own; `threads` includes the calling thread.
HALFPIXEL_EXPORT std::unique_ptr<Executor> make_thread_pool(int threads);

// Size of the shared pool, the calling thread included. Default: the number of usable cores, or
// HALFPIXEL_NUM_THREADS. Throws Error when threads < 1.
HALFPIXEL_EXPORT void set_num_threads(int threads);
HALFPIXEL_EXPORT int num_threads() noexcept;

}  // namespace halfpixel
