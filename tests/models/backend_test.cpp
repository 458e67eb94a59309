// Models whose writer computed on another backend. Their numbers: the family "backend" of
// models_test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>

#include "io/temp_folder.hpp"
#include "models/case.hpp"

namespace halfpixel {
namespace {

using keras::models::Backend;
using ::testing::HasSubstr;

std::string model_of(const std::string& layer, const std::string& config) {
  return R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
    {"module": "keras.layers", "class_name": "InputLayer",
     "config": {"batch_shape": [null, 4, 4, 1], "dtype": "float32", "name": "x"}},
    {"module": "keras.layers", "class_name": ")" +
         layer + R"(", "config": {"name": "up", )" + config + "}}]}}";
}

std::string refusal(const std::string& json, Backend backend) {
  try {
    (void)keras::models::model_from_json(json, {.backend = backend});
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

// The largest distance between a model's outputs and those that are recorded.
double most(const keras::Model& model, const test::Case& c) {
  const std::vector<Tensor> found = model.call({c.inputs.begin()->second});
  double largest = 0;
  for (std::size_t i = 0; i < c.outputs.size(); ++i) {
    largest = std::max(largest, test::distance(found[i], c.outputs[i]).absolute);
  }
  return largest;
}

TEST(Backends, DifferAndAreNotSaved) {
  const test::Case c = test::read_case("sampling_on_torch");
  const keras::Model theirs = keras::models::load_model(c.model, {.backend = Backend::torch});
  EXPECT_EQ(most(theirs, c), 0.0);
  EXPECT_GT(most(keras::models::load_model(c.model), c), 0.1);
  // A saved file has the layers alone: it is TensorFlow's where nothing else is asked for.
  const test::TempFolder folder;
  theirs.save(folder / "saved.keras");
  EXPECT_GT(most(keras::models::load_model(folder / "saved.keras"), c), 0.1);
}

TEST(Backends, RefuseWhatTheyDoNotCompute) {
  const std::string lanczos =
      model_of("UpSampling2D", R"("size": [2, 2], "interpolation": "lanczos3")");
  EXPECT_THAT(refusal(lanczos, Backend::torch),
              HasSubstr("[UpSampling2D 'up'] Resizing with Lanczos"));
  EXPECT_EQ(refusal(lanczos, Backend::jax), "none");
  const std::string half =
      model_of("UpSampling2D", R"("interpolation": "bicubic", "dtype": "float16")");
  EXPECT_THAT(refusal(half, Backend::jax), HasSubstr("float32"));
  const std::string crops =
      model_of("Resizing", R"("height": 3, "width": 5, "crop_to_aspect_ratio": true)");
  EXPECT_THAT(refusal(crops, Backend::torch), HasSubstr("[Resizing 'up'] crop_to_aspect_ratio"));
  const std::string nearest =
      model_of("UpSampling2D", R"("interpolation": "nearest", "dtype": "float16")");
  EXPECT_EQ(refusal(nearest, Backend::torch), "none");
  const test::Case c = test::read_case("sizes_of_keras_3");
  try {
    (void)keras::models::load_model(c.model, {.backend = Backend::torch});
    ADD_FAILURE() << "ops.image.resize was taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("ops.image.resize"));
  }
}

}  // namespace
}  // namespace halfpixel
