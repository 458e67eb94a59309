// Asks for memory before it is needed.
#pragma once

namespace halfpixel::kernels {

// Into the second-level cache, which has room for many more lines under way than the first: what a
// kernel reads side by side, row by row, no processor foresees by itself. p may point anywhere.
#if defined(__GNUC__)  // not inlined, GCC would find that it has no effect and drop the call
__attribute__((always_inline))
#endif
inline void
prefetch(const void* p) {
#if defined(__GNUC__)
  __builtin_prefetch(p, 0, 2);
#else
  static_cast<void>(p);
#endif
}

}  // namespace halfpixel::kernels
