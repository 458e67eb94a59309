// Every committed case of the real TensorFlow and Keras through the public API.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "frontends/oracle_api.hpp"
#include "frontends/oracle_cases.hpp"

namespace {

const oracle::Reader& cases() {
  static const oracle::Reader reader(HALFPIXEL_TEST_DATA "/oracle");
  return reader;
}

std::vector<std::string> operations() {
  std::set<std::string> names;
  for (std::size_t i = 0; i < cases().size(); ++i) names.insert(cases().operation(i));
  return {names.begin(), names.end()};
}

class Oracle : public testing::TestWithParam<std::string> {};

TEST_P(Oracle, PublicApiEqualsItBitForBit) {
  int failures = 0;
  for (std::size_t i = 0; i < cases().size() && failures < 10; ++i) {
    if (cases().operation(i) != GetParam()) continue;
    if (const auto wrong = oracle::api_failure(cases()[i])) {
      ++failures;
      ADD_FAILURE() << *wrong;
    }
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(TensorFlow, Oracle, testing::ValuesIn(operations()), test_name);

TEST(OracleCases, AskForEveryOperationAndEnoughOfThem) {
  EXPECT_GT(cases().size(), 2000u);
  EXPECT_EQ(operations().size(), 18u);
}

}  // namespace
