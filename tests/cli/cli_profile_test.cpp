// inspect --explain and run --profile: what was compiled, and where the time goes.
#ifdef HALFPIXEL_HAS_MODEL
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/npy.hpp>
#include <halfpixel/tf_function.hpp>

#include "cli/program.hpp"

namespace halfpixel {
namespace {

namespace layers = keras::layers;
using test::Outcome;
using test::run;
using test::TempFolder;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Words = std::vector<std::string>;

class CliProfile : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto x = keras::Input({.shape = {kUnknown, kUnknown, 16}, .name = "small"});
    auto y = layers::UpSampling2D({.data_format = DataFormat::channels_last})(x);
    y = layers::Conv2D(
        {.filters = 16, .kernel_size = 3, .padding = keras::Padding::same, .name = "decode"})(y);
    keras::Model(x, y, {.name = "decoder"}).save(folder_ / "decoder.keras");
    const auto a = keras::Input({.shape = {kUnknown, 8}, .name = "a"});
    const auto b = keras::Input({.shape = {kUnknown, 8}, .name = "b"});
    keras::Model({a, b}, {layers::Add()({a, b})}).save(folder_ / "several.keras");
    io::write_npy(folder_ / "x.npy", random::uniform({1, 8, 8, 16}, -1, 1, DType::float32, 1));
  }
  std::string good(const Words& words) {
    const Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    return outcome.out;
  }
  TempFolder folder_;
};

TEST_F(CliProfile, ExplainListsEveryPassWithItsWork) {
  const std::string text = good({"inspect", "decoder.keras", "--explain", "--shape", "1x8x8x16"});
  EXPECT_THAT(text, StartsWith("compiled for small (1, 8, 8, 16) float32\nlow_resolution_conv ("));
  for (const tf::PassInfo& pass : tf::passes()) {
    if (pass.fast_only) continue;
    EXPECT_THAT(text, HasSubstr("\npass " + pass.name + ": "));
  }
  // 16 x 16 results of 9 x 16 products for 16 filters.
  EXPECT_THAT(text, HasSubstr("pass fold_constants: 0, multiply-adds 589824 -> 589824\n"));
  EXPECT_THAT(text,
              ContainsRegex("pass low_resolution_convolution: 1, multiply-adds 589824 -> [1-3]"));
  EXPECT_THAT(text, ContainsRegex("arena [0-9]+ bytes, without sharing [0-9]+\n"));
  EXPECT_THAT(good({"inspect", "decoder.keras", "--explain"}),
              StartsWith("compiled for small (1, 64, 64, 16) float32\n"));
}

TEST_F(CliProfile, ExplainIsThereForPrograms) {
  EXPECT_THAT(good({"inspect", "several.keras", "--explain", "--json", "--shape", "a=1x5x8",
                    "--shape", "b=1x5x8"}),
              AllOf(StartsWith(R"({"inputs": [{"name": "a", "shape": [1, 5, 8], "dtype": )"
                               R"("float32"}, {"name": "b", "shape": [1, 5, 8])"),
                    HasSubstr(R"({"pass": "fold_constants", "changes": 0, )"
                              R"("multiply_adds_before": 0)"),
                    HasSubstr(R"("arena_bytes": )"), HasSubstr(R"("unplanned_bytes": )")));
}

TEST_F(CliProfile, ShapesThatDoNotFitAreRefusedWithWhatToType) {
  const auto bad = [&](const Words& words, const std::vector<std::string>& said) {
    const Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, 1) << outcome.out;
    for (const std::string& text : said) EXPECT_THAT(outcome.err, HasSubstr(text));
  };
  bad({"inspect", "several.keras", "--explain", "--shape", "a=3x5x8", "--shape", "b=2x5x8"},
      {"--shape a=3x5x8 --shape b=2x5x8", "type what it expects"});
  bad({"inspect", "several.keras", "--explain", "--shape", "1x5x8"}, {"'a', 'b'"});
  bad({"inspect", "decoder.keras", "--explain", "--shape", "8x8x16"}, {"--shape 8x8x16"});
}

TEST_F(CliProfile, RunProfilesItsSteps) {
  const std::string text = good({"run", "decoder.keras", "x.npy", "y.npy", "--profile"});
  EXPECT_THAT(text, AllOf(HasSubstr("multiply-adds"), HasSubstr("GFLOP/s"), HasSubstr("of peak"),
                          HasSubstr("low_resolution_conv ("), HasSubstr("# decoder/decode\n"),
                          HasSubstr("  total\n"), ContainsRegex("\npeak [0-9.]+ GFLOP/s")));
  EXPECT_EQ(io::read_npy(folder_ / "y.npy").shape(), Shape({1, 16, 16, 16}));
  const std::string direct = good({"run", "decoder.keras", "x.npy", "y.npy", "--profile",
                                   "--precision", "exact", "--repeat", "2", "--threads", "1"});
  EXPECT_THAT(direct, ContainsRegex(" 589824 +[0-9.]+ +[0-9.]+%  conv \\("));
  EXPECT_THAT(direct, AllOf(HasSubstr("min_ms"), HasSubstr("threads     1\n")));
  // Nothing need be written.
  EXPECT_THAT(good({"run", "decoder.keras", "--input", "small=x.npy", "--profile"}),
              HasSubstr("  total\n"));
}

TEST_F(CliProfile, ProfilesAreThereForPrograms) {
  const std::string text =
      good({"run", "decoder.keras", "x.npy", "y.npy", "--profile", "--json", "--without-pass",
            "low_resolution_convolution", "--without-pass", "winograd_convolution"});
  EXPECT_THAT(text,
              AllOf(StartsWith("{\"peak_bytes\": "), HasSubstr("\"steps\": [{\"operation\": "),
                    HasSubstr("\"name\": \"decoder/decode\", \"shape\": [1, 16, 16, 16], \"ms\": "),
                    HasSubstr("\"multiply_adds\": 589824, "), HasSubstr("\"gflops\": "),
                    HasSubstr("\"of_peak\": "), HasSubstr("\"steps_ms\": "),
                    HasSubstr("\"peak_gflops\": ")));
  const Outcome both =
      run(folder_, {"run", "decoder.keras", "x.npy", "-", "--format", "npy", "--profile"});
  EXPECT_EQ(both.status, 2);
  EXPECT_EQ(both.out, "");
  EXPECT_THAT(both.err, HasSubstr("must be a file"));
  EXPECT_THAT(run(folder_, {"run", "decoder.keras", "x.npy", "y.npy", "--json"}).err,
              HasSubstr("--repeat or --profile"));
  EXPECT_EQ(
      run(folder_, {"run", "decoder.keras", "x.npy", "x.npy", "-o", "out", "--profile"}).status, 2);
}

}  // namespace
}  // namespace halfpixel
#endif
