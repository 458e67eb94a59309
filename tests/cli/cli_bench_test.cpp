// halfpixel bench: what it says and refuses. How long anything takes is not tested.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "cli/program.hpp"

#ifdef HALFPIXEL_HAS_BENCH
namespace halfpixel {
namespace {

using test::Outcome;
using test::run;
using test::TempFolder;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class CliBench : public ::testing::Test {
 protected:
  TempFolder folder_;
};

TEST_F(CliBench, MeasuresWhatIsNamedAndWritesJson) {
  const Outcome outcome = run(folder_, {"bench", "I1", "I2", "--threads", "1,2", "--repetitions",
                                        "1", "--json", "results.json"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("\nI1 "));
  EXPECT_THAT(outcome.out, HasSubstr("\nI2 "));
  const std::string json = test::read_bytes(folder_ / "results.json");
  EXPECT_THAT(json, StartsWith("{\"machine\": {\"cpu\": "));
  for (const char* word :
       {"\"cores\"", "\"target\"", "\"limits\": {\"1\": {\"nt_store_gbs\"",
        "\"2\": {\"nt_store_gbs\"", "\"commit\"", "\"compiler\"", "\"workload\": \"I1\"",
        "\"threads\": 2", "\"bytes_in\": 4, ", "\"bytes_out\": 16, ", "\"limit_ms\"", "\"ours_ms\"",
        "\"peer\": null", "\"growth\": []"}) {
    EXPECT_THAT(json, HasSubstr(word));
  }
}

TEST_F(CliBench, ListsTheWorkloads) {
  const Outcome outcome = run(folder_, {"bench", "--list"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("A "));
  EXPECT_THAT(outcome.out, HasSubstr("(8, 64, 64, 256) float32"));
  EXPECT_THAT(outcome.out, HasSubstr("only when named"));
}

TEST_F(CliBench, RefusesWhatItDoesNotKnow) {
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"bench", "Z"}, "WORKLOAD must be one of A, B, "},
      {{"bench", "I1", "b"}, "got 'b'"},
      {{"bench", "I1", "--threads", "0"}, "--threads"},
      {{"bench", "I1", "--threads", "1,"}, "--threads"},
      {{"bench", "I1", "--threads", "one"}, "'one'"},
      {{"bench", "I1", "--repetitions", "0"}, "--repetitions"},
      {{"bench", "I1", "--size", "2"}, "--size"},
  };
  for (const auto& [words, said] : cases) {
    const Outcome outcome = run(folder_, words);
    EXPECT_EQ(outcome.status, 2) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(said));
    EXPECT_THAT(outcome.err, HasSubstr("; try: halfpixel bench --help\n"));
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(CliBench, AFileThatCannotBeWrittenIsFoundBeforeTheWork) {
  const Outcome outcome =
      run(folder_, {"bench", "I1", "--repetitions", "1", "--json", "none/results.json"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("No such file"));
  EXPECT_EQ(outcome.out, "");
}

TEST_F(CliBench, HelpExplainsTheTable) {
  const Outcome outcome = run(folder_, {"bench", "--help"});
  EXPECT_EQ(outcome.status, 0);
  for (const char* word : {"Examples:", "--threads", "--json", "--growth", "--list", "median"}) {
    EXPECT_THAT(outcome.out, HasSubstr(word));
  }
}

}  // namespace
}  // namespace halfpixel
#endif
