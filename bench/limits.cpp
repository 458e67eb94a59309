#include "limits.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace halfpixel::bench {
namespace {

// Sizes of buffers are multiples of 4 KiB.
struct Loops {
  void (*store)(void* to, std::size_t bytes);
  void (*store_past_caches)(void* to, std::size_t bytes);
  void (*read)(const void* from, std::size_t bytes);
  double (*multiply_add)(std::int64_t rounds);  // returns the number of operations
  double (*multiply_add_unfused)(std::int64_t rounds);
};

#if defined(__x86_64__)
#define HPB_FENCE _mm_sfence
namespace avx512 {
#define HPB_TARGET __attribute__((target("avx512f")))
#define HPB_WIDTH 64
#define HPB_STREAM(to, value) _mm512_stream_ps(reinterpret_cast<float*>(to), (__m512)(value))
#define HPB_FMA(a, b, c) (Floats) _mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c))
#include "limits_loops.inc"
#undef HPB_TARGET
#undef HPB_WIDTH
#undef HPB_STREAM
#undef HPB_FMA
}  // namespace avx512
namespace avx2 {
#define HPB_TARGET __attribute__((target("avx2,fma")))
#define HPB_WIDTH 32
#define HPB_STREAM(to, value) _mm256_stream_ps(reinterpret_cast<float*>(to), (__m256)(value))
#define HPB_FMA(a, b, c) (Floats) _mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c))
#include "limits_loops.inc"
#undef HPB_TARGET
#undef HPB_WIDTH
#undef HPB_STREAM
#undef HPB_FMA
}  // namespace avx2
#define HPB_STREAM(to, value) _mm_stream_ps(reinterpret_cast<float*>(to), (__m128)(value))
#else
#define HPB_FENCE() std::atomic_thread_fence(std::memory_order_release)
#if defined(__clang__)
#define HPB_STREAM(to, value) __builtin_nontemporal_store(value, to)
#else
#define HPB_STREAM(to, value) (*(to) = (value))
#endif
#endif
namespace baseline {
#define HPB_TARGET
#define HPB_WIDTH 16
#define HPB_FMA(a, b, c) ((a) * (b) + (c))
#include "limits_loops.inc"
}  // namespace baseline

const Loops& best_loops() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return avx512::kLoops;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2::kLoops;
#endif
  return baseline::kLoops;
}

using Clock = std::chrono::steady_clock;

// Seconds from when all threads have begun to when the last is done.
double together(int threads, const std::function<void(int)>& work) {
  std::atomic<int> waiting = threads;
  std::vector<Clock::time_point> ends(static_cast<std::size_t>(threads));
  std::atomic<Clock::rep> begin = 0;
  const auto run = [&](int index) {
    if (--waiting == 0) begin = Clock::now().time_since_epoch().count();
    while (begin == 0) std::this_thread::yield();
    work(index);
    ends[static_cast<std::size_t>(index)] = Clock::now();
  };
  {
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(run, i);
    run(0);
  }
  const Clock::time_point start{Clock::duration(begin.load())};
  return std::chrono::duration<double>(*std::max_element(ends.begin(), ends.end()) - start).count();
}

// Pages as large as the system gives, as the library's own buffers have them.
class Buffer {
 public:
  explicit Buffer(std::size_t bytes) : bytes_(bytes) {
    data_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data_ == MAP_FAILED) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
    ::madvise(data_, bytes, MADV_HUGEPAGE);
#endif
  }
  ~Buffer() { ::munmap(data_, bytes_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  char* part(int index, std::size_t bytes) const {
    return static_cast<char*>(data_) + static_cast<std::size_t>(index) * bytes;
  }

 private:
  void* data_;
  std::size_t bytes_;
};

constexpr std::size_t kMiB = std::size_t{1} << 20;
constexpr std::size_t kPage = 4096;

// 256 MiB, a share for each thread, and the rates of loops that all threads run at once.
class Probe {
 public:
  explicit Probe(int threads)
      : threads_(threads),
        share_(256 * kMiB / static_cast<std::size_t>(threads) / kPage * kPage),
        memory_(share_ * static_cast<std::size_t>(threads)) {}
  std::size_t share() const { return share_; }

  // 10^9 bytes a second. Small buffers are passed over until about as many bytes were moved as in
  // large ones.
  double rate(auto loop, std::size_t bytes, int rounds) const {
    const std::size_t size = std::min(bytes, share_);
    const std::size_t times = std::max<std::size_t>(1, 64 * kMiB / size);
    return best_of(rounds, static_cast<double>(size * times), [&](int index) {
      for (std::size_t i = 0; i < times; ++i) loop(memory_.part(index, share_), size);
    });
  }
  // 10^9 operations a second.
  double operations(double (*loop)(std::int64_t), int rounds) const {
    constexpr std::int64_t kTimes = 1 << 20;
    const double each = loop(1) * static_cast<double>(kTimes);
    return best_of(rounds, each, [&](int) { loop(kTimes); });
  }

 private:
  // The best of several rounds: a limit is what the machine does when nobody disturbs it.
  double best_of(int rounds, double amount_of_each, const std::function<void(int)>& work) const {
    double best = 0;
    for (int round = 0; round < rounds; ++round) {
      best = std::max(best, amount_of_each * threads_ / together(threads_, work));
    }
    return best * 1e-9;
  }
  int threads_;
  std::size_t share_;
  Buffer memory_;
};

Limits measure(int threads) {
  constexpr int kRounds = 9;
  const Loops& loops = best_loops();
  const Probe probe(threads);
  Limits limits;
  limits.store_gbs = probe.rate(loops.store, probe.share(), kRounds);
  limits.nt_store_gbs = probe.rate(loops.store_past_caches, probe.share(), kRounds);
  limits.read_gbs = probe.rate(loops.read, probe.share(), kRounds);
  limits.cached_store_16_mib_gbs = probe.rate(
      loops.store, 16 * kMiB / static_cast<std::size_t>(threads) / kPage * kPage, kRounds);
  limits.cached_store_gbs = probe.rate(loops.store, kMiB, kRounds);
  limits.cached_read_gbs = probe.rate(loops.read, kMiB, kRounds);
  limits.fma_gflops = probe.operations(loops.multiply_add, kRounds);
  limits.mul_add_gflops = probe.operations(loops.multiply_add_unfused, kRounds);
  return limits;
}

struct Known {
  std::mutex mutex;
  std::map<int, Limits> limits;
};

Known& known() {
  static Known instance;
  return instance;
}

}  // namespace

Limits limits_of(int threads) {
  const std::lock_guard lock(known().mutex);
  const auto found = known().limits.find(threads);
  if (found != known().limits.end()) return found->second;
  return known().limits.emplace(threads, measure(threads)).first->second;
}

void improve_limits(int threads) {
  limits_of(threads);
  constexpr int kRounds = 3;
  const Probe probe(threads);
  const double store = probe.rate(best_loops().store_past_caches, probe.share(), kRounds);
  const double read = probe.rate(best_loops().read, probe.share(), kRounds);
  const std::lock_guard lock(known().mutex);
  Limits& limits = known().limits[threads];
  limits.nt_store_gbs = std::max(limits.nt_store_gbs, store);
  limits.read_gbs = std::max(limits.read_gbs, read);
}

double limit_seconds(const Limits& limits, std::int64_t bytes_in, std::int64_t bytes_out) {
  return static_cast<double>(bytes_out) * 1e-9 / limits.nt_store_gbs +
         static_cast<double>(bytes_in) * 1e-9 / limits.read_gbs;
}

keras::Config to_config(const Limits& limits) {
  keras::Config config;
  config.set("nt_store_gbs", limits.nt_store_gbs);
  config.set("cached_store_gbs", limits.cached_store_gbs);
  config.set("cached_store_16_mib_gbs", limits.cached_store_16_mib_gbs);
  config.set("store_gbs", limits.store_gbs);
  config.set("read_gbs", limits.read_gbs);
  config.set("cached_read_gbs", limits.cached_read_gbs);
  config.set("fma_gflops", limits.fma_gflops);
  config.set("mul_add_gflops", limits.mul_add_gflops);
  return config;
}

}  // namespace halfpixel::bench
