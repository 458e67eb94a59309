// Highway's choice of a target belongs to the whole process: whatever this library does with
// targets, others that dispatch through Highway are sent where they were sent before.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include <halfpixel/cpu.hpp>

#include "kernels/kernels.hpp"
#include "resample/problems.hpp"

// The program's own Highway code, as a user writes it. (AVX3_DL has a wrong name in Highway 1.0.3.)
#define HWY_DISABLED_TARGETS HWY_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "resample/highway_test.cpp"
#include "hwy/foreach_target.h"

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace users::HWY_NAMESPACE {
std::int64_t target_of_this_body() {
  return HWY_TARGET;
}
}  // namespace users::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace users {
HWY_EXPORT(target_of_this_body);
std::int64_t dispatched() {
  return HWY_DYNAMIC_DISPATCH(target_of_this_body)();
}
}  // namespace users

namespace {

namespace kernels = halfpixel::kernels;

std::size_t index_of_the_process() {
  return hwy::GetChosenTarget().GetIndex();
}

// Everything here that asks for targets: the list, tables, plans, and a choice of each.
void use_every_target() {
  const std::string before = halfpixel::cpu::target();
  for (const std::string& name : halfpixel::cpu::available_targets()) {
    halfpixel::cpu::set_target(name);
    static_cast<void>(problems::Problem{.h = 4, .w = 4, .out_h = 8, .out_w = 8}.plan());
  }
  halfpixel::cpu::set_target(before);
  // Tables are made once in a process, but the process may have been asked before this test.
  for (const kernels::Target& target : kernels::supported_targets()) {
    kernels::KernelTable table{};
    kernels::fill_copy(table, target.bit);
    kernels::fill_lerp(table, target.bit);
    EXPECT_NE(table.lerp_columns, nullptr);
  }
}

// Puts the process back to "nobody has dispatched yet".
class Highway : public testing::Test {
 protected:
  void SetUp() override { restart(); }
  void TearDown() override {
    hwy::DisableTargets(0);
    restart();
  }
  static void restart() { hwy::GetChosenTarget().DeInit(); }
};

TEST_F(Highway, AProcessThatHasNotDispatchedYetStillHasNot) {
  EXPECT_EQ(index_of_the_process(), 0u);
  use_every_target();
  EXPECT_EQ(index_of_the_process(), 0u);
  EXPECT_FALSE(hwy::GetChosenTarget().IsInitialized());
}

TEST_F(Highway, OtherCodeGoesOnToItsBestTarget) {
  const std::int64_t best = users::dispatched();
  const std::size_t index = index_of_the_process();
  EXPECT_EQ(best, hwy::SupportedAndGeneratedTargets().front());
  EXPECT_NE(index, 0u);
  use_every_target();
  EXPECT_EQ(index_of_the_process(), index);
  EXPECT_EQ(users::dispatched(), best);

  restart();
  use_every_target();
  EXPECT_EQ(users::dispatched(), best) << "the first dispatch came after this library's";
}

TEST_F(Highway, TargetsThatTheProgramDisabledStayDisabled) {
  if (hwy::SupportedAndGeneratedTargets().size() == 1) GTEST_SKIP() << "there is one target";
  const std::int64_t best = users::dispatched();
  hwy::DisableTargets(best);
  restart();
  const std::int64_t second = users::dispatched();
  EXPECT_NE(second, best);
  use_every_target();
  EXPECT_EQ(users::dispatched(), second);
}

TEST_F(Highway, ATargetThatTheProgramChoseStaysChosen) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::GetChosenTarget().Update(target);
    const std::size_t index = index_of_the_process();
    EXPECT_EQ(users::dispatched(), target);
    use_every_target();
    EXPECT_EQ(index_of_the_process(), index);
    EXPECT_EQ(users::dispatched(), target);
  }
}

}  // namespace
#endif
