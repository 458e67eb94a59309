// Highway, and nothing of it elsewhere. Included by each kernel file after HWY_TARGET_INCLUDE names
// that file; deliberately without an include guard, because the file is compiled once per target.

// The kernels use nothing that AVX3_DL adds to AVX3, and Highway below 1.0.4 names a wrong
// instruction set for it (avxvnni), which crashes on processors without that one.
// The kernels keep vectors in arrays, which SVE's types without a size cannot be: Arm uses NEON.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#endif

#include "hwy/foreach_target.h"

#include "hwy/highway.h"
