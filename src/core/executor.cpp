#include <charconv>
#include <halfpixel/executor.hpp>
#include <string_view>
#include <system_error>

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel {

Executor::~Executor() = default;

namespace {

class SerialExecutor final : public Executor {
 public:
  int concurrency() const noexcept override { return 1; }
  void parallel_for(std::int64_t count, Task task, void* context) noexcept override {
    for (std::int64_t i = 0; i < count; ++i) task(context, i);
  }
};

inline void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// A worker that spins begins in less than a microsecond, one that is parked in 20 to 30. This is
// longer than the pause between two calls of a busy program, and short enough for nobody to notice
// that an idle one spins.
constexpr std::chrono::microseconds kSpinTime{200};
constexpr int kSpins = 64;  // between two looks at the clock: a microsecond or two

// Spins while `waiting()` and no longer than `most`; false: it still is.
template <class Waiting>
bool spin_while(Waiting&& waiting, std::chrono::microseconds most) noexcept {
  if (!waiting()) return true;
  const auto end = std::chrono::steady_clock::now() + most;
  do {
    for (int spin = 0; spin < kSpins; ++spin) {
      relax();
      if (!waiting()) return true;
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

int usable_cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

thread_local bool inside_task = false;

// A thread with room for the scratch of every plan. The system's default can be less than that:
// 128 KiB with musl, whatever `ulimit -s` said with glibc.
class Worker {
 public:
  using Body = void (*)(void* context);

  // False: the system has no thread to give.
  bool start(Body body, void* context) noexcept {
    body_ = body;
    context_ = context;
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    std::size_t bytes = 0;
    pthread_attr_getstacksize(&attributes, &bytes);
    if (bytes < kLeastStack) pthread_attr_setstacksize(&attributes, kLeastStack);
    const int failure = pthread_create(&thread_, &attributes, run, this);
    pthread_attr_destroy(&attributes);
    return failure == 0;
  }
  void join() noexcept { pthread_join(thread_, nullptr); }

 private:
  static constexpr std::size_t kLeastStack = std::size_t{1} << 20;
  static void* run(void* self) {
    const auto* const worker = static_cast<Worker*>(self);
    worker->body_(worker->context_);
    return nullptr;
  }
  Body body_ = nullptr;
  void* context_ = nullptr;
  pthread_t thread_{};
};

// Workers wait for a new generation, join the open job, take indices until none is left, and leave.
// The caller closes the job and returns when everybody has left, so a job's context never outlives
// the call.
class ThreadPool final : public Executor {
 public:
  explicit ThreadPool(int threads) { start(threads); }
  ~ThreadPool() override { stop(); }

  int concurrency() const noexcept override { return threads_.load(std::memory_order_relaxed); }

  void resize(int threads) {
    const std::lock_guard lock(busy_);
    if (threads == concurrency()) return;
    stop();
    start(threads);
  }

  // A fork's child has the thread that forked and no other: what the workers were is forgotten, and
  // others are started when the pool is next asked for.
  void forget_workers() noexcept {
    new (&busy_) std::mutex;  // whoever held it is not here
    workers_.clear();
    inside_.store(0);
    parked_.store(0);
    open_.store(false);
    lost_.store(threads_.exchange(1));
  }
  void replace_lost_workers() {
    if (lost_.load(std::memory_order_relaxed) == 0) return;
    const std::lock_guard lock(busy_);
    if (const int threads = lost_.exchange(0); threads > 1) start(threads);
  }

  void parallel_for(std::int64_t count, Task task, void* context) noexcept override {
    // Nested or concurrent callers do their own work: waiting for a pool is never faster than
    // working.
    if (count <= 1 || concurrency() <= 1 || inside_task || !busy_.try_lock()) {
      serial_executor().parallel_for(count, task, context);
      return;
    }
    task_ = task;
    context_ = context;
    count_ = count;
    next_.store(0, std::memory_order_relaxed);
    open_.store(true);
    generation_.fetch_add(1);
    if (parked_.load() > 0) generation_.notify_all();
    work();
    open_.store(false);
    const auto others = [this] { return inside_.load() != 0; };
    if (!spin_while(others, spin_time_)) {
      while (others()) std::this_thread::yield();  // they may want this core
    }
    busy_.unlock();
  }

 private:
  void work() noexcept {
    inside_task = true;
    for (;;) {
      const std::int64_t i = next_.fetch_add(1, std::memory_order_relaxed);
      if (i >= count_) break;
      task_(context_, i);
    }
    inside_task = false;
  }

  static void work_of(void* pool) { static_cast<ThreadPool*>(pool)->worker(); }

  void worker() noexcept {
    std::uint32_t seen = first_generation_;
    for (;;) {
      if (!spin_while([&] { return generation_.load() == seen; }, spin_time_)) {
        parked_.fetch_add(1);
        generation_.wait(seen);
        parked_.fetch_sub(1);
      }
      seen = generation_.load();
      if (stopping_.load()) return;
      inside_.fetch_add(1);  // before looking at open_: the caller closes first and then counts
      if (open_.load()) work();
      inside_.fetch_sub(1);
    }
  }

  void start(int threads) {
    stopping_.store(false);
    first_generation_ = generation_.load();
    // More threads than cores: who spins keeps another from working.
    spin_time_ = threads <= usable_cores() ? kSpinTime : std::chrono::microseconds{0};
    workers_ = std::vector<Worker>(static_cast<std::size_t>(threads - 1));
    std::size_t started = 0;
    while (started < workers_.size() && workers_[started].start(work_of, this)) ++started;
    workers_.resize(started);  // fewer threads than asked for is slower, not wrong; none moves
    threads_.store(1 + static_cast<int>(started));
  }

  void stop() {
    stopping_.store(true);
    generation_.fetch_add(1);
    generation_.notify_all();
    for (Worker& worker : workers_) worker.join();
    workers_.clear();
  }

  std::mutex busy_;
  std::atomic<int> lost_{0};  // how many threads the parent's pool had, in the child of a fork
  std::vector<Worker> workers_;
  std::uint32_t first_generation_ = 0;  // what workers take as seen
  std::atomic<int> threads_{1};
  std::chrono::microseconds spin_time_{0};
  std::atomic<int> parked_{0};
  std::atomic<bool> stopping_{false};
  // What idle workers look at, what busy ones write, and the job: a cache line each.
  alignas(64) std::atomic<std::uint32_t> generation_{0};
  alignas(64) std::atomic<std::int64_t> next_{0};
  std::atomic<int> inside_{0};
  alignas(64) std::atomic<bool> open_{false};
  Task task_ = nullptr;
  void* context_ = nullptr;
  std::int64_t count_ = 0;
};

constexpr int kMostThreads = 1024;

int default_threads() {
  if (const char* text = std::getenv("HALFPIXEL_NUM_THREADS")) {
    // All of it, or it does not count: "4x" is no number of threads.
    const std::string_view digits = text;
    int threads = 0;
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), threads);
    const bool whole = failure == std::errc() && end == digits.data() + digits.size();
    if (whole && threads >= 1 && threads <= kMostThreads) return threads;
  }
  return usable_cores();
}

// Never destroyed: joining threads while the process ends can deadlock in a shared library.
ThreadPool& shared_pool() {
  static ThreadPool* const pool = [] {
    static ThreadPool* made = nullptr;
    made = new ThreadPool(default_threads());
    pthread_atfork(nullptr, nullptr, [] { made->forget_workers(); });
    return made;
  }();
  pool->replace_lost_workers();
  return *pool;
}

void check_threads(std::string_view who, int threads) {
  if (threads < 1 || threads > kMostThreads) {
    fail(ErrorCode::invalid_argument, "[", who, "] threads must be from 1 to ", kMostThreads,
         "; got ", threads);
  }
}

}  // namespace

Executor& serial_executor() noexcept {
  static SerialExecutor executor;
  return executor;
}

Executor& default_executor() {
  return shared_pool();
}

OwnedExecutor make_thread_pool(int threads) {
  check_threads("make_thread_pool", threads);
  return OwnedExecutor(new ThreadPool(threads));
}

void set_num_threads(int threads) {
  check_threads("set_num_threads", threads);
  if (inside_task) {  // it would wait for itself
    fail(ErrorCode::invalid_argument, "[set_num_threads] threads cannot change inside a task; got ",
         threads);
  }
  shared_pool().resize(threads);
}

int num_threads() noexcept {
  return shared_pool().concurrency();
}

}  // namespace halfpixel
