// Every case of tests/data/ops against real Keras: tools/oracles/make_layer_cases.py wrote them.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "formats/json_config.hpp"
#include "graph/executable.hpp"
#include "layers/attention.hpp"
#include "model/layer_impl.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

const std::string kFolder = HALFPIXEL_TEST_DATA "/ops/";

// The generator's values(): multiples of 1/64 in [-2, 2).
Tensor values(const Shape& shape, std::uint64_t seed, float scale = 1.0F) {
  Tensor result(shape, DType::float32);
  std::uint64_t n = 0;
  for (float& value : result.span<float>()) {
    std::uint64_t i = ++n * 2654435761u + seed * 40503u;
    i = ((i ^ (i >> 13)) * 0x9E3779B1u) & 0xFFFFFFFFu;
    value = (static_cast<float>((i >> 20) & 255u) / 64.0F - 2.0F) * scale;
  }
  return result;
}

Shape shape_of(const Config::Value& list) {
  Shape shape;
  for (const Config::Value& extent : *list.get_if<Config::List>())
    shape.push_back(*extent.get_if<std::int64_t>());
  return shape;
}

struct Case {
  std::string class_name;
  Config config, call;
  std::vector<Shape> inputs, weights, results;
  std::int64_t offset = 0;
};

std::vector<Case> read_cases() {
  std::vector<Case> cases;
  std::ifstream in(kFolder + "layers.json");
  for (std::string line; std::getline(in, line);) {
    const Config object = formats::parse_json_object(line, "layers.json");
    Case c;
    c.class_name = *object.find("class")->get_if<std::string>();
    c.config = *object.find("config")->get_if<Config>();
    c.call = *object.find("call")->get_if<Config>();
    c.offset = *object.find("offset")->get_if<std::int64_t>();
    for (const Config::Value& s : *object.find("inputs")->get_if<Config::List>())
      c.inputs.push_back(shape_of(s));
    for (const Config::Value& s : *object.find("weights")->get_if<Config::List>())
      c.weights.push_back(shape_of(s));
    for (const Config::Value& s : *object.find("results")->get_if<Config::List>())
      c.results.push_back(shape_of(s));
    cases.push_back(std::move(c));
  }
  return cases;
}

void set_weights(LayerImpl& layer, const Case& c, std::size_t* next) {
  for (std::size_t i = 0; i < layer.variables().size(); ++i) {
    const VariableRef variable{&layer, i};
    ASSERT_LT(*next, c.weights.size());
    EXPECT_EQ(variable->value.shape(), c.weights[*next]) << variable->name;
    variable.assign(values(c.weights[*next], 200 + *next, 0.25F));
    ++*next;
  }
  for (const auto& [name, sublayer] : layer.sublayers()) set_weights(*sublayer, c, next);
}

std::vector<ValueId> emit(LayerImpl& layer, const Case& c, Builder& builder,
                          const std::vector<ValueId>& ids) {
  const auto* const attention = dynamic_cast<const AttentionImpl*>(&layer);
  if (attention == nullptr || c.call.items().empty()) return layer.invoke(builder, ids);
  return attention->call_with(
      builder, ids,
      {.use_causal_mask = c.call.find("use_causal_mask") != nullptr,
       .return_attention_scores = c.call.find("return_attention_scores") != nullptr});
}

class LayerCase : public ::testing::TestWithParam<int> {};

TEST_P(LayerCase, ComputesWhatKerasComputes) {
  static const std::vector<Case> cases = read_cases();
  const Case& c = cases.at(static_cast<std::size_t>(GetParam()));
  SCOPED_TRACE(c.class_name + " " + c.config.json() + " " + c.call.json());
  const LayerRow* const row = find_layer(c.class_name);
  ASSERT_NE(row, nullptr);
  const LayerPtr layer = row->from_config(c.config);
  std::vector<Spec> specs;
  for (const Shape& shape : c.inputs) specs.push_back({shape, DType::float32});
  // As a model is built: the batch is not known, nor is anything that no variable needs.
  std::vector<Spec> open = specs;
  for (Spec& spec : open) spec.shape[0] = kUnknown;
  layer->ensure_built(open);
  std::size_t count = 0;
  set_weights(*layer, c, &count);
  ASSERT_EQ(count, c.weights.size());

  // Shapes are the same, known and unknown.
  Builder symbolic, builder;
  std::vector<ValueId> symbols, ids;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    symbols.push_back(symbolic.input(open[i], "x"));
    ids.push_back(builder.input(specs[i], "x"));
  }
  const std::vector<ValueId> inferred = emit(*layer, c, symbolic, symbols);
  std::vector<ValueId> outputs = emit(*layer, c, builder, ids);
  ASSERT_EQ(outputs.size(), c.results.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    EXPECT_EQ(builder.shape(outputs[i]), c.results[i]);
    Shape expected = c.results[i];
    expected[0] = kUnknown;
    EXPECT_EQ(symbolic.shape(inferred[i]), expected);
  }
  std::vector<Tensor> inputs;
  for (std::size_t i = 0; i < c.inputs.size(); ++i) inputs.push_back(values(c.inputs[i], 100 + i));
  const auto executable = graph::Executable::compile(std::move(builder).finish(outputs));
  const std::vector<Tensor> results = (*executable)(inputs);

  std::ifstream in(kFolder + "layers.f32", std::ios::binary);
  in.seekg(c.offset * static_cast<std::int64_t>(sizeof(float)));
  for (const Tensor& result : results) {
    std::vector<float> expected(static_cast<std::size_t>(result.size()));
    in.read(reinterpret_cast<char*>(expected.data()), result.size_bytes());
    ASSERT_TRUE(in);
    float largest = 1.0F;
    for (const float value : expected) largest = std::max(largest, std::abs(value));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(result.span<float>()[i], expected[i], 2e-6F * largest) << "element " << i;
    }
  }
}

// What a layer writes makes the same layer again, and every key is one that Keras wrote.
TEST_P(LayerCase, ConfigurationsComeBack) {
  static const std::vector<Case> cases = read_cases();
  const Case& c = cases.at(static_cast<std::size_t>(GetParam()));
  SCOPED_TRACE(c.class_name + " " + c.config.json());
  const LayerPtr layer = find_layer(c.class_name)->from_config(c.config);
  std::vector<Spec> open;
  for (const Shape& shape : c.inputs) open.push_back({shape, DType::float32});
  layer->ensure_built(open);
  const Config written = layer->get_config();
  ASSERT_EQ(written.items().size(), c.config.items().size()) << written.json();
  for (std::size_t i = 0; i < written.items().size(); ++i) {
    const auto& [key, value] = written.items()[i];
    EXPECT_EQ(key, c.config.items()[i].first);
    if (key.find("initializer") != std::string::npos) continue;
    EXPECT_EQ(value, c.config.items()[i].second) << key << ": " << value.json();
  }
  EXPECT_EQ(find_layer(c.class_name)->from_config(written)->get_config().json().size(),
            written.json().size());
}

INSTANTIATE_TEST_SUITE_P(Keras, LayerCase,
                         ::testing::Range(0, static_cast<int>(read_cases().size())));

}  // namespace
}  // namespace halfpixel::keras
