// Runs a case directory through the public API and through the slow twin:
//   halfpixel_run_cases DIRECTORY [--twin] [--all]     --twin: the twin alone; --all: show every
//   failure
// Prints the first twenty failures and "N passed, N failed". Status 0 when all passed, 1 when not,
// 2 when there was nothing to run.
#include <cstdio>
#include <exception>
#include <limits>
#include <string>

#include "frontends/oracle_api.hpp"
#include "frontends/oracle_cases.hpp"
#include "frontends/oracle_twin.hpp"

namespace {

int run(const std::string& directory, bool twin_alone, int shown) {
  const oracle::Reader cases(directory);
  int passed = 0;
  int failed = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const oracle::Case c = cases[i];
    bool good = true;
    const auto check = [&](const char* who, const auto& wrong) {
      if (!wrong) return;
      if (failed < shown) std::printf("%s: %s\n", who, wrong->c_str());
      good = false;
    };
    if (!twin_alone) check("api", oracle::api_failure(c));
    check("twin", oracle::failure(c, oracle::run_twin));
    (good ? passed : failed) += 1;
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? (passed == 0 ? 2 : 0) : 1;
}

}  // namespace

int main(int count, char** words) {
  std::string directory;
  bool twin_alone = false;
  int shown = 20;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--twin")
      twin_alone = true;
    else if (word == "--all")
      shown = std::numeric_limits<int>::max();
    else
      directory = word;
  }
  if (directory.empty()) {
    std::fprintf(stderr, "usage: halfpixel_run_cases DIRECTORY [--twin] [--all]\n");
    return 2;
  }
  try {
    return run(directory, twin_alone, shown);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "halfpixel_run_cases: %s\n", error.what());
    return 2;
  }
}
