// Runs a case directory of other programs' resizes through the public API, or through the slow
// twins:
//   halfpixel_run_dialects DIRECTORY [--twin]
// Prints the first twenty failures and, for each operation, "N passed, N failed". Status 0 when all
// passed, 1 when not, 2 when there was nothing to run.
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <string>

#include "frontends/go_cases.hpp"
#include "frontends/image_rs_cases.hpp"
#include "frontends/litert_cases.hpp"
#include "frontends/mlx_cases.hpp"
#include "frontends/opencv_cases.hpp"
#include "frontends/oracle_cases.hpp"
#include "frontends/paddle_cases.hpp"
#include "frontends/pillow_cases.hpp"
#include "frontends/tfjs_cases.hpp"
#include "frontends/torch_cases.hpp"
#include "frontends/twins/run_twin.hpp"
#include "frontends/vips_cases.hpp"

namespace {

// A program is a function that returns nothing for operations of others.
using Run = std::optional<oracle::Tensor> (*)(const oracle::Case&);
constexpr Run kPrograms[] = {oracle::run_opencv,   oracle::run_litert, oracle::run_torch,
                             oracle::run_pillow,   oracle::run_tfjs,   oracle::run_mlx,
                             oracle::run_image_rs, oracle::run_go,     oracle::run_paddle,
                             oracle::run_vips};

std::optional<oracle::Tensor> run_case(const oracle::Case& c) {
  for (const Run run : kPrograms) {
    if (auto result = run(c)) return result;
  }
  throw std::runtime_error("no program knows " + c.operation);
}

std::optional<oracle::Tensor> run_twin(const oracle::Case& c) {
  if (auto result = oracle::run_dialect_twin(c)) return result;
  throw std::runtime_error("the twin does not know it");
}

int run(const std::string& directory, Run run_one) {
  const oracle::Reader cases(directory);
  struct Count {
    int passed = 0, failed = 0;
  };
  std::map<std::string, Count> counts;  // by operation, first option and dtype
  int failed = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const oracle::Case c = cases[i];
    std::string kind = c.operation;
    for (const char* key : {"interpolation", "kernels", "backend", "mode", "resample", "filter",
                            "interpolator", "kernel"}) {
      if (c.has(key)) kind += ' ' + c.text(key);
    }
    Count& count = counts[kind + ' ' + std::string(halfpixel::name_of(c.in.dtype()))];
    const auto wrong = oracle::failure(c, run_one);
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
  const bool twin = count == 3 && std::string(words[2]) == "--twin";
  if (count != 2 && !twin) {
    std::fprintf(stderr, "usage: halfpixel_run_dialects DIRECTORY [--twin]\n");
    return 2;
  }
  try {
    return run(words[1], twin ? run_twin : run_case);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "halfpixel_run_dialects: %s\n", error.what());
    return 2;
  }
}
