// Runs a case directory of other programs' resizes through the public API:
//   halfpixel_run_dialects DIRECTORY
// Prints the first twenty failures and, for each operation, "N passed, N failed". Status 0 when all
// passed, 1 when not, 2 when there was nothing to run.
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <string>

#include "frontends/litert_cases.hpp"
#include "frontends/opencv_cases.hpp"
#include "frontends/oracle_cases.hpp"
#include "frontends/pillow_cases.hpp"
#include "frontends/torch_cases.hpp"

namespace {

// A program is a function that returns nothing for operations of others.
using Run = std::optional<oracle::Tensor> (*)(const oracle::Case&);
constexpr Run kPrograms[] = {oracle::run_opencv, oracle::run_litert, oracle::run_torch,
                             oracle::run_pillow};

std::optional<oracle::Tensor> run_case(const oracle::Case& c) {
  for (const Run run : kPrograms) {
    if (auto result = run(c)) return result;
  }
  throw std::runtime_error("no program knows " + c.operation);
}

int run(const std::string& directory) {
  const oracle::Reader cases(directory);
  struct Count {
    int passed = 0, failed = 0;
  };
  std::map<std::string, Count> counts;  // by operation, first option and dtype
  int failed = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const oracle::Case c = cases[i];
    std::string kind = c.operation;
    for (const char* key : {"interpolation", "kernels", "mode", "resample"}) {
      if (c.has(key)) kind += ' ' + c.text(key);
    }
    Count& count = counts[kind + ' ' + std::string(halfpixel::name_of(c.in.dtype()))];
    const auto wrong = oracle::failure(c, run_case);
    if (wrong && failed < 20) std::printf("%s\n", wrong->c_str());
    ++(wrong ? count.failed : count.passed);
    failed += wrong ? 1 : 0;
  }
  for (const auto& [kind, count] : counts) {
    std::printf("%-55s %d passed, %d failed\n", kind.c_str(), count.passed, count.failed);
  }
  std::printf("%zu cases, %d failed\n", cases.size(), failed);
  return failed == 0 ? (cases.size() == 0 ? 2 : 0) : 1;
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::fprintf(stderr, "usage: halfpixel_run_dialects DIRECTORY\n");
    return 2;
  }
  try {
    return run(words[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "halfpixel_run_dialects: %s\n", error.what());
    return 2;
  }
}
