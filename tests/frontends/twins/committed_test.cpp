// The slow twins against the programs' own results.
#include <gtest/gtest.h>

#include "frontends/dialect_testing.hpp"
#include "frontends/twins/run_twin.hpp"

namespace {

struct Folder {
  const char* name;
  std::size_t cases;
  int unknown;  // to the twin
};

class Twin : public testing::TestWithParam<Folder> {};

TEST_P(Twin, HasTheBitsOfTheCommittedCases) {
  const Folder folder = GetParam();
  oracle::expect_committed_bits(folder.name, folder.cases, oracle::run_dialect_twin,
                                folder.unknown);
}

// Of JAX's cases 37 are nearest; two of ONNX Runtime's are refused.
constexpr Folder kFolders[] = {
    {"oracle_torch", 300, 0},    {"oracle_pillow", 300, 0}, {"oracle_opencv", 300, 0},
    {"oracle_litert", 300, 0},   {"oracle_onnx", 450, 2},   {"oracle_onnx_node", 40, 0},
    {"oracle_jax", 250, 213},    {"oracle_tfjs", 300, 0},   {"oracle_mlx", 300, 0},
    {"oracle_image_rs", 300, 0}, {"oracle_go", 300, 0},     {"oracle_paddle", 300, 0},
    {"oracle_vips", 300, 0},
};
INSTANTIATE_TEST_SUITE_P(Programs, Twin, testing::ValuesIn(kFolders),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
