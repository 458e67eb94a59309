// run and inspect, as people call them.
#ifdef HALFPIXEL_HAS_MODEL
#include <cmath>
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/keras/ops.hpp>
#include <halfpixel/npy.hpp>
#include <halfpixel/npz.hpp>
#ifdef HALFPIXEL_HAS_IMAGE
#include <halfpixel/image.hpp>
#endif

#include "cli/program.hpp"
#include "core/equal.hpp"

namespace halfpixel {
namespace {

namespace fs = std::filesystem;
namespace layers = keras::layers;
using test::Outcome;
using test::run;
using test::TempFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Words = std::vector<std::string>;

const fs::path kCases = HALFPIXEL_TEST_DATA "/models";

std::string join(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

class CliModel : public ::testing::Test {
 protected:
  void SetUp() override {
    // One input, one output; photos of any size, twice as large.
    const auto photo = keras::Input({.shape = {kUnknown, kUnknown, 3}, .name = "photo"});
    const auto up = layers::UpSampling2D({.data_format = DataFormat::channels_last,
                                          .interpolation = keras::Interpolation::bilinear,
                                          .name = "up"})(photo);
    const keras::Model single(photo, up * 1.5 - 20.0, {.name = "enlarge"});
    single.save(folder_ / "single.keras");
    // Two inputs and three outputs, two of one layer's name.
    const auto a = keras::Input({.shape = {4}, .name = "a"});
    const auto b = keras::Input({.shape = {4}, .name = "b"});
    const auto sum = layers::Add({.name = "sum"})({a, b});
    const auto product = layers::Multiply({.name = "product"})({a, b});
    const keras::Model several({a, b}, {sum, product}, {.name = "several"});
    several.save(folder_ / "several.keras");
    io::write_npy(folder_ / "a.npy", arange(4).reshape({1, 4}));
    io::write_npy(folder_ / "b.npy", full({1, 4}, 3.0));
    io::write_npy(folder_ / "x.npy", random::uniform({1, 5, 6, 3}, 0, 255, DType::float32, 3));
    io::write_npy(folder_ / "wrong.npy", zeros({1, 5, 6, 4}));
    test::write_bytes(folder_ / "text.keras", "not a model");
    fs::create_directory(folder_ / "closed.npy");
    entries_ = folder_.entries();
  }
  Outcome good(const Words& words) {
    Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, 0) << join(words) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    return outcome;
  }
  void bad(int status, const Words& words, const std::vector<std::string>& said) {
    const Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, status) << join(words) << outcome.err;
    EXPECT_THAT(outcome.err, StartsWith("halfpixel: ")) << join(words);
    EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1) << outcome.err;
    EXPECT_LE(outcome.err.size(), 2001u);
    EXPECT_EQ(outcome.out, "");
    for (const std::string& text : said) EXPECT_THAT(outcome.err, HasSubstr(text)) << join(words);
    EXPECT_THAT(outcome.err, HasSubstr(status == 2 ? "--help" : ""));
    EXPECT_EQ(folder_.entries(), entries_) << join(words);
  }
  TempFolder folder_;
  int entries_ = 0;
};

TEST_F(CliModel, RunTakesLargeImagesByBands) {
  const auto photo = keras::Input({.shape = {kUnknown, kUnknown, 3}});
  const auto wide = layers::Conv2D({.filters = 16, .kernel_size = 5})(photo);
  const keras::Model model(photo, layers::Conv2D({.filters = 3, .kernel_size = 3})(wide));
  model.save(folder_ / "convolutions.keras");
  const Tensor x = random::uniform({1, 1100, 320, 3}, 0, 255, DType::float32, 3);
  io::write_npy(folder_ / "large.npy", x);
  // Too little for the whole, which would take 22 MiB.
  good({"run", "convolutions.keras", "large.npy", "y.npy", "--max-memory", "6"});
  EXPECT_TRUE(same_bits(io::read_npy(folder_ / "y.npy"), model(x)));
  good({"run", "convolutions.keras", "large.npy", "y.npz", "--max-memory", "6"});
  EXPECT_TRUE(same_bits(io::read_npz(folder_ / "y.npz").at(0).tensor, model(x)));
}

TEST_F(CliModel, RunGivesWhatTheLibraryGives) {
  const keras::Model model = keras::models::load_model(folder_ / "single.keras");
  const Tensor wanted = model(io::read_npy(folder_ / "x.npy"));
  EXPECT_EQ(good({"run", "single.keras", "x.npy", "y.npy"}).out, "");
  EXPECT_TRUE(same_bits(io::read_npy(folder_ / "y.npy"), wanted));
  // "subtract", or what other tests of this process have left.
  good({"run", "single.keras", "--input", "photo=x.npy", "--output",
        model.output_names().at(0) + "=z.npy", "--threads", "1"});
  EXPECT_TRUE(same_bits(io::read_npy(folder_ / "z.npy"), wanted));
  good({"run", "single.keras", "x.npy", "x.npy"});  // IN may be OUT
  EXPECT_TRUE(same_bits(io::read_npy(folder_ / "x.npy"), wanted));
}

TEST_F(CliModel, RunLeavesOutPasses) {
  const keras::Model model = keras::models::load_model(folder_ / "single.keras");
  const Tensor x = io::read_npy(folder_ / "x.npy");
  good({"run", "single.keras", "x.npy", "y.npy", "--precision", "exact", "--without-pass",
        "fuse_elementwise", "--without-pass", "dead_code"});
  EXPECT_TRUE(same_bits(io::read_npy(folder_ / "y.npy"),
                        tf::function(model, {.precision = tf::Precision::exact,
                                             .without = {"fuse_elementwise", "dead_code"}})(x)));
  good({"run", "single.keras", "x.npy", "y.npy", "--precision", "fast"});
  EXPECT_TRUE(same_bits(io::read_npy(folder_ / "y.npy"),
                        tf::function(model, {.precision = tf::Precision::fast})(x)));
}

TEST_F(CliModel, InputsOfOtherDTypesAreCast) {
  io::write_npy(folder_ / "i.npy", arange(4, DType::int16).reshape({1, 4}));
  io::write_npy(folder_ / "d.npy", full({1, 4}, 3.0, DType::float64));
  good({"run", "several.keras", "--input", "a=i.npy", "--input", "b=d.npy", "--output",
        "product=p.npy"});
  good({"run", "several.keras", "--input", "a=a.npy", "--input", "b=b.npy", "--output",
        "product=q.npy"});
  EXPECT_TRUE(same_bits(io::read_npy(folder_ / "p.npy"), io::read_npy(folder_ / "q.npy")));
  EXPECT_EQ(io::read_npy(folder_ / "p.npy").data<float>()[3], 9.0f);
}

TEST_F(CliModel, OutputsNotAskedForAreNotWritten) {
  good({"run", "several.keras", "--input", "b=b.npy", "--input", "a=a.npy", "--output",
        "sum=s.npy"});
  EXPECT_EQ(folder_.entries(), entries_ + 1);
  EXPECT_EQ(io::read_npy(folder_ / "s.npy").data<float>()[3], 6.0f);
}

TEST_F(CliModel, AllOutputsAppearOrNone) {
  bad(1,
      {"run", "several.keras", "--input", "a=a.npy", "--input", "b=b.npy", "--output", "sum=s.npy",
       "--output", "product=closed.npy"},
      {"closed.npy"});
  bad(1,
      {"run", "several.keras", "--input", "a=a.npy", "--input", "b=b.npy", "--output", "sum=s.npy",
       "--output", "product=none/p.npy"},
      {"none"});
  bad(1,
      {"run", "several.keras", "--input", "a=a.npy", "--input", "b=b.npy", "--output", "sum=s.npy",
       "--output", "product=./s.npy"},
      {"s.npy"});
}

TEST_F(CliModel, RepeatPrintsTimesAndMemory) {
  const Outcome json =
      good({"run", "single.keras", "x.npy", "y.npy", "--repeat", "3", "--json", "--threads", "1"});
  EXPECT_THAT(json.out, AllOf(StartsWith("{\"min_ms\": "), HasSubstr("\"median_ms\": "),
                              HasSubstr("\"peak_bytes\": "), HasSubstr("\"threads\": 1}")));
  EXPECT_THAT(good({"run", "single.keras", "x.npy", "y.npy", "--repeat", "2"}).out,
              AllOf(HasSubstr("min_ms"), HasSubstr("median_ms"), HasSubstr("peak_bytes"),
                    HasSubstr("threads")));
}

TEST_F(CliModel, FilesOfKerasRun) {
  const auto check = [&](const Words& words, const fs::path& wanted_path) {
    good(words);
    const Tensor got = io::read_npy(folder_ / "y.npy"), wanted = io::read_npy(wanted_path);
    ASSERT_EQ(got.shape(), wanted.shape());
    for (std::int64_t i = 0; i < got.size(); ++i) {
      ASSERT_NEAR(got.data<float>()[i], wanted.data<float>()[i], 1e-5) << join(words);
    }
  };
  const auto in = [](const char* name, const char* file) {
    return (kCases / name / file).string();
  };
  check({"run", in("conv2d", "model.keras"), in("conv2d", "input_0.npy"), "y.npy"},
        in("conv2d", "output_0.npy"));
  check({"run", in("unet_folder", "model"), in("unet_folder", "input_0.npy"), "y.npy"},
        in("unet_folder", "output_0.npy"));
  check({"run", in("lambda_scale_h5", "model.h5"), in("lambda_scale_h5", "input_0.npy"), "y.npy",
         "--bind", "to_tenth=scale:0.1"},
        in("lambda_scale_h5", "output_0.npy"));
}

TEST_F(CliModel, AFileOfOldKerasHasItsWritersNumbersOnDemand) {
  const std::string model =
      (kCases / "up_sampling_2d_of_keras_2_3_tf_keras_h5" / "model.h5").string();
  const Outcome warned = run(folder_, {"inspect", model});
  EXPECT_EQ(warned.status, 0);
  EXPECT_THAT(warned.err, AllOf(StartsWith("halfpixel: warning: "), HasSubstr("Keras 2.3.1"),
                                HasSubstr("--dialect tf1")));
  const Outcome quiet = run(folder_, {"inspect", model, "--dialect", "tf1"});
  EXPECT_EQ(quiet.status, 0);
  EXPECT_EQ(quiet.err, "");
}

TEST_F(CliModel, WhatCanBeJudgedWithoutOpeningAFileIsStatus2) {
  const std::string m = "none.keras";
  const std::pair<Words, std::string> cases[] = {
      {{"run"}, "MODEL"},
      {{"run", m}, "IN"},
      {{"run", m, "x.npy"}, "OUT"},
      {{"run", m, "x.npy", "y"}, "ending"},
      {{"run", m, "x.npy", "y.bmp"}, "y.bmp"},
      {{"run", m, "x.npy", "y.npy", "z.npy"}, "z.npy"},
      {{"run", m, "x.npy", "y.npy", "--input", "a=a.npy"}, "exclude"},
      {{"run", m, "--input", "a.npy", "--output", "b=b.npy"}, "NAME=FILE"},
      {{"run", m, "--input", "=a.npy", "--output", "b=b.npy"}, "--input"},
      {{"run", m, "--input", "a=", "--output", "b=b.npy"}, "--input"},
      {{"run", m, "--input", "a=a.npy"}, "--output"},
      {{"run", m, "--output", "a=a.npy"}, "--input"},
      {{"run", m, "--input", "a=a.npy", "--output", "b=b.txt"}, "ending"},
      {{"run", m, "x.npy", "y.npy", "--repeat", "0"}, "--repeat"},
      {{"run", m, "x.npy", "y.npy", "--repeat", "many"}, "many"},
      {{"run", m, "x.npy", "y.npy", "--json"}, "--repeat"},
      {{"run", m, "x.npy", "y.npy", "--precision", "double"}, "relaxed, exact or fast"},
      {{"run", m, "x.npy", "y.npy", "--without-pass", "fly"}, "fuse_activation"},
      {{"run", m, "x.npy", "y.npy", "--without-pass", "dead_code", "--without-pass", ""}, "''"},
      {{"run", m, "x.npy", "y.npy", "--threads", "0"}, "--threads"},
      {{"run", m, "x.npy", "y.npy", "--size", "2"}, "--size"},
      {{"run", m, "x.npy", "y.npy", "--bind", "shuffle"}, "--bind"},
      {{"run", m, "x.npy", "y.npy", "--bind", "=identity"}, "--bind"},
      {{"run", m, "x.npy", "y.npy", "--bind", "a="}, "--bind"},
      {{"run", m, "x.npy", "y.npy", "--bind", "a=fly"}, "depth_to_space"},
      {{"run", m, "x.npy", "y.npy", "--bind", "a=depth_to_space"}, "depth_to_space:BLOCK"},
      {{"run", m, "x.npy", "y.npy", "--bind", "a=identity", "--bind", "a=relu"}, "twice"},
      {{"run", m, "x.npy", "y.npy", "--max-memory", "-1"}, "--max-memory"},
      {{"run", m, "x.npy", "y.npy", "--dialect", "torch"}, "keras or tf1"},
      {{"inspect"}, "MODEL"},
      {{"inspect", m, m}, m},
      {{"inspect", m, "--json", "--svg"}, "exclude"},
      {{"inspect", m, "--shape", "1x4"}, "--explain"},
      {{"inspect", m, "--explain", "--shape", "1x"}, "--shape"},
      {{"inspect", m, "--explain", "--shape", "a=1x-4"}, "--shape"},
      {{"inspect", m, "--precision", "exact"}, "--explain"},
      {{"inspect", m, "--explain", "--precision", "exakt"}, "exact"},
      {{"inspect", m, "--explain", "--without-pass", "fly"}, "fold_constants"},
  };
  for (const auto& [words, said] : cases) bad(2, words, {said});
}

TEST_F(CliModel, BadModelsAndInputsAreStatus1) {
  bad(1, {"run", "none.keras", "x.npy", "y.npy"}, {"none.keras"});
  bad(1, {"run", "text.keras", "x.npy", "y.npy"}, {"text.keras"});
  bad(1, {"inspect", "text.keras", "--json"}, {"text.keras"});
  bad(1, {"run", "single.keras", "none.npy", "y.npy"}, {"none.npy"});
  bad(1, {"run", "single.keras", "wrong.npy", "y.npy"},
      {"photo", "(None, None, None, 3)", "(1, 5, 6, 4)"});
  bad(1, {"run", "several.keras", "a.npy", "y.npy"}, {"'a', 'b'"});
  bad(1, {"run", "several.keras", "--input", "a=a.npy", "--output", "sum=s.npy"},
      {"'b'", "missing"});
  bad(1,
      {"run", "several.keras", "--input", "a=a.npy", "--input", "c=b.npy", "--output", "sum=s.npy"},
      {"'c'", "'a', 'b'"});
  bad(1,
      {"run", "several.keras", "--input", "a=a.npy", "--input", "a=b.npy", "--output", "sum=s.npy"},
      {"'a'", "twice"});
  bad(1,
      {"run", "several.keras", "--input", "a=a.npy", "--input", "b=b.npy", "--output",
       "total=s.npy"},
      {"'total'", "'sum', 'product'"});
  bad(1, {"run", "single.keras", "x.npy", "y.npy", "--bind", "up=identity"}, {"'up'"});
  bad(1, {"run", (kCases / "lambda_scale/model.keras").string(), "x.npy", "y.npy"},
      {"Lambda", "to_tenth", "--bind"});
  bad(1, {"inspect", (kCases / "no_config_weights_alone/model.weights.h5").string()}, {"weights"});
  bad(1, {"inspect", "several.keras", "--explain", "--shape", "c=1x4"}, {"'a', 'b'"});
  io::write_npy(folder_ / "wrong.npy", zeros({2, 5, 6, 3}));
  bad(1, {"run", "single.keras", "wrong.npy", "y.png"}, {"y.png", "(2, 10, 12, 3)"});
}

TEST_F(CliModel, InspectTellsWhatItCanOfAModelWithAnUnknownClass) {
  const std::string model = (kCases / "custom_layer/model.keras").string();
  const Outcome table = run(folder_, {"inspect", model});
  EXPECT_EQ(table.status, 1);
  EXPECT_THAT(table.out, AllOf(HasSubstr("x (InputLayer)"), HasSubstr("(None, 4, 5, 8)"),
                               HasSubstr("enlarge (PixelShuffle)"), HasSubstr("conv2d (Conv2D)"),
                               HasSubstr("38"), HasSubstr("Not loaded: layer \"enlarge\"")));
  EXPECT_THAT(table.err, AllOf(HasSubstr("--bind PixelShuffle=OPERATION"), HasSubstr("enlarge")));
  const Outcome json = run(folder_, {"inspect", model, "--json"});
  EXPECT_EQ(json.status, 1);
  EXPECT_THAT(json.out,
              HasSubstr(R"({"name": "enlarge", "class": "PixelShuffle", "output_shape": null, )"
                        R"("parameters": 0}, {"name": "conv2d")"));
  EXPECT_THAT(json.out, HasSubstr(R"("problems": ["layer \"enlarge\" (PixelShuffle))"));
}

TEST_F(CliModel, InspectTellsWhatIsInIt) {
  EXPECT_THAT(good({"inspect", "single.keras"}).out,
              AllOf(HasSubstr("Model: \"enlarge\""), HasSubstr("up (UpSampling2D)"),
                    HasSubstr("Total params: 0 (0.00 B)")));
  EXPECT_EQ(
      good({"inspect", "several.keras", "--json"}).out,
      R"({"inputs": [{"name": "a", "shape": [null, 4], "dtype": "float32"}, )"
      R"({"name": "b", "shape": [null, 4], "dtype": "float32"}], )"
      R"("outputs": [{"name": "sum", "shape": [null, 4], "dtype": "float32"}, )"
      R"({"name": "product", "shape": [null, 4], "dtype": "float32"}], )"
      R"("total_parameters": 0, "layers": [)"
      R"({"name": "a", "class": "InputLayer", "output_shape": [null, 4], "parameters": 0}, )"
      R"({"name": "b", "class": "InputLayer", "output_shape": [null, 4], "parameters": 0}, )"
      R"({"name": "sum", "class": "Add", "output_shape": [null, 4], "parameters": 0}, )"
      R"({"name": "product", "class": "Multiply", "output_shape": [null, 4], "parameters": 0}]})"
      "\n");
  EXPECT_THAT(good({"inspect", "several.keras", "--dot"}).out,
              AllOf(StartsWith("digraph"), HasSubstr("n0 -> n2;")));
  EXPECT_THAT(good({"inspect", "several.keras", "--svg"}).out,
              AllOf(StartsWith("<svg "), HasSubstr(">product</text>"), HasSubstr("</svg>")));
  EXPECT_THAT(good({"inspect", "single.keras", "--explain", "--shape", "1x32x32x3"}).out,
              AllOf(HasSubstr("photo (1, 32, 32, 3) float32"), HasSubstr("up_sampling"),
                    HasSubstr("arena")));
  EXPECT_THAT(good({"inspect", "single.keras", "--explain"}).out,
              AllOf(HasSubstr("pass low_resolution_convolution"), HasSubstr("pass dead_code")));
  EXPECT_THAT(good({"inspect", "single.keras", "--explain", "--precision", "exact",
                    "--without-pass", "fuse_activation"})
                  .out,
              AllOf(Not(HasSubstr("pass low_resolution_convolution")),
                    Not(HasSubstr("pass fuse_activation")), HasSubstr("pass dead_code")));
}

#ifdef HALFPIXEL_HAS_IMAGE
TEST_F(CliModel, PhotosGoInAndComeOut) {
  Tensor photo({7, 5, 3}, DType::uint8);
  for (std::int64_t i = 0; i < photo.size(); ++i)
    photo.data<std::uint8_t>()[i] = static_cast<std::uint8_t>(i * 37);
  io::write_image(folder_ / "photo.png", photo);
  const keras::Model model = keras::models::load_model(folder_ / "single.keras");
  const Tensor wanted = model(photo.reshape({1, 7, 5, 3}));
  good({"run", "single.keras", "photo.png", "big.png"});
  const Tensor big = io::read_image(folder_ / "big.png");
  ASSERT_EQ(big.shape(), Shape({14, 10, 3}));
  ASSERT_EQ(big.dtype(), DType::uint8);
  for (std::int64_t i = 0; i < big.size(); ++i) {
    const float rounded =
        std::fmin(std::fmax(std::nearbyint(wanted.data<float>()[i]), 0.0f), 255.0f);
    ASSERT_EQ(big.data<std::uint8_t>()[i], static_cast<std::uint8_t>(rounded)) << i;
  }
  good({"run", "single.keras", "photo.png", "y.npy"});
  EXPECT_TRUE(same_bits(io::read_npy(folder_ / "y.npy"), wanted));
  good({"run", "single.keras", "x.npy", "x.png"});
  EXPECT_EQ(io::read_image(folder_ / "x.png").shape(), Shape({10, 12, 3}));
}

TEST_F(CliModel, PhotosAreGivenTheChannelsOfTheModel) {
  Tensor grey({4, 4, 1}, DType::uint16);
  for (std::int64_t i = 0; i < grey.size(); ++i)
    grey.data<std::uint16_t>()[i] = static_cast<std::uint16_t>(i * 4000);
  io::write_image(folder_ / "grey.png", grey);
  good({"run", "single.keras", "grey.png", "big.png"});
  const Tensor big = io::read_image(folder_ / "big.png");
  EXPECT_EQ(big.shape(), Shape({8, 8, 3}));
  EXPECT_EQ(big.dtype(), DType::uint16);
  EXPECT_EQ(big.data<std::uint16_t>()[3 * 63], 65535);  // 60000 * 1.5, clamped

  Tensor alpha({4, 4, 4}, DType::uint8);
  std::memset(alpha.data(), 100, 64);
  io::write_image(folder_ / "alpha.png", alpha);
  const Outcome seen = run(folder_, {"run", "single.keras", "alpha.png", "opaque.png"});
  EXPECT_EQ(seen.status, 0);
  EXPECT_THAT(seen.err, ::testing::HasSubstr("alpha.png: alpha is left out"));
  const Tensor opaque = io::read_image(folder_ / "opaque.png");
  EXPECT_EQ(opaque.shape(), Shape({8, 8, 3}));
  EXPECT_EQ(opaque.data<std::uint8_t>()[0], 130);
}
#endif

TEST_F(CliModel, ManyInputsGoThroughOneModel) {
  io::write_npy(folder_ / "z.npy", random::uniform({1, 3, 2, 3}, 0, 255, DType::float32, 4));
  good({"run", "single.keras", "z.npy", "one.npy"});
  const Outcome outcome = run(
      folder_, {"run", "single.keras", "x.npy", "wrong.npy", "z.npy", "-o", "out/{name}_2.npy"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, ::testing::EndsWith("\nhalfpixel: 1 of 3 failed: wrong.npy\n"));
  EXPECT_EQ(io::read_npy(folder_ / "out/x_2.npy").shape(), (Shape{1, 10, 12, 3}));
  EXPECT_TRUE(same_bits(io::read_npy(folder_ / "out/z_2.npy"), io::read_npy(folder_ / "one.npy")));
  EXPECT_EQ(run(folder_, {"run", "single.keras", "x.npy", "z.npy", "a.npy"}).status, 2);
  EXPECT_EQ(
      run(folder_, {"run", "single.keras", "x.npy", "z.npy", "-o", "out", "--repeat", "2"}).status,
      2);
  EXPECT_EQ(run(folder_, {"run", "several.keras", "a.npy", "b.npy", "-o", "out"}).status, 1);
}

}  // namespace
}  // namespace halfpixel
#endif
