// What the program says to people who type something else than what it takes.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <halfpixel/npy.hpp>
#include <halfpixel/tensor.hpp>

#include "cli/program.hpp"

namespace halfpixel::test {

// In a folder with x.npy, float32 (1, 8, 6, 3).
class CliSaid : public ::testing::Test {
 protected:
  CliSaid() { io::write_npy(folder_ / "x.npy", Tensor({1, 8, 6, 3}, DType::float32)); }
  // What stderr has of a command that ends with `status`.
  std::string said(int status, const std::vector<std::string>& words,
                   const Surroundings& around = {}) {
    const Outcome outcome = run(folder_, words, around);
    EXPECT_EQ(outcome.status, status) << outcome.err;
    return outcome.err;
  }
  // The same of a resize of x.npy that is wrong usage.
  std::string resize(const std::vector<std::string>& words) {
    std::vector<std::string> line = {"resize", "x.npy", "y.npy", "--size", "9x9"};
    line.insert(line.end(), words.begin(), words.end());
    return said(2, line);
  }
  TempFolder folder_;
};

}  // namespace halfpixel::test
