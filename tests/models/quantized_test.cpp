// Quantised layers that cannot be loaded say which way they were quantised, and why not.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>

namespace halfpixel {
namespace {

std::string refusal(const std::string& policy, const std::string& mode,
                    const std::string& quantization) {
  const std::string json =
      R"({"class_name": "Sequential", "config": {"name": "model", "layers": [
      {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4],
       "dtype": "float32", "name": "x"}},
      {"module": "keras.layers", "class_name": "Dense", "config": {"name": "small", "units": 2,
       "dtype": {"module": "keras.dtype_policies", "class_name": ")" +
      policy + R"(", "config": {"mode": ")" + mode +
      R"(", "source_name": "float32"}}, "quantization_config": )" + quantization + "}}]}}";
  try {
    (void)keras::models::model_from_json(json);
  } catch (const Error& error) {
    return error.what();
  }
  return "loaded";
}

using ::testing::HasSubstr;

TEST(Quantized, SaysWhatCannotBe) {
  EXPECT_EQ(refusal("QuantizedDTypePolicy", "int8", "null"), "loaded");
  for (const char* const mode : {"gptq/4/128", "awq/4/128"}) {
    const std::string said = refusal("GPTQDTypePolicy", mode, "null");
    EXPECT_THAT(said, HasSubstr(mode));
    EXPECT_THAT(said, HasSubstr("small"));
    EXPECT_THAT(said, HasSubstr("not whole"));
  }
  EXPECT_THAT(refusal("QuantizedFloat8DTypePolicy", "float8", "null"), HasSubstr("float8"));
  // Files before Keras 3.15 pack along the other axis and say nothing of it.
  EXPECT_THAT(refusal("QuantizedDTypePolicy", "int4", "null"), HasSubstr("int4 of Keras 3.15"));
  const std::string other = R"({"class_name": "Int8QuantizationConfig", "config":
      {"activation_quantizer": {"class_name": "Own", "config": {}}}})";
  EXPECT_THAT(refusal("QuantizedDTypePolicy", "int8", other), HasSubstr("AbsMaxQuantizer"));
}

// A mask that cannot be followed is not guessed.
TEST(Masks, AreNotFollowedThroughAConcatenationOfSteps) {
  const auto tensor = [](const char* layer) {
    return std::string(R"({"class_name": "__keras_tensor__", "config": {"shape": [null, 3, 2],
        "dtype": "float32", "keras_history": [")") +
           layer + R"(", 0, 0]}})";
  };
  const std::string json =
      R"({"class_name": "Functional", "config": {"name": "model", "layers": [
      {"module": "keras.layers", "class_name": "InputLayer", "name": "x", "inbound_nodes": [],
       "config": {"batch_shape": [2, 3, 2], "dtype": "float32", "name": "x"}},
      {"module": "keras.layers", "class_name": "Masking", "name": "hide",
       "config": {"name": "hide", "mask_value": 0.0},
       "inbound_nodes": [{"args": [)" +
      tensor("x") + R"(], "kwargs": {}}]},
      {"module": "keras.layers", "class_name": "Concatenate", "name": "join",
       "config": {"name": "join", "axis": 1},
       "inbound_nodes": [{"args": [[)" +
      tensor("hide") + ", " + tensor("x") +
      R"(]], "kwargs": {}}]},
      {"module": "keras.layers", "class_name": "LSTM", "name": "lstm",
       "config": {"name": "lstm", "units": 2},
       "inbound_nodes": [{"args": [)" +
      tensor("join") + R"(], "kwargs": {}}]}],
      "input_layers": [["x", 0, 0]], "output_layers": [["lstm", 0, 0]]}})";
  const keras::Model model = keras::models::model_from_json(json);
  try {
    (void)model.call({{"x", zeros({2, 3, 2})}});
    ADD_FAILURE() << "ran without knowing what is masked";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot be followed"));
  }
}

}  // namespace
}  // namespace halfpixel
