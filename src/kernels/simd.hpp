// Highway, and nothing of it elsewhere. Included by each kernel file after HWY_TARGET_INCLUDE names
// that file; deliberately without an include guard, because the file is compiled once per target.

#ifndef HALFPIXEL_AVX512
// Every target whose vectors have 512 bits; better targets have smaller numbers.
#define HALFPIXEL_AVX512 (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3)

// What is left out:
// - SVE, whose types without a size the kernels cannot keep in arrays: Arm uses NEON. NEON_BF16 has
//   nothing for them.
// - SSE2 and EMU128, so that the last target is SCALAR with every compiler and version; SSSE3, for
//   which no processor of the last fifteen years would be thankful: a fifth of the time to compile.
// - AVX3_SPR and AVX10: no processor or emulator has shown their bits; they use AVX3_DL.
// - AVX3_DL below 1.0.4, which names a wrong instruction set for it (avxvnni) and so crashes on
//   processors without that one. Since then base.h tells the version.
#include "hwy/base.h"
#ifdef HWY_MAJOR
#define HWY_WANT_AVX3_DL 1
#define HALFPIXEL_BROKEN_AVX3_DL 0
#else
#define HALFPIXEL_BROKEN_AVX3_DL HWY_AVX3_DL
#endif
#define HWY_BROKEN_EMU128 1
#define HWY_DISABLED_TARGETS                                                                \
  (HALFPIXEL_BROKEN_AVX3_DL | HWY_AVX3_SPR | HWY_AVX10_2 | HWY_SSE2 | HWY_SSSE3 | HWY_SVE | \
   HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_NEON_BF16)
#include "hwy/detect_targets.h"

// Targets that this version has no name for.
#ifndef HWY_AVX3_ZEN4
#define HWY_AVX3_ZEN4 0
#endif
#ifndef HWY_AVX3_SPR
#define HWY_AVX3_SPR 0
#endif
#ifndef HWY_AVX10_2
#define HWY_AVX10_2 0
#endif
#ifndef HWY_SSE2
#define HWY_SSE2 0
#endif
#ifndef HWY_SSSE3
#define HWY_SSSE3 0
#endif
#ifndef HWY_NEON_BF16
#define HWY_NEON_BF16 0
#endif
#endif  // HALFPIXEL_AVX512

#ifdef HALFPIXEL_KERNEL_UNIT  // several kernel files, joined by cmake/unity.cmake
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE HALFPIXEL_KERNEL_UNIT
#endif
#include "hwy/foreach_target.h"

#include "hwy/highway.h"
