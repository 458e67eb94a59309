// Tables against mathematics: weights sum to one, mirror, and are what the filters' formulas say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "frontends/tf_image_axis.hpp"
#include "resample/axis_table.hpp"
#include "resample/filters.hpp"

namespace {

using namespace halfpixel::resample;  // NOLINT: this file is about these names
using namespace halfpixel::tf_image;  // NOLINT

const Filter* const kFilters[] = {&filters::triangle, &filters::keys_cubic,
                                  &filters::lanczos3, &filters::lanczos5,
                                  &filters::gaussian, &filters::mitchell_cubic};

// The table as a dst_len x src_len matrix.
std::vector<std::vector<double>> matrix(const AxisTable& t) {
  std::vector<std::vector<double>> m(static_cast<std::size_t>(t.dst_len),
                                     std::vector<double>(static_cast<std::size_t>(t.src_len)));
  const auto cell = [&](std::int64_t o, std::int64_t i) -> double& {
    return m[static_cast<std::size_t>(o)]
            [static_cast<std::size_t>(std::clamp<std::int64_t>(i, 0, t.src_len - 1))];
  };
  for (std::int64_t o = 0; o < t.dst_len; ++o) {
    const auto at = static_cast<std::size_t>(o);
    if (t.kind == AxisTable::Kind::copy) {
      cell(o, t.first[at]) = 1;
    } else if (t.kind == AxisTable::Kind::lerp) {
      cell(o, t.first[at]) += 1.0 - t.weights[at];
      cell(o, t.second[at]) += t.weights[at];
    } else {
      for (std::int32_t k = 0; k < t.count[at]; ++k)
        cell(o, t.first[at] + k) += t.row(o)[static_cast<std::size_t>(k)];
    }
  }
  return m;
}

std::vector<AxisTable> all_tables(std::int64_t in, std::int64_t out) {
  std::vector<AxisTable> tables = {nearest_axis(in, out, Coordinates::half_pixel),
                                   bilinear_axis(in, out, Coordinates::half_pixel),
                                   bicubic_axis(in, out, Coordinates::half_pixel)};
  for (const Filter* filter : kFilters) {
    tables.push_back(span_axis(in, out, *filter, false));
    tables.push_back(span_axis(in, out, *filter, true));
  }
  return tables;
}

TEST(Tables, WeightsSumToOneAndMirror) {
  for (const std::int64_t in : {1, 2, 3, 7, 16, 33}) {
    for (const std::int64_t out : {1, 2, 5, 7, 32, 40}) {
      const auto tables = all_tables(in, out);
      for (std::size_t t = 0; t < tables.size(); ++t) {
        const auto m = matrix(tables[t]);
        for (std::size_t o = 0; o < m.size(); ++o) {
          double sum = 0;
          for (const double w : m[o]) sum += w;
          EXPECT_NEAR(sum, 1.0, 1e-5) << in << " -> " << out << " table " << t;
          if (t == 0) continue;  // nearest rounds ties to one side
          for (std::size_t i = 0; i < m[o].size(); ++i) {
            // Bicubic's phases are 1024 steps apart.
            EXPECT_NEAR(m[o][i], m[m.size() - 1 - o][m[o].size() - 1 - i], t == 2 ? 2e-3 : 2e-5);
          }
        }
      }
    }
  }
}

TEST(Tables, FiltersAreTheirFormulas) {
  constexpr double kPi = std::numbers::pi;
  const auto sinc = [&](double x) { return x == 0 ? 1 : std::sin(kPi * x) / (kPi * x); };
  const auto cubic = [](double x, double b, double c) {  // Mitchell and Netravali
    if (x < 1)
      return ((12 - 9 * b - 6 * c) * x * x * x + (-18 + 12 * b + 6 * c) * x * x + (6 - 2 * b)) / 6;
    if (x >= 2) return 0.0;
    return ((-b - 6 * c) * x * x * x + (6 * b + 30 * c) * x * x + (-12 * b - 48 * c) * x +
            (8 * b + 24 * c)) /
           6;
  };
  for (double x = -6.003; x <= 6; x += 0.01) {  // beside the steps at whole radii
    const double r = std::fabs(x);
    const auto f = [&](const Filter& filter) { return filter.value(static_cast<float>(r)); };
    EXPECT_NEAR(f(filters::triangle), std::max(0.0, 1 - r), 1e-6);
    EXPECT_NEAR(f(filters::keys_cubic), cubic(r, 0, 0.5), 2e-6);
    EXPECT_NEAR(f(filters::mitchell_cubic), cubic(r, 1.0 / 3, 1.0 / 3), 2e-6);
    EXPECT_NEAR(f(filters::lanczos3), r > 3 ? 0 : sinc(r) * sinc(r / 3), 2e-6);
    EXPECT_NEAR(f(filters::lanczos5), r > 5 ? 0 : sinc(r) * sinc(r / 5), 2e-6);
    EXPECT_NEAR(f(filters::gaussian), r >= 1.5 ? 0 : std::exp(-2 * r * r), 1e-6);
  }
}

TEST(Tables, WholeFactorsHaveTheirClosedForm) {
  for (const std::int64_t factor : {2, 3, 4, 5, 8}) {
    const AxisTable up = nearest_axis(6, 6 * factor, Coordinates::half_pixel);
    for (std::int64_t o = 0; o < up.dst_len; ++o)
      EXPECT_EQ(up.first[static_cast<std::size_t>(o)], o / factor);
    AxisTable repeated = up;
    find_repetition(repeated);
    EXPECT_EQ(repeated.repeat, factor);
    const auto m = matrix(area_axis(6 * factor, 6, Coordinates::legacy));
    for (std::size_t o = 0; o < 6; ++o) {
      for (std::size_t i = 0; i < m[o].size(); ++i) {
        EXPECT_NEAR(m[o][i], i / static_cast<std::size_t>(factor) == o ? 1.0 : 0.0, 1e-5);
      }
    }
  }
  const AxisTable lerp = bilinear_axis(4, 8, Coordinates::half_pixel);
  EXPECT_EQ(lerp.first, (std::vector<std::int32_t>{0, 0, 0, 1, 1, 2, 2, 3}));
  EXPECT_EQ(lerp.second, (std::vector<std::int32_t>{0, 1, 1, 2, 2, 3, 3, 3}));
  for (std::size_t o = 0; o < 8; ++o) EXPECT_EQ(lerp.weights[o], o % 2 == 0 ? 0.75f : 0.25f);
  const AxisTable corners = bilinear_axis(3, 5, Coordinates::align_corners);
  EXPECT_EQ(corners.weights, (std::vector<float>{0, 0.5f, 0, 0.5f, 0}));
}

TEST(Tables, OnlyRepetitionsCountAsSuch) {
  AxisTable none = nearest_axis(6, 9, Coordinates::half_pixel);
  find_repetition(none);
  EXPECT_EQ(none.repeat, 0);
  AxisTable legacy = nearest_axis(4, 4, Coordinates::legacy);
  find_repetition(legacy);
  EXPECT_EQ(legacy.repeat, 1);
  AxisTable swapped = repeat_axis(2, 2);
  std::swap(swapped.first[1], swapped.first[2]);
  find_repetition(swapped);
  EXPECT_EQ(swapped.repeat, 0);
}

TEST(Tables, TransposingTurnsTheMatrix) {
  for (const std::int64_t in : {1, 3, 8}) {
    for (const std::int64_t out : {1, 2, 7, 20}) {
      for (const AxisTable& table : all_tables(in, out)) {
        const auto m = matrix(table);
        const auto turned = matrix(transpose(table));
        ASSERT_EQ(turned.size(), static_cast<std::size_t>(in));
        const GatherTable gather = gather_of(table);
        for (std::size_t i = 0; i < turned.size(); ++i) {
          std::vector<double> gathered(static_cast<std::size_t>(out));
          for (auto g = gather.begin[i]; g < gather.begin[i + 1]; ++g) {
            const auto& group = gather.group[static_cast<std::size_t>(g)];
            double sum = gather.weights.empty() ? 1 : 0;
            for (std::int32_t k = 0; k < group.weight_count; ++k) {
              sum += gather.weights[static_cast<std::size_t>(group.weight + k)];
            }
            gathered[static_cast<std::size_t>(group.src)] += sum;
          }
          for (std::size_t o = 0; o < turned[i].size(); ++o) {
            EXPECT_NEAR(turned[i][o], m[o][i], 1e-6);
            EXPECT_NEAR(gathered[o], m[o][i], 1e-6);
          }
        }
      }
    }
  }
}

TEST(Tables, RequiredSpansHoldEveryTap) {
  for (const AxisTable& table : all_tables(11, 17)) {
    const auto m = matrix(table);
    for (std::int64_t begin = 0; begin < 17; ++begin) {
      for (std::int64_t end = begin + 1; end <= 17; ++end) {
        const Range span = required(table, {begin, end});
        EXPECT_GE(span.begin, 0);
        EXPECT_LE(span.end, 11);
        for (std::int64_t o = begin; o < end; ++o) {
          for (std::int64_t i = 0; i < 11; ++i) {
            if (m[static_cast<std::size_t>(o)][static_cast<std::size_t>(i)] == 0) continue;
            EXPECT_TRUE(span.begin <= i && i < span.end);
          }
        }
      }
    }
  }
}

}  // namespace
