// Highway, and nothing of it elsewhere. Included by each kernel file after HWY_TARGET_INCLUDE names
// that file; deliberately without an include guard, because the file is compiled once per target.

// The kernels use nothing that AVX3_DL adds to AVX3, and Highway below 1.0.4 names a wrong
// instruction set for it (avxvnni), which crashes on processors without that one.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS HWY_AVX3_DL
#endif

#include "hwy/foreach_target.h"

#include "hwy/highway.h"
