// Plan::describe(): what it says is what happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include <halfpixel/cpu.hpp>
#include <halfpixel/executor.hpp>

#include "core/cache.hpp"
#include "resample/problems.hpp"
#include "resample/repeat_plans.hpp"

namespace {

using halfpixel::DataFormat;
using halfpixel::DType;
using halfpixel::Shape;
using problems::Method;
using problems::Problem;
using testing::AllOf;
using testing::AnyOf;
using testing::Eq;
using testing::HasSubstr;
using testing::Not;

class Explain : public testing::Test {
 protected:
  Explain() {
    halfpixel::set_num_threads(2);
    halfpixel::set_streaming_bytes(1 << 20);
  }
  ~Explain() override {
    halfpixel::set_streaming_bytes(0);
    halfpixel::set_num_threads(before_);
  }
  int before_ = halfpixel::num_threads();
};

std::string line(const std::string& text, const std::string& label) {
  const auto at = text.find("\n  " + label + ' ');
  if (at == std::string::npos) return "";
  const auto begin = text.find_first_not_of(' ', at + 3 + label.size());
  return text.substr(begin, text.find('\n', begin) - begin);
}

TEST_F(Explain, BilinearTimesTwo) {
  const Problem p{.n = 8, .h = 64, .w = 256, .c = 3, .out_h = 128, .out_w = 512};
  const std::string text = p.plan().describe();
  EXPECT_EQ(text.substr(0, text.find('\n')), "test: bilinear");
  EXPECT_EQ(text.back(), '\n');
  EXPECT_EQ(line(text, "input"), "(8, 64, 256, 3) float32, 1.5 MiB");
  EXPECT_EQ(line(text, "output"), "(8, 128, 512, 3) float32, 6.0 MiB");
  EXPECT_EQ(line(text, "form"),
            "one pass per axis in float32, columns first, as TensorFlow rounds");
  EXPECT_EQ(line(text, "rows"), "64 -> 128, lerp, 2 constant phases in [2, 126)");
  EXPECT_EQ(line(text, "columns"), "256 -> 512, lerp, 2 constant phases in [2, 510)");
  EXPECT_THAT(line(text, "kernels"),
              AllOf(AnyOf(HasSubstr("lerp_windows"), HasSubstr("lerp_columns by phase")),
                    HasSubstr("lerp_rows")));
  EXPECT_EQ(line(text, "target"), halfpixel::cpu::target());
  EXPECT_EQ(line(text, "strips"), "512 of 512 columns, 3 of 3 channels: 1536 floats a row");
  EXPECT_EQ(line(text, "tasks"), "8 of 128 rows, 2 at once, for 2 threads");
  EXPECT_THAT(line(text, "scratch"), HasSubstr("KiB on each thread's stack"));
  EXPECT_EQ(line(text, "stores"), "past the caches: the output has at least 1.0 MiB");
  EXPECT_EQ(line(text, "memory"), "1.5 MiB read, 6.0 MiB written");
}

TEST_F(Explain, FewChannelsGoFourRowsAtOnce) {
  Problem p{.method = Method::lanczos3,
            .dtype = DType::uint8,
            .h = 40,
            .w = 50,
            .c = 3,
            .out_h = 77,
            .out_w = 45};
  const std::string text = p.plan().describe();
  EXPECT_THAT(line(text, "kernels"),
              AllOf(HasSubstr("taps_rows_group of uint8, interleave, taps_columns"),
                    HasSubstr("deinterleave")));
  EXPECT_THAT(line(text, "form"), HasSubstr("rows first"));
  EXPECT_EQ(line(text, "strips"), "45 of 45 columns, 3 of 3 channels: 135 floats a row");
  EXPECT_EQ(line(text, "tasks"), "1 of 77 rows, 4 at once, for 2 threads");
  EXPECT_THAT(line(text, "rows"), HasSubstr("3 to 7 taps"));
  EXPECT_THAT(line(text, "stores"), HasSubstr("through the caches: the output has less than"));
  p.c = 40;
  EXPECT_THAT(line(p.plan().describe(), "kernels"), Not(HasSubstr("interleave")));
}

TEST_F(Explain, RepetitionsAndTheirGradients) {
  const auto text = [](DataFormat format, bool gradient) {
    return problems::repeat_plan({2, 6, 6, 8}, DType::float32, {2, 3}, format, gradient).describe();
  };
  const std::string last = text(DataFormat::channels_last, false);
  EXPECT_EQ(line(last, "rows"), "6 -> 12, each 2 times");
  EXPECT_EQ(line(last, "columns"), "6 -> 18, each 3 times");
  EXPECT_THAT(line(last, "kernels"), AnyOf(Eq("copy by windows"), Eq("copy repeating pixels")));
  EXPECT_THAT(line(last, "tasks"), HasSubstr("2 at once"));
  EXPECT_EQ(line(last, "scratch"), "none");
  EXPECT_EQ(line(text(DataFormat::channels_first, false), "columns"), "8 -> 24, each 3 times");
  const std::string gradient = text(DataFormat::channels_last, true);
  EXPECT_EQ(line(gradient, "kernels"), "block_sum of float32");
  EXPECT_EQ(line(gradient, "columns"), "sums of 3");
  const std::string volume = problems::repeat_plan({1, 2, 3, 4, 5}, DType::int16, {2, 1, 3},
                                                   DataFormat::channels_last, false)
                                 .describe();
  EXPECT_EQ(line(volume, "planes"), "2 -> 4, each 2 times");
  EXPECT_EQ(line(volume, "rows"), "3 -> 3, copies as they stand");
  const std::string steps =
      problems::repeat_plan({3, 5, 2}, DType::float32, 4, DataFormat::channels_last, false)
          .describe();
  EXPECT_EQ(line(steps, "columns"), "5 -> 20, each 4 times");
  EXPECT_EQ(line(steps, "rows"), "");
}

TEST_F(Explain, WhatIsSkippedIsNotRead) {
  Problem p{.method = Method::nearest_neighbor,
            .h = 1000,
            .w = 1000,
            .c = 16,
            .out_h = 100,
            .out_w = 100};
  EXPECT_EQ(line(p.plan().describe(), "memory"), "625.0 KiB read, 625.0 KiB written");
  p.c = 1;  // pixels of one cache line come together
  EXPECT_EQ(line(p.plan().describe(), "memory"), "390.6 KiB read, 39.0 KiB written");
  p.method = Method::area;
  EXPECT_EQ(line(p.plan().describe(), "memory"), "3.8 MiB read, 39.0 KiB written");
  p.gradient = true, p.method = Method::bilinear;
  EXPECT_EQ(line(p.plan().describe(), "memory"), "39.0 KiB read, 3.8 MiB written");
  EXPECT_THAT(line(p.plan().describe(), "stores"), HasSubstr("at least 1.0 MiB"));
}

TEST_F(Explain, PiecesOfWhatDoesNotFit) {
  Problem p{.method = Method::area, .h = 3, .w = 100000, .c = 2, .out_h = 2, .out_w = 1};
  EXPECT_THAT(line(p.plan().describe(), "strips"), HasSubstr("in pieces"));
  p.w = 3, p.out_w = 2, p.c = 10000;  // channels in parts
  EXPECT_EQ(line(p.plan().describe(), "strips"),
            "2 of 2 columns, 2000 of 10000 channels: 4000 floats a row");
}

TEST_F(Explain, EmptyResultsAndThreads) {
  Problem p{.n = 0, .h = 4, .w = 4, .c = 2, .out_h = 8, .out_w = 8};
  EXPECT_EQ(line(p.plan().describe(), "kernels"), "none");
  p.n = 64, p.h = p.w = 32, p.out_h = p.out_w = 64;
  halfpixel::set_num_threads(1);
  EXPECT_EQ(line(p.plan().describe(), "tasks"), "1 of 4096 rows, 2 at once, for 1 thread");
  halfpixel::set_num_threads(2);
  EXPECT_EQ(line(p.plan().describe(), "tasks"), "8 of 512 rows, 2 at once, for 2 threads");
}

// The notes are taken inside of the engines: no method, layout, dtype or size may trip over that,
// and describing changes nothing.
TEST_F(Explain, EveryPlanCanBeDescribed) {
  int described = 0;
  for (const Method method : problems::kMethods) {
    for (const DType dtype : problems::kDTypes) {
      for (const Shape& size :
           {Shape{1, 1, 9, 7}, {7, 5, 3, 2}, {20, 31, 10, 310}, {2, 3000, 1, 1}}) {
        for (const int flags : {0, 1, 2, 3, 4, 5, 6, 7}) {
          Problem p{.gradient = (flags & 1) != 0,
                    .method = method,
                    .antialias = (flags & 2) != 0,
                    .channels_first = (flags & 4) != 0,
                    .dtype = dtype,
                    .n = 2,
                    .h = size[0],
                    .w = size[1],
                    .c = 3,
                    .out_h = size[2],
                    .out_w = size[3]};
          if (!p.valid()) continue;
          const auto plan = p.plan();
          const std::string text = plan.describe();
          ASSERT_EQ(text, plan.describe());
          ASSERT_THAT(line(text, "kernels"), Not(testing::AnyOf("", "memcpy", "none"))) << text;
          ++described;
        }
      }
    }
  }
  EXPECT_GT(described, 1000);
}

}  // namespace
