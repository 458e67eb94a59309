// Softmax and normalisation against plain loops in double precision, for every way that the kernels
// take.
#include <numeric>

#include "graph/ops/normalize.hpp"
#include "graph/ops/softmax.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::compute;
using testing::noise;

// For each element, the elements that share its statistics: equal key.
using Key = std::function<std::int64_t(const std::vector<std::int64_t>& place)>;

std::vector<std::vector<std::int64_t>> groups_of(const Shape& shape, const Key& key) {
  std::vector<std::vector<std::int64_t>> groups;
  const std::int64_t all = shape.num_elements();
  for (std::int64_t i = 0; i < all; ++i) {
    std::vector<std::int64_t> place(shape.size());
    std::int64_t rest = i;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      place[static_cast<std::size_t>(axis)] = rest % shape[axis];
      rest /= shape[axis];
    }
    const auto k = static_cast<std::size_t>(key(place));
    if (groups.size() <= k) groups.resize(k + 1);
    groups[k].push_back(i);
  }
  return groups;
}

// Largest difference from (x - mean) / sqrt(variance + epsilon) * scale + offset.
double error_of_moments(const Tensor& x, const Tensor& y, const Key& key,
                        const std::function<std::int64_t(std::int64_t)>& param, const Tensor& scale,
                        const Tensor& offset, double epsilon) {
  double worst = 0;
  for (const auto& group : groups_of(x.shape(), key)) {
    double mean = 0, variance = 0;
    for (const auto i : group)
      mean += static_cast<double>(x.data<float>()[i]) / static_cast<double>(group.size());
    for (const auto i : group)
      variance += std::pow(static_cast<double>(x.data<float>()[i]) - mean, 2) /
                  static_cast<double>(group.size());
    for (const auto i : group) {
      const double wanted = (static_cast<double>(x.data<float>()[i]) - mean) /
                                std::sqrt(variance + epsilon) *
                                static_cast<double>(scale.data<float>()[param(i)]) +
                            static_cast<double>(offset.data<float>()[param(i)]);
      worst = std::max(worst, std::fabs(wanted - static_cast<double>(y.data<float>()[i])));
    }
  }
  return worst;
}

TEST(Normalize, LayerNormalizationOverTheLastAxis) {
  const Tensor x = noise({3, 5, 70}, 1), scale = noise({70}, 2), offset = noise({70}, 3);
  const Tensor y = compute(
      make_normalize({.axes = {-1}, .param_axes = {-1}, .has_scale = true, .has_offset = true}),
      {x, scale, offset});
  EXPECT_LT(error_of_moments(
                x, y, [](const auto& p) { return p[0] * 5 + p[1]; }, [](auto i) { return i % 70; },
                scale, offset, 1e-3),
            2e-6);
}

TEST(Normalize, LayerNormalizationOverAxesThatAreNoNeighbours) {
  const Tensor x = noise({4, 3, 5, 2}, 1), scale = noise({3, 2}, 2), offset = noise({3, 2}, 3);
  const Tensor y = compute(
      make_normalize({.axes = {1, 3}, .param_axes = {1, 3}, .has_scale = true, .has_offset = true}),
      {x, scale, offset});
  EXPECT_LT(error_of_moments(
                x, y, [](const auto& p) { return p[0] * 5 + p[2]; },
                [](auto i) { return i / 10 % 3 * 2 + i % 2; }, scale, offset, 1e-3),
            2e-6);
}

TEST(Normalize, GroupsOfChannelsInBothFormats) {
  const Tensor scale = noise({12}, 2), offset = noise({12}, 3);
  for (const std::int64_t groups : {1, 3, 12}) {
    const std::int64_t width = 12 / groups;
    const Tensor last = noise({2, 40, 7, 12}, 4), first = noise({2, 12, 40, 7}, 5);
    const Tensor a = compute(make_normalize({.axes = {1, 2, 3},
                                             .groups = groups,
                                             .group_axis = 3,
                                             .param_axes = {3},
                                             .has_scale = true,
                                             .has_offset = true}),
                             {last, scale, offset});
    EXPECT_LT(error_of_moments(
                  last, a, [=](const auto& p) { return p[0] * groups + p[3] / width; },
                  [](auto i) { return i % 12; }, scale, offset, 1e-3),
              3e-6)
        << groups;
    const Tensor b = compute(make_normalize({.axes = {1, 2, 3},
                                             .groups = groups,
                                             .group_axis = 1,
                                             .param_axes = {1},
                                             .has_scale = true,
                                             .has_offset = true}),
                             {first, scale, offset});
    EXPECT_LT(error_of_moments(
                  first, b, [=](const auto& p) { return p[0] * groups + p[1] / width; },
                  [](auto i) { return i / 280 % 12; }, scale, offset, 1e-3),
              3e-6)
        << groups;
  }
}

TEST(Normalize, AMeanFarFromZeroCostsNoDigits) {
  Tensor x = noise({1, 300, 300, 2}, 6);
  for (float& v : x.span<float>()) v += 1000.0F;
  const Tensor one = full({2}, 1.0), none = zeros({2});
  const Tensor y = compute(make_normalize({.axes = {1, 2, 3},
                                           .groups = 2,
                                           .group_axis = 3,
                                           .param_axes = {3},
                                           .has_scale = true,
                                           .has_offset = true}),
                           {x, one, none});
  EXPECT_LT(
      error_of_moments(
          x, y, [](const auto& p) { return p[3]; }, [](auto i) { return i % 2; }, one, none, 1e-3),
      4e-4);
}

TEST(Normalize, UnitAndRms) {
  const Tensor x(Shape{2, 2}, {3.0F, 4.0F, 0.0F, 0.0F});
  const Tensor unit = compute(
      make_normalize({.kind = NormalizeKind::unit, .epsilon = 1e-12, .param_axes = {}}), {x});
  EXPECT_NEAR(unit.data<float>()[0], 0.6, 1e-7);
  EXPECT_NEAR(unit.data<float>()[1], 0.8, 1e-7);
  EXPECT_EQ(unit.data<float>()[2], 0.0F);
  const Tensor rms =
      compute(make_normalize({.kind = NormalizeKind::rms, .epsilon = 0.5, .param_axes = {}}), {x});
  EXPECT_NEAR(rms.data<float>()[1], 4 / std::sqrt(13.0), 1e-6);
}

TEST(Softmax, SumsToOneOverAnyAxes) {
  const Tensor x = noise({3, 4, 5}, 7);
  const std::vector<std::pair<std::vector<int>, Key>> cases = {
      {{-1}, [](const auto& p) { return p[0] * 4 + p[1]; }},
      {{1}, [](const auto& p) { return p[0] * 5 + p[2]; }},
      {{0}, [](const auto& p) { return p[1] * 5 + p[2]; }},
      {{1, 2}, [](const auto& p) { return p[0]; }},
      {{0, 2}, [](const auto& p) { return p[1]; }},
  };
  for (const auto& [axes, key] : cases) {
    const Tensor y = compute(make_softmax(axes), {x}),
                 z = compute(make_softmax(axes, SoftmaxKind::log_softmax), {x});
    for (const auto& group : groups_of(x.shape(), key)) {
      double sum = 0;
      for (const auto i : group) sum += std::exp(static_cast<double>(x.data<float>()[i]));
      for (const auto i : group) {
        const double wanted = std::exp(static_cast<double>(x.data<float>()[i])) / sum;
        EXPECT_NEAR(y.data<float>()[i], wanted, 1e-7);
        EXPECT_NEAR(z.data<float>()[i], std::log(wanted), 2e-6);
      }
    }
  }
}

TEST(Softmax, LargeValuesDoNotOverflow) {
  const Tensor y = compute(make_softmax({-1}), {Tensor(Shape{3}, {1000.0F, 1000.0F, -1000.0F})});
  EXPECT_EQ(testing::values<float>(y), (std::vector<float>{0.5F, 0.5F, 0.0F}));
}

TEST(Normalize, GroupsThatDoNotDivideAreRefused) {
  EXPECT_EQ(testing::error_of([] {
              compute(
                  make_normalize({.axes = {1}, .groups = 3, .group_axis = 1, .param_axes = {1}}),
                  {zeros({2, 4})});
            }),
            "[normalize] groups must divide 4 channels; got 3");
}

}  // namespace
}  // namespace halfpixel::graph
