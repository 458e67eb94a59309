// What the tests made of the documentation's pages stand on.
#pragma once

#include <gtest/gtest.h>

#include <string>

namespace docs {

// An empty folder to work in, with examples/ and tests/ of the sources in it; left and removed at
// the end.
class Scratch {
 public:
  explicit Scratch(const std::string& name);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
};

// Between the two, what is written to std::cout is kept; end() returns it.
void begin();
std::string end();

// Runs the lines by bash -e with `halfpixel` on the path; what they print. Fails the test at their
// first failure.
std::string shell(const std::string& lines, const std::string& where);

// "…" in `expected` matches anything; spaces at the ends of lines do not count.
void expect(const std::string& printed, const std::string& expected, const std::string& where);

}  // namespace docs
