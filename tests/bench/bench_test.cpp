// What measuring rests on: the table of workloads, distances between results, the texts. No times.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>

#include <halfpixel/error.hpp>

#include "compare.hpp"
#include "limits.hpp"
#include "measure.hpp"
#include "report.hpp"
#include "sample.hpp"
#include "workloads.hpp"

namespace halfpixel::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Workloads, EveryRowHasAPlanOfItsSizes) {
  std::set<std::string> names;
  for (const Workload& workload : workloads()) {
    EXPECT_TRUE(names.insert(workload.name).second) << workload.name;
    EXPECT_EQ(&find_workload(workload.name), &workload);
    const resample::Plan plan = plan_of(workload);
    const bool gradient = workload.operation == Operation::gradient;
    const Shape& images = gradient ? plan.output_shape() : plan.input_shape();
    const Shape& resized = gradient ? plan.input_shape() : plan.output_shape();
    EXPECT_EQ(images, workload.images) << workload.name;
    const int row = workload.data_format == DataFormat::channels_first ? 2 : 1;
    EXPECT_EQ(resized[row], workload.to[0]) << workload.name;
    EXPECT_EQ(resized[row + 1], workload.to[1]) << workload.name;
    EXPECT_EQ(plan.input_dtype(), workload.dtype) << workload.name;
    EXPECT_GT(bytes_in(plan), 0) << workload.name;
    EXPECT_GT(bytes_out(plan), 0) << workload.name;
  }
}

TEST(Workloads, BytesAreThoseOfTheShapes) {
  const resample::Plan photo = plan_of(find_workload("E1"));
  EXPECT_EQ(bytes_in(photo), 3279 * 4928 * 3);
  EXPECT_EQ(bytes_out(photo), 567 * 852 * 3 * 4);
  EXPECT_EQ(bytes_out(plan_of(find_workload("E1r"))), 567 * 852 * 3);
  EXPECT_EQ(bytes_out(plan_of(find_workload("J"))), std::int64_t{1} << 32);
}

TEST(Workloads, InputsAreTheSameEachTime) {
  for (const char* name : {"I2", "H8", "Lfr"}) {
    const resample::Plan plan = plan_of(find_workload(name));
    EXPECT_TRUE(compare(make_input(plan), make_input(plan)).equal) << name;
  }
}

TEST(Workloads, AnUnknownNameListsTheNames) {
  try {
    find_workload("Z");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("A, B, B1"), HasSubstr("got 'Z'")));
  }
}

TEST(Compare, CountsUnitsInTheLastPlaceAcrossZero) {
  const float tiny = std::numeric_limits<float>::denorm_min();
  const Tensor a({3}, {1.0F, tiny, 0.0F});
  const Tensor b({3}, {std::nextafter(1.0F, 2.0F), -tiny, -0.0F});
  const Difference difference = compare(a, b);
  EXPECT_FALSE(difference.equal);
  EXPECT_EQ(difference.max_ulp, 2);
  EXPECT_EQ(difference.max_abs, std::ldexp(1.0, -23));
  EXPECT_TRUE(compare(a, a.clone()).equal);
}

TEST(Compare, ANaNIsNotLostAmongNumbers) {
  const Tensor a({3}, {1.0F, std::numeric_limits<float>::quiet_NaN(), 1.0F});
  const Tensor b({3}, {2.0F, 1.0F, 9.0F});
  EXPECT_FALSE(std::isfinite(compare(a, b).max_abs));
}

TEST(Compare, KnowsTheDtypesOfTheWorkloads) {
  EXPECT_EQ(compare(full({2}, 250, DType::uint8), full({2}, 5, DType::uint8)).max_abs, 245);
  EXPECT_EQ(compare(full({2}, -3, DType::int64), full({2}, 4, DType::int64)).max_abs, 7);
  const Difference half = compare(full({2}, 1, DType::float16), full({2}, -1, DType::float16));
  EXPECT_EQ(half.max_abs, 2);
  EXPECT_EQ(half.max_ulp, 2 * 0x3C00);
  EXPECT_EQ(compare(full({1}, 1, DType::bfloat16), full({1}, 1.0078125, DType::bfloat16)).max_ulp,
            1);
  EXPECT_THROW(compare(full({2}, 1), full({3}, 1)), Error);
}

TEST(Sample, MedianAndSpreadAreThoseOfTheValues) {
  const Times times = times_of({5, 1, 2, 9, 4});
  EXPECT_EQ(times.min, 1);
  EXPECT_EQ(times.median, 4);
  EXPECT_EQ(times.spread, 2);
  EXPECT_EQ(times_of({1, 2}).median, 1.5);
}

TEST(Report, TimesHaveThreeDigitsAndAUnit) {
  EXPECT_EQ(time_text(1.2e-8), "12.0 ns");
  EXPECT_EQ(time_text(1.29e-7), "129 ns");
  EXPECT_EQ(time_text(9.999e-7), "1.00 µs");
  EXPECT_EQ(time_text(4.314e-3), "4.31 ms");
  EXPECT_EQ(time_text(0.0999), "99.9 ms");
  EXPECT_EQ(time_text(12.3), "12.3 s ");
}

TEST(Report, ALimitIsTheSumOfWritingAndReading) {
  Limits limits;
  limits.nt_store_gbs = 20;
  limits.read_gbs = 10;
  EXPECT_DOUBLE_EQ(limit_seconds(limits, 1'000'000'000, 4'000'000'000), 0.3);
}

// A peer that is off by one in one place.
class OffByOne : public Engine {
 public:
  explicit OffByOne(const Task& task) : task_(task) {}
  void run() override { ++calls_; }
  void read_result(const TensorView& out) const override {
    EXPECT_EQ(calls_, 1) << "timed before it was compared";
    task_.plan.run(task_.input, out, serial_executor());
    *static_cast<float*>(out.data()) += 1;
  }
  std::string note() const override { return "on purpose"; }

 private:
  Task task_;
  int calls_ = 0;
};

TEST(Measure, ComparesBeforeItTimesAndTellsTheDifference) {
  const Peer peers[] = {{"absent", [] { return std::string(); },
                         [](const Task&) { return std::unique_ptr<Engine>(); }},
                        {"off by one", [] { return std::string("1.0"); },
                         [](const Task& task) -> std::unique_ptr<Engine> {
                           return std::make_unique<OffByOne>(task);
                         }}};
  const Result result =
      measure(find_workload("I1"), 2, peers, {.repetitions = 3, .min_seconds = 1e-4});
  EXPECT_GT(result.ours.median, 0);
  EXPECT_GE(result.ours.median, result.ours.min);
  ASSERT_EQ(result.peers.size(), 1u);
  EXPECT_FALSE(result.peers[0].difference.equal);
  EXPECT_NEAR(result.peers[0].difference.max_abs, 1, 1e-6);
  EXPECT_GT(result.peers[0].times.median, 0);
  EXPECT_THAT(table_lines(result, true), AllOf(HasSubstr("off by one"), HasSubstr("on purpose")));
  const int threads[] = {2};
  const std::string json = results_json({&result, 1}, {}, threads);
  for (const char* word :
       {"\"peer\": \"off by one\"", "\"peer_version\": \"1.0\"", "\"equal\": false",
        "\"max_abs_difference\": ", "\"note\": \"on purpose\""}) {
    EXPECT_THAT(json, HasSubstr(word));
  }
}

}  // namespace
}  // namespace halfpixel::bench
