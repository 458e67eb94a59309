// Files of standalone Keras 2, whose bilinear up-sampling had no half-pixel centres.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>

#include "io/temp_folder.hpp"
#include "models/case.hpp"

namespace halfpixel {
namespace {

using ::testing::HasSubstr;

TEST(Dialect, AFileOfOldKerasIsTodaysWithOneWarning) {
  const test::Case c = test::read_case("up_sampling_2d_of_keras_2_3_tf_keras_h5");
  int warnings = 0;
  const keras::Model today =
      keras::models::load_model(c.model, {.warning = [&](const std::string& line) {
                                  ++warnings;
                                  EXPECT_THAT(line, HasSubstr("Keras 2.3.1"));
                                  EXPECT_THAT(line, HasSubstr("--dialect tf1"));
                                }});
  EXPECT_EQ(warnings, 1);
  const keras::Model theirs =
      keras::models::load_model(c.model, {.dialect = keras::models::Dialect::keras2_legacy,
                                          .warning = [&](const std::string&) { ++warnings; }});
  EXPECT_EQ(warnings, 1);
  const Tensor& x = c.inputs.begin()->second;
  EXPECT_GT(distance(today.call({x})[0], c.outputs[0]).absolute, 0.1);
  EXPECT_EQ(distance(theirs.call({x})[0], c.outputs[0]).absolute, 0.0);
  const test::TempFolder folder;
  today.save(folder / "today.keras");
  EXPECT_THROW(theirs.save(folder / "theirs.keras"), Error);
  const keras::Model again = keras::models::load_model(
      folder / "today.keras", {.warning = [&](const std::string&) { ++warnings; }});
  EXPECT_EQ(warnings, 1);
}

TEST(Dialect, OthersGiveNoWarning) {
  int warnings = 0;
  for (const char* name : {"upsampling_2d_methods_of_tf_keras_tf_keras", "fpn", "unet_h5"}) {
    (void)keras::models::load_model(test::read_case(name).model,
                                    {.warning = [&](const std::string&) { ++warnings; }});
  }
  EXPECT_EQ(warnings, 0);
}

}  // namespace
}  // namespace halfpixel
