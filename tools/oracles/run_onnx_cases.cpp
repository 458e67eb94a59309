// Runs a case directory of onnx.resize or jax.image.resize through the public API:
//   halfpixel_run_onnx_cases DIRECTORY [--all]
// Prints the first failures, then for each kind of case how many there were, how many had other
// bits and how far the furthest is, in units of the last place of the largest input (floats) or in
// units (integers). Status 0 when all shapes and dtypes were right and nothing threw.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <limits>
#include <map>
#include <string>

#include "frontends/oracle_onnx.hpp"

namespace {

using halfpixel::DType;
using halfpixel::Tensor;

double value(const Tensor& t, std::int64_t i) {
  return t.data<double>()[i];
}

double distance(const Tensor& in, const Tensor& got, const Tensor& want) {
  const Tensor a = got.astype(DType::float64), b = want.astype(DType::float64);
  const Tensor x = in.astype(DType::float64);
  double largest = 0, furthest = 0;
  for (std::int64_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::fabs(value(x, i)));
  for (std::int64_t i = 0; i < a.size(); ++i) {
    const double d = std::fabs(value(a, i) - value(b, i));
    if (std::isnan(value(a, i)) != std::isnan(value(b, i))) return 1e300;
    if (!std::isnan(d)) furthest = std::max(furthest, d);
  }
  if (!halfpixel::is_floating(want.dtype()) || largest == 0) return furthest;
  const int bits = want.dtype() == DType::float32 ? 23 : want.dtype() == DType::float16 ? 10 : 7;
  return furthest / std::ldexp(1.0, std::ilogb(largest) - bits);
}

std::string kind_of(const oracle::Case& c) {
  std::string kind = c.operation + " " + c.text("mode", c.text("method", "nearest"));
  if (c.text("antialias", c.has("mode") ? "false" : "true") == "true") kind += " antialias";
  if (c.flag("exclude_outside")) kind += " exclude_outside";
  kind += " " + std::string(name_of(c.in.dtype()));
  return kind;
}

struct Tally {
  int cases = 0, different = 0;
  double furthest = 0;
};

int run(const std::string& directory, int shown) {
  const oracle::Reader cases(directory);
  std::map<std::string, Tally> tallies;
  int failed = 0, printed = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const oracle::Case c = cases[i];
    Tally& tally = tallies[kind_of(c)];
    ++tally.cases;
    try {
      const Tensor got = oracle::run_onnx(c);
      const auto wrong = oracle::difference(got, c.out);
      if (!wrong) continue;
      ++tally.different;
      const bool alike = got.shape() == c.out.shape() && got.dtype() == c.out.dtype();
      const double far = alike ? distance(c.in, got, c.out) : 0;
      tally.furthest = std::max(tally.furthest, far);
      if (!alike) ++failed;
      if (printed++ < shown) {
        std::printf("%s\n  %s, by %.3g\n", c.line.c_str(), wrong->c_str(), far);
      }
    } catch (const std::exception& error) {
      if (printed++ < shown) std::printf("%s\n  %s\n", c.line.c_str(), error.what());
      ++failed;
      ++tally.different;
    }
  }
  for (const auto& [kind, tally] : tallies) {
    std::printf("%-60s %6d cases %5d different, furthest %.3g\n", kind.c_str(), tally.cases,
                tally.different, tally.furthest);
  }
  return cases.size() == 0 ? 2 : failed == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  std::string directory;
  int shown = 10;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--all")
      shown = std::numeric_limits<int>::max();
    else
      directory = word;
  }
  if (directory.empty()) {
    std::fprintf(stderr, "usage: halfpixel_run_onnx_cases DIRECTORY [--all]\n");
    return 2;
  }
  try {
    return run(directory, shown);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "halfpixel_run_onnx_cases: %s\n", error.what());
    return 2;
  }
}
