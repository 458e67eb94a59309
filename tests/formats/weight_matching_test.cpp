#include "formats/weight_matching.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>

namespace halfpixel::formats {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Shape kSmall{3, 3};

WeightSlot slot(std::vector<std::string> path, std::string name, Shape shape = kSmall) {
  return {std::move(path), {std::move(name)}, std::move(shape)};
}
WeightSlot depthwise(std::string layer) {
  return {{"inner", std::move(layer)}, {"kernel", "depthwise_kernel"}, kSmall};
}

TEST(WeightMatching, KerasOrderWithTheNamesOfItsLayers) {
  EXPECT_THAT(match_weights({{slot({"inner", "b"}, "kernel"), slot({"inner", "a"}, "kernel")}},
                            {{{"b/kernel:0", kSmall}, {"a/kernel:0", kSmall}}}),
              ElementsAre(0, 1));
}

TEST(WeightMatching, NamesDecideWhereTheOrderIsAnother) {
  EXPECT_THAT(match_weights(std::vector{depthwise("d1"), depthwise("d2")},
                            std::vector<StoredWeight>{{"d2/depthwise_kernel:0", kSmall},
                                                      {"d1/depthwise_kernel:0", kSmall}}),
              ElementsAre(1, 0));
}

// The last two parts of the names are the same: only the third tells which layer it is.
TEST(WeightMatching, LayersInsideLayers) {
  const std::vector slots{slot({"a", "query"}, "kernel"), slot({"b", "query"}, "kernel")};
  EXPECT_THAT(match_weights(slots, std::vector<StoredWeight>{{"b/query/kernel:0", kSmall},
                                                             {"a/query/kernel:0", kSmall}}),
              ElementsAre(1, 0));
}

// A model that was built twice in one graph of TensorFlow 1.
TEST(WeightMatching, NamesThatTheWriterMadeUniqueGoByOrder) {
  const std::vector slots{slot({"m", "conv"}, "kernel"), slot({"m", "conv"}, "bias"),
                          slot({"m", "conv_2"}, "kernel"), slot({"m", "conv_2"}, "bias")};
  EXPECT_THAT(match_weights(slots, std::vector<StoredWeight>{{"conv_3/kernel:0", kSmall},
                                                             {"conv_3/bias:0", kSmall},
                                                             {"conv_4/kernel:0", kSmall},
                                                             {"conv_4/bias:0", kSmall}}),
              ElementsAre(0, 1, 2, 3));
}

TEST(WeightMatching, EqualNamesInTwoInnerModelsGoByOrder) {
  const std::vector slots{slot({"m", "one", "conv"}, "kernel"),
                          slot({"m", "two", "conv"}, "kernel")};
  EXPECT_THAT(match_weights(slots, std::vector<StoredWeight>{{"conv/kernel:0", kSmall},
                                                             {"conv/kernel:0", kSmall}}),
              ElementsAre(0, 1));
}

std::string refusal(const std::vector<WeightSlot>& slots, const std::vector<StoredWeight>& stored) {
  try {
    match_weights(slots, stored);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::malformed_file);
    return error.what();
  }
  ADD_FAILURE() << "matched";
  return {};
}

TEST(WeightMatching, WhatIsInDoubtIsRefused) {
  // Another variable, and nothing that bears the right name.
  EXPECT_THAT(refusal({slot({"a"}, "kernel"), slot({"a"}, "bias")},
                      {{"a/kernel:0", kSmall}, {"a/offset:0", kSmall}}),
              HasSubstr("\"a/bias\" of shape (3, 3)"));
  // Another shape.
  EXPECT_THAT(refusal({slot({"a"}, "kernel")}, {{"a/kernel:0", {3, 4}}}), HasSubstr("(3, 4)"));
  // The names say that the order is wrong, but not which is right.
  refusal({slot({"m", "a"}, "kernel"), slot({"m", "b"}, "kernel"), slot({"m", "c"}, "kernel")},
          {{"b/kernel:0", kSmall}, {"a/kernel:0", kSmall}, {"x/kernel:0", kSmall}});
  // Two weights that the writer gave to one layer belong to two here.
  refusal({slot({"m", "a"}, "kernel"), slot({"m", "b"}, "bias")},
          {{"x/kernel:0", kSmall}, {"x/bias:0", kSmall}});
}

}  // namespace
}  // namespace halfpixel::formats
