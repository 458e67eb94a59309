// Layers, compiled functions and loading refuse ints that are no enumerators, by name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/keras/ops.hpp>
#include <halfpixel/tf_function.hpp>

namespace halfpixel::keras {
namespace {

template <class Enum>
void refuses_number(const std::string& argument, const std::function<void(Enum)>& call) {
  for (const int value : {-1, 99}) {
    try {
      call(static_cast<Enum>(value));
      ADD_FAILURE() << argument << " took " << value;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr(argument),
                                               testing::HasSubstr(std::to_string(value))));
    }
  }
}

TEST(LayerEnumerators, Options) {
  refuses_number<Padding>(
      "padding", [](Padding p) { layers::Conv2D({.filters = 2, .kernel_size = 3, .padding = p}); });
  refuses_number<Padding>("padding", [](Padding p) { layers::MaxPooling2D({.padding = p}); });
  refuses_number<Activation>("activation",
                             [](Activation a) { layers::Dense({.units = 2, .activation = a}); });
  refuses_number<Activation>("activation",
                             [](Activation a) { layers::Activation({.activation = a}); });
  refuses_number<DataFormat>("data_format", [](DataFormat f) {
    layers::Conv2D({.filters = 2, .kernel_size = 3, .data_format = f});
  });
  refuses_number<DType>("dtype", [](DType d) { Input({.shape = {2}, .dtype = d}); });
}

TEST(LayerEnumerators, FunctionsAndFiles) {
  const auto twice = [](tf::Precision precision) {
    tf::function([](auto x) { return x + x; }, {}, {.precision = precision})(zeros({2, 2}));
  };
  refuses_number<tf::Precision>("precision", twice);
  const std::string file =
      std::string(HALFPIXEL_SOURCE_DIR) + "/examples/super_resolution/espcn_x2.keras";
  refuses_number<models::Dialect>(
      "dialect", [&](models::Dialect d) { models::load_model(file, {.dialect = d}); });
  refuses_number<models::Backend>(
      "backend", [&](models::Backend b) { models::load_model(file, {.backend = b}); });
}

}  // namespace
}  // namespace halfpixel::keras
