// The checker as an expectation.
#pragma once

#include <gtest/gtest.h>

#include "resample/checker.hpp"

namespace checker {

inline void check(const Problem& p, std::uint64_t seed, bool special = false, int layouts = 1) {
  if (const auto wrong = failure_of(p, seed, special, layouts)) ADD_FAILURE() << *wrong;
}

}  // namespace checker
