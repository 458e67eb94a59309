// Which instruction set the kernels use. The numbers are the same on all of them. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/export.hpp>

namespace halfpixel::cpu {

// Names of the targets that this build has and this machine can run, best first: "avx3", "avx2", …
HALFPIXEL_EXPORT std::vector<std::string> available_targets();
// The one that new plans use: the best, or HALFPIXEL_TARGET, or set_target's.
HALFPIXEL_EXPORT std::string target();
// Plans made after the call use this target. Throws Error for a name that is not available.
HALFPIXEL_EXPORT void set_target(std::string_view name);

}  // namespace halfpixel::cpu
