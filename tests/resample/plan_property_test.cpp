// Plans against the slow twin on random problems: random strides in both directions, order of axes
// in memory, values that are not numbers.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "resample/checker.hpp"
#include "resample/random_problems.hpp"

namespace {

void equals_twin(std::int64_t most_side, std::int64_t most_channels, int layouts) {
  const problems::Problem p = problems::draw_problem(most_side, most_channels);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const bool special = *rc::gen::inRange(0, 3) == 0;
  if (const auto wrong = checker::failure_of(p, seed, special, layouts)) RC_FAIL(*wrong);
}

RC_GTEST_PROP(PlanProperty, SmallImagesInAnyLayoutEqualTheTwin, ()) {
  equals_twin(12, 6, 6);
}
RC_GTEST_PROP(PlanProperty, ManyChannelsInAnyLayoutEqualTheTwin, ()) {
  equals_twin(6, 150, 3);
}
RC_GTEST_PROP(PlanProperty, LongerSidesInAnyLayoutEqualTheTwin, ()) {
  equals_twin(40, 3, 1);
}

}  // namespace
