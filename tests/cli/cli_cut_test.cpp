// Pictures whose copy was broken off: one line that says so, and no OUT.
#ifdef HALFPIXEL_HAS_IMAGE
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "cli/program.hpp"
#include "core/random_bytes.hpp"

namespace halfpixel {
namespace {

using test::Outcome;
using test::run;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class CliCut : public ::testing::Test {
 protected:
  // Every cut of the file `name`, which is whole, as IN.
  void expect_refusals(const std::string& name) {
    const std::string whole = test::read_bytes(folder_ / name);
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{20},
                                   std::size_t{100}, whole.size() / 2, whole.size() - 1}) {
      SCOPED_TRACE(name + ", " + std::to_string(size) + " bytes");
      ASSERT_LT(size, whole.size());
      const std::string cut = "cut" + std::filesystem::path(name).extension().native();
      test::write_bytes(folder_ / cut, whole.substr(0, size));
      const Outcome outcome = run(folder_, {"resize", cut, "out.png", "--size", "50%"});
      EXPECT_EQ(outcome.status, 1);
      EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
      EXPECT_THAT(outcome.err, AllOf(StartsWith("halfpixel: ["), HasSubstr(cut),
                                     AnyOf(HasSubstr(": the file ends before the picture does"),
                                           HasSubstr(" is empty"), HasSubstr(" is cut short"))));
      EXPECT_FALSE(std::filesystem::exists(folder_ / "out.png"));
    }
    EXPECT_EQ(run(folder_, {"resize", name, "out.png", "--size", "50%"}).status, 0);
    std::filesystem::remove(folder_ / "out.png");
  }
  test::TempFolder folder_;
};

TEST_F(CliCut, EveryFormatCutAnywhereSaysSo) {
  const Tensor pixels = test::random_bytes({40, 30, 3}, DType::uint8, 7);
  for (const char* name : {"a.png", "a.jpg", "a.webp", "a.tif", "a.gif", "a.avif", "a.heic"}) {
    try {
      io::write_image(folder_ / name, pixels);
    } catch (const Error&) {
      continue;  // this libvips cannot
    }
    expect_refusals(name);
  }
}

TEST_F(CliCut, SoDoAnimationsWhoseFirstFramesAreThere) {
  for (const char* name : {"a.gif", "a.webp"}) {
    io::ImageWriter writer(folder_ / name, 3);
    for (unsigned seed = 0; seed < 3; ++seed)
      writer.write(test::random_bytes({40, 30, 3}, DType::uint8, seed));
    static_cast<void>(writer.finish());
    expect_refusals(name);
  }
}

TEST_F(CliCut, WhatFailsDoesNotWarnToo) {
  io::ImageWriter writer(folder_ / "pages.tif", 2);
  for (int page = 0; page < 2; ++page) writer.write(Tensor({8, 8, 3}, DType::float32));
  static_cast<void>(writer.finish());
  const Outcome failed = run(folder_, {"upsample", "pages.tif", "out.png"});
  EXPECT_EQ(failed.status, 1);
  EXPECT_EQ(std::count(failed.err.begin(), failed.err.end(), '\n'), 1) << failed.err;
  EXPECT_THAT(failed.err, HasSubstr("halfpixel upsample pages.tif out.tif"));
  const Outcome done = run(folder_, {"upsample", "pages.tif", "out.tif"});
  EXPECT_EQ(done.status, 0);
  EXPECT_THAT(done.err, StartsWith("halfpixel: warning: pages.tif has 2 pages"));
  // The same of other dialects.
  const Outcome torch = run(folder_, {"resize", "pages.tif", "out.png", "--size", "50%",
                                      "--dialect", "torch", "--page", "0"});
  EXPECT_EQ(torch.status, 1);
  EXPECT_THAT(torch.err, HasSubstr("; halfpixel resize pages.tif out.tif … keeps them\n"));
}

}  // namespace
}  // namespace halfpixel
#endif
