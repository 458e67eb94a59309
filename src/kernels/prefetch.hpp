// Asks for memory before it is needed.
#pragma once

namespace halfpixel::kernels {

// Into the second-level cache, which has room for many more lines under way than the first: what a
// kernel reads side by side, row by row, no processor foresees by itself. p may point anywhere.
inline void prefetch(const void* p) {
#if defined(__GNUC__)
  asm volatile("" : : "r"(p));  // or GCC finds functions that only prefetch to have no effect
  __builtin_prefetch(p, 0, 2);
#else
  static_cast<void>(p);
#endif
}

}  // namespace halfpixel::kernels
