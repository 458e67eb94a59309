// The C ABI that Python programs load.
#include "bridge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include <halfpixel/tensor.hpp>

#include "workloads.hpp"

namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Bridge, RunsAWorkloadWithTheBitsOfItsPlan) {
  for (const int threads : {1, 2}) {
    hpb_handle* handle = hpb_open("I3", threads);
    ASSERT_NE(handle, nullptr) << hpb_error();
    std::vector<char> in(static_cast<std::size_t>(hpb_bytes_in(handle)));
    std::vector<char> out(static_cast<std::size_t>(hpb_bytes_out(handle)));
    ASSERT_EQ(hpb_fill(handle, in.data()), 0) << hpb_error();
    ASSERT_EQ(hpb_run(handle, in.data(), out.data()), 0) << hpb_error();

    const auto plan = halfpixel::bench::plan_of(halfpixel::bench::find_workload("I3"));
    const halfpixel::Tensor x = halfpixel::bench::make_input(plan);
    halfpixel::Tensor y(plan.output_shape(), plan.output_dtype());
    plan.run(x, y);
    EXPECT_EQ(std::memcmp(in.data(), x.data(), in.size()), 0);
    EXPECT_EQ(std::memcmp(out.data(), y.data(), out.size()), 0);

    double min = 0;
    double median = 0;
    EXPECT_EQ(hpb_time(handle, in.data(), out.data(), 3, &min, &median, nullptr), 0);
    EXPECT_GT(min, 0);
    EXPECT_GE(median, min);
    hpb_close(handle);
  }
}

TEST(Bridge, DescribesInJson) {
  hpb_handle* handle = hpb_open("GB", 1);
  ASSERT_NE(handle, nullptr) << hpb_error();
  const std::string text = hpb_describe(handle);
  EXPECT_THAT(text, StartsWith("{\"name\": \"GB\", "));
  EXPECT_THAT(text, HasSubstr("\"operation\": \"gradient\", \"method\": \"bilinear\""));
  EXPECT_THAT(text, HasSubstr("\"images_shape\": [8, 64, 64, 256], \"size\": [128, 128]"));
  EXPECT_THAT(text, HasSubstr("\"input_shape\": [8, 128, 128, 256], \"input_dtype\": \"float32\""));
  EXPECT_THAT(hpb_list(), HasSubstr(text));
  hpb_close(handle);
}

TEST(Bridge, FailuresAreTold) {
  EXPECT_EQ(hpb_open("Z", 1), nullptr);
  EXPECT_THAT(hpb_error(), HasSubstr("got 'Z'"));
  EXPECT_EQ(hpb_open("A", 0), nullptr);
  EXPECT_THAT(hpb_error(), HasSubstr("threads"));
  EXPECT_EQ(hpb_open(nullptr, 1), nullptr);
  EXPECT_EQ(hpb_bytes_in(nullptr), -1);
  EXPECT_EQ(hpb_describe(nullptr), nullptr);

  hpb_handle* handle = hpb_open("I1", 1);
  ASSERT_NE(handle, nullptr);
  EXPECT_STREQ(hpb_error(), "");
  float pixels[4] = {};
  EXPECT_NE(hpb_run(handle, nullptr, pixels), 0);
  EXPECT_THAT(hpb_error(), HasSubstr("["));
  EXPECT_NE(hpb_run(handle, pixels, pixels), 0) << "in and out overlap";
  EXPECT_NE(hpb_fill(handle, nullptr), 0);
  hpb_close(handle);
  hpb_close(nullptr);
}

}  // namespace
