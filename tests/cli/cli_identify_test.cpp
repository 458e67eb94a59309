// halfpixel identify and compare: exit statuses, JSON and the page.
#include <cstdio>
#include <fstream>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/npy.hpp>
#ifdef HALFPIXEL_HAS_IMAGE
#include <halfpixel/image.hpp>
#endif

#include "cli/program.hpp"
#include "core/random_bytes.hpp"

namespace halfpixel {
namespace {

using test::run;
using test::TempFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// What a shell's line prints.
std::string printed_by(const std::string& line) {
  std::string printed;
  FILE* const pipe = popen(line.c_str(), "r");
  char buffer[4096];
  while (const std::size_t n = fread(buffer, 1, sizeof buffer, pipe)) printed.append(buffer, n);
  pclose(pipe);
  return printed;
}

class CliIdentify : public ::testing::Test {
 protected:
  void SetUp() override {
    io::write_npy(folder_ / "x.npy", test::random_bytes({1, 40, 50, 3}, DType::uint8, 3));
    ASSERT_EQ(run(folder_, {"resize", "x.npy", "y.npy", "--size", "30x70", "--dialect", "jax",
                            "--method", "cubic"})
                  .status,
              0);
  }
  TempFolder folder_;
};

TEST_F(CliIdentify, SaysTheCommandAndStatus0) {
  const auto told = run(folder_, {"identify", "x.npy", "y.npy", "--json", "--top", "1"});
  EXPECT_EQ(told.status, 0) << told.err;
  EXPECT_THAT(told.out,
              HasSubstr("{\"exact\": [{\"dialect\": \"jax\", \"options\": {\"size\": \"30x70\", "
                        "\"method\": \"cubic\"}, \"command\": \"halfpixel resize x.npy y.npy "
                        "--dialect jax --size 30x70 --method cubic\""));
  EXPECT_THAT(told.out, HasSubstr("\"max_difference\": "));
  const auto text = run(folder_, {"identify", "x.npy", "y.npy", "--top", "0"});
  EXPECT_THAT(text.out, HasSubstr("exact (0 elements different)"));
  EXPECT_THAT(text.out, Not(HasSubstr("nearest")));
}

TEST_F(CliIdentify, NoExactCallIsStatus3) {
  io::write_npy(folder_ / "z.npy", test::random_bytes({1, 30, 70, 3}, DType::uint8, 4));
  const auto told = run(folder_, {"identify", "x.npy", "z.npy"});
  EXPECT_EQ(told.status, 3);
  EXPECT_THAT(told.out, HasSubstr("no call gives OUT exactly"));
  EXPECT_EQ(told.err, "");
}

TEST_F(CliIdentify, NoneIsSaidWithWhatMayBeBehindIt) {
  const auto told = [&](const char* out) {
    const auto outcome = run(folder_, {"identify", "x.npy", out, "--top", "1"});
    EXPECT_EQ(outcome.status, 3);
    return outcome.out;
  };
  io::write_npy(folder_ / "far.npy", test::random_bytes({1, 30, 70, 3}, DType::uint8, 4));
  EXPECT_THAT(told("far.npy"), HasSubstr("gives OUT exactly; all are far off: parts, flips"));
  ASSERT_EQ(run(folder_, {"resize", "x.npy", "z.npy", "--size", "30x70"}).status, 0);
  Tensor z = io::read_npy(folder_ / "z.npy");
  for (float& value : z.span<float>()) value = (value / 255 - 0.45F) / 0.22F;
  io::write_npy(folder_ / "z.npy", z);
  EXPECT_THAT(told("z.npy"), AllOf(HasSubstr("exactly; its values are from -1.92 to 2.43"),
                                   HasSubstr("normalised ones")));
  // One value differs: nothing more is known.
  Tensor y = io::read_npy(folder_ / "y.npy");
  y.data<float>()[1] += 1;
  io::write_npy(folder_ / "near.npy", y);
  EXPECT_THAT(told("near.npy"), HasSubstr("no call gives OUT exactly\n"));
#ifdef HALFPIXEL_HAS_IMAGE
  io::write_image(folder_ / "o.jpg", test::random_bytes({30, 70, 3}, DType::uint8, 4));
  EXPECT_THAT(told("o.jpg"), HasSubstr("exactly; a file of this kind has losses of its own\n"));
#endif
}

TEST_F(CliIdentify, WhatIsNoResizeIsStatus1) {
  io::write_npy(folder_ / "z.npy", test::random_bytes({30, 70}, DType::uint8, 4));
  EXPECT_EQ(run(folder_, {"identify", "x.npy", "z.npy"}).status, 1);
  EXPECT_EQ(run(folder_, {"identify", "x.npy", "none.npy"}).status, 1);
  EXPECT_EQ(run(folder_, {"identify", "x.npy"}).status, 2);
  EXPECT_EQ(run(folder_, {"identify", "x.npy", "y.npy", "--top", "few"}).status, 2);
  // A page must not be written over a picture.
  EXPECT_EQ(run(folder_, {"identify", "x.npy", "y.npy", "--report", "y.npy"}).status, 2);
  EXPECT_EQ(run(folder_, {"compare", "x.npy", "x.npy", "--size", "4x4"}).status, 2);
}

TEST_F(CliIdentify, StandardInputIsEitherOfThem) {
  const auto told = run(folder_, {"identify", "-", "y.npy", "--top", "0"},
                        {.in_path = (folder_ / "x.npy").native()});
  EXPECT_EQ(told.status, 0) << told.err;
  EXPECT_EQ(told.out,
            std::regex_replace(run(folder_, {"identify", "x.npy", "y.npy", "--top", "0"}).out,
                               std::regex("resize x.npy"), "resize -"));
  EXPECT_EQ(run(folder_, {"identify", "x.npy", "-", "--top", "0"},
                {.in_path = (folder_ / "y.npy").native()})
                .status,
            0);
  EXPECT_EQ(run(folder_, {"identify", "-", "-"}).status, 2);
  test::write_bytes(folder_ / "bad.npy", "nothing");
  EXPECT_THAT(
      run(folder_, {"identify", "-", "y.npy"}, {.in_path = (folder_ / "bad.npy").native()}).err,
      AllOf(HasSubstr("standard input"), Not(HasSubstr("tmp"))));
}

#ifdef HALFPIXEL_HAS_IMAGE
TEST_F(CliIdentify, CompareReadsAPipeAndLeavesOutWhoDoesNotTakeThePicture) {
  Tensor pixels = test::random_bytes({20, 30, 4}, DType::uint8, 3);
  io::write_image(folder_ / "alpha.png", pixels);
  const auto told = run(folder_, {"compare", "-", "--size", "50%", "--dialects", "go,tf2"},
                        {.in_path = (folder_ / "alpha.png").native()});
  EXPECT_EQ(told.status, 0) << told.err;
  EXPECT_THAT(told.err, HasSubstr("warning: go, BiLinear is left out: "));
  EXPECT_THAT(told.out, AllOf(HasSubstr("--dialect tf2"), Not(HasSubstr("--dialect go"))));
  for (std::int64_t i = 3; i < pixels.size(); i += 4) pixels.data<std::uint8_t>()[i] = 255;
  io::write_image(folder_ / "alpha.png", pixels);
  EXPECT_THAT(run(folder_, {"compare", "alpha.png", "--size", "50%", "--dialects", "go"}).out,
              HasSubstr("--dialect go"));
}

TEST_F(CliIdentify, CommandsCanBeTypedAsTheyAreTold) {
  io::write_image(folder_ / "my in.png", test::random_bytes({20, 30, 4}, DType::uint8, 3));
  ASSERT_EQ(run(folder_, {"resize", "my in.png", "-o", "it's.png", "--size", "20x15", "--dialect",
                          "pillow", "--resample", "NEAREST"})
                .status,
            0);
  const auto told =
      run(folder_, {"identify", "my in.png", "it's.png", "--no-orientation", "--page", "0"});
  EXPECT_THAT(told.out, HasSubstr("  halfpixel resize 'my in.png' 'it'\\''s.png' --dialect pillow "
                                  "--size 20x15 --resample NEAREST --page 0 --no-orientation\n"));
  EXPECT_THAT(told.out, Not(HasSubstr("--dialect go"))) << "which resize refuses for alpha";

  const auto colours = run(folder_, {"compare", "my in.png", "--size", "50%"});
  EXPECT_THAT(colours.out, HasSubstr("  halfpixel resize 'my in.png' OUT.png --dialect tf2 --size "
                                     "50% --method bilinear --straight-alpha\n"));
  EXPECT_THAT(colours.out, HasSubstr("--resample BILINEAR\n"));

  io::ImageWriter writer(folder_ / "pages.tif", 2);
  for (int page = 0; page < 2; ++page) writer.write(Tensor({6, 8, 1}, DType::float32), {});
  static_cast<void>(writer.finish());
  const auto pages = run(folder_, {"compare", "pages.tif", "--size", "3x4", "--page", "1"});
  EXPECT_THAT(pages.out, HasSubstr("  halfpixel resize pages.tif OUT.tif --dialect tf2 --size 3x4 "
                                   "--method bilinear --page 1\n"));

  const auto array = run(folder_, {"compare", "x.npy", "--size", "20x25"});
  EXPECT_THAT(array.out, HasSubstr("--mode bilinear   (IN is (N, H, W, C))\n"));
  EXPECT_THAT(array.out, HasSubstr("--resample BILINEAR\n"));
}

TEST_F(CliIdentify, ThePageHoldsAllThatItShows) {
  ASSERT_EQ(run(folder_, {"resize", "x.npy", "x.png", "--size", "40x50"}).status, 0);
  ASSERT_EQ(
      run(folder_, {"resize", "x.png", "y.png", "--size", "20x25", "--dialect", "pillow"}).status,
      0);
  const auto told = run(folder_, {"identify", "x.png", "y.png", "--report", "page.html"});
  EXPECT_EQ(told.status, 0) << told.err;
  const std::string page = test::read_bytes(folder_ / "page.html");
  EXPECT_THAT(page, HasSubstr("data:image/png;base64,"));
  EXPECT_THAT(page, HasSubstr("halfpixel resize x.png y.png --dialect pillow"));
  EXPECT_THAT(page, Not(HasSubstr("http")));
  EXPECT_THAT(page, Not(HasSubstr("@PICTURES@")));
  const auto compared = run(folder_, {"compare", "x.png", "all.html", "--size", "20x25", "--method",
                                      "nearest", "--dialects", "tf2,torch,pillow"});
  EXPECT_EQ(compared.status, 0) << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("--dialect torch --size 20x25 --mode nearest-exact"));
  EXPECT_EQ(run(folder_, {"compare", "x.png", "--size", "9x9", "--dialects", "gimp"}).status, 2);
}

// Opened and clicked in a browser, where there is one.
TEST_F(CliIdentify, ThePageWorksInABrowser) {
  const char* const kFind =
      "command -v chromium || command -v chromium-browser || command -v google-chrome";
  if (printed_by(kFind).empty()) GTEST_SKIP() << "no Chromium here";
  ASSERT_EQ(run(folder_, {"resize", "x.npy", "x.png", "--size", "40x50"}).status, 0);
  ASSERT_EQ(
      run(folder_, {"compare", "x.png", "page.html", "--size", "20x25", "--method", "nearest"})
          .status,
      0);
  std::string page = test::read_bytes(folder_ / "page.html");
  page += R"(<script>
onerror = e => document.body.dataset.error = e;
const wait = setInterval(() => {
  if (document.body.dataset.ready !== 'yes') return;
  clearInterval(wait);
  const b = document.getElementById('b'); b.value = 2; b.dispatchEvent(new Event('change'));
  const s = document.getElementById('slider'); s.value = 25; s.dispatchEvent(new Event('input'));
  document.querySelector('button.copy').click();
  document.body.dataset.clicked = document.getElementById('over').style.width + ' ' +
      document.getElementById('cb').textContent;
}, 20);</script>)";
  std::ofstream(folder_ / "clicked.html") << page;
  const std::string dom = printed_by(
      "$(" + std::string(kFind) +
      ") --headless --no-sandbox --disable-gpu --virtual-time-budget=9000 --dump-dom file://" +
      (folder_ / "clicked.html").native() + " 2>/dev/null");
  EXPECT_THAT(dom, HasSubstr("data-clicked=\"25% torch, nearest-exact\""));
  EXPECT_THAT(dom, Not(HasSubstr("data-error")));
}
#endif

}  // namespace
}  // namespace halfpixel
