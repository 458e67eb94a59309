// Where the parallel work of plans runs. Results never depend on it: the same bits for any number
// of threads.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

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

// An executor that its holder owns and ends: std::unique_ptr<Executor>, to which it converts,
// without <memory>.
class OwnedExecutor {
 public:
  explicit OwnedExecutor(Executor* executor) noexcept : executor_(executor) {}
  OwnedExecutor(OwnedExecutor&& other) noexcept : executor_(other.release()) {}
  OwnedExecutor& operator=(OwnedExecutor&& other) noexcept {
    delete std::exchange(executor_, other.release());
    return *this;
  }
  ~OwnedExecutor() { delete executor_; }

  Executor& operator*() const noexcept { return *executor_; }
  Executor* operator->() const noexcept { return executor_; }
  Executor* get() const noexcept { return executor_; }
  Executor* release() noexcept { return std::exchange(executor_, nullptr); }
  template <class Pointer>
    requires(std::is_class_v<Pointer> && std::is_constructible_v<Pointer, Executor*>)
  operator Pointer() && {  // NOLINT: converts on purpose
    return Pointer(release());
  }

 private:
  Executor* executor_;
};

// These functions and the executors that they give are thread-safe.

// Runs everything on the calling thread.
HALFPIXEL_EXPORT Executor& serial_executor() noexcept;
// The shared pool. A call from inside one of its tasks runs serially.
HALFPIXEL_EXPORT Executor& default_executor();
// A pool of one's own; `threads` includes the calling thread. Throws Error unless from 1 to 1024.
HALFPIXEL_EXPORT OwnedExecutor make_thread_pool(int threads);

// Size of the shared pool, the calling thread included. Default: the number of usable cores, or
// HALFPIXEL_NUM_THREADS. Throws Error when threads < 1.
HALFPIXEL_EXPORT void set_num_threads(int threads);
HALFPIXEL_EXPORT int num_threads() noexcept;

}  // namespace halfpixel
