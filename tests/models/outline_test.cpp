// What outline() says of every model file: of those that load what the model itself says, of the
// others what is wrong with them.
#include <gmock/gmock.h>

#include <halfpixel/error.hpp>

#include "models/case.hpp"

namespace halfpixel {
namespace {

using keras::LayerInfo;
using test::Case;

std::map<std::string, LayerInfo> by_name(const std::vector<LayerInfo>& infos) {
  std::map<std::string, LayerInfo> map;
  for (const LayerInfo& info : infos) map.emplace(info.name, info);
  return map;
}

// Rows that both have: a Sequential's implied input is no entry of its file, and an operation's
// later calls are rows of their own in a model.
void check_same(const keras::models::Outline& outline, const keras::Model& model) {
  const auto wanted = by_name(model.layer_infos());
  std::size_t common = 0;
  for (const LayerInfo& info : outline.layers) {
    const auto found = wanted.find(info.name);
    if (found == wanted.end()) continue;
    ++common;
    if (!info.is_operation) {
      EXPECT_EQ(info.class_name, found->second.class_name) << info.name;
      EXPECT_EQ(info.parameters, found->second.parameters) << info.name;
    }
    if (!info.output_shapes.empty()) {
      EXPECT_EQ(info.output_shapes, found->second.output_shapes) << info.name;
    }
  }
  EXPECT_GE(2 * common, wanted.size());
}

TEST(Outline, SaysWhatTheModelSays) {
  std::size_t whole = 0, refused = 0;
  for (const auto& [name, family] : test::list_cases()) {
    const Case c = test::read_case(name);
    if (c.model.empty()) continue;
    SCOPED_TRACE(name);
    keras::models::Outline outline;
    try {
      outline = keras::models::outline(c.model);
    } catch (const Error&) {  // not even a configuration
      EXPECT_EQ(c.expect, "refused");
      continue;
    }
    if (c.expect == "bound") {
      EXPECT_FALSE(outline.problems.empty());
      EXPECT_GE(outline.layers.size(), 2u);
      ++refused;
    } else if (c.expect.empty() || c.expect == "run") {
      EXPECT_THAT(outline.problems, ::testing::IsEmpty());
      check_same(outline, c.load(/*bound=*/true));
      ++whole;
    }
  }
  EXPECT_GT(whole, 400u);
  EXPECT_GT(refused, 10u);
}

TEST(Outline, CountsParametersOfLayersThatAreNotKnown) {
  for (const char* name : {"custom_layer_with_weights"}) {
    const Case c = test::read_case(name);
    std::int64_t sum = 0;
    for (const LayerInfo& info : keras::models::outline(c.model).layers) sum += info.parameters;
    EXPECT_EQ(sum, c.parameters) << name;
  }
}

}  // namespace
}  // namespace halfpixel
