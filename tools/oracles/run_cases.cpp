// Runs a case directory through the public API and through the slow twin:
//   halfpixel_run_cases DIRECTORY [--twin]        --twin: the twin alone
// Prints the first failures and "N passed, N failed". Status 0 when all passed, 1 when not, 2 when
// there was nothing to run.
#include <cstdio>
#include <exception>
#include <string>

#include "frontends/oracle_api.hpp"
#include "frontends/oracle_cases.hpp"
#include "frontends/oracle_twin.hpp"

namespace {

constexpr int kShown = 20;

int run(const std::string& directory, bool twin_alone) {
  const oracle::Reader cases(directory);
  int passed = 0;
  int failed = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const oracle::Case c = cases[i];
    bool good = true;
    const auto check = [&](const char* who, const auto& wrong) {
      if (!wrong) return;
      if (failed < kShown) std::printf("%s: %s\n", who, wrong->c_str());
      good = false;
    };
    if (!twin_alone) check("api", oracle::failure(c, oracle::run_api));
    check("twin", oracle::failure(c, oracle::run_twin));
    (good ? passed : failed) += 1;
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? (passed == 0 ? 2 : 0) : 1;
}

}  // namespace

int main(int count, char** words) {
  const bool twin_alone = count == 3 && std::string(words[2]) == "--twin";
  if (count != 2 && !twin_alone) {
    std::fprintf(stderr, "usage: halfpixel_run_cases DIRECTORY [--twin]\n");
    return 2;
  }
  try {
    return run(words[1], twin_alone);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "halfpixel_run_cases: %s\n", error.what());
    return 2;
  }
}
