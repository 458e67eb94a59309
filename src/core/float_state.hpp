// TensorFlow's kernels run with subnormal operands and results flushed to zero, and so do ours.
#pragma once

#include <cstdint>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace halfpixel {

// Sets round-to-nearest, no traps, flush-to-zero and denormals-are-zero for the calling thread, and
// puts the caller's state back, sticky flags included.
// With `flush` false subnormals stay what they are, as in the programs that do not flush.
class ScopedFlush {
 public:
#if defined(__SSE2__)
  explicit ScopedFlush(bool flush = true) : saved_(_mm_getcsr()) {
    _mm_setcsr(0x1F80u | (flush ? 0x8040u : 0u));
  }
  ~ScopedFlush() { _mm_setcsr(saved_); }

 private:
  std::uint32_t saved_;
#elif defined(__aarch64__)
  explicit ScopedFlush(bool flush = true) {
    asm volatile("mrs %0, fpcr" : "=r"(saved_));
    asm volatile("mrs %0, fpsr" : "=r"(flags_));
    asm volatile("msr fpcr, %0" ::"r"(std::uint64_t{flush} << 24) : "memory");
  }
  ~ScopedFlush() {
    asm volatile("msr fpcr, %0" ::"r"(saved_) : "memory");
    asm volatile("msr fpsr, %0" ::"r"(flags_) : "memory");
  }

 private:
  std::uint64_t saved_;
  std::uint64_t flags_;
#else
  explicit ScopedFlush(bool = true) {}
  ~ScopedFlush() {}
#endif
 public:
  ScopedFlush(const ScopedFlush&) = delete;
  ScopedFlush& operator=(const ScopedFlush&) = delete;
};

}  // namespace halfpixel
