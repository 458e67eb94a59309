// The engines of bytes against their definition, on rows long enough to be cut into strips.
#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include <halfpixel/opencv.hpp>

#include "frontends/plan_everywhere.hpp"
#include "resample/byte_engines.hpp"
#include "resample/problems.hpp"

namespace {

namespace cv = halfpixel::cv;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using halfpixel::resample::AxisTable;
using halfpixel::resample::PlanSpec;
using Flags = cv::InterpolationFlags;

// One output: value(row, column) is a source number.
using Value = std::function<int(std::int64_t, std::int64_t)>;

std::int64_t clamped(const AxisTable& table, std::int64_t i, std::int64_t k) {
  return std::clamp<std::int64_t>(table.first[i] + k, 0, table.src_len - 1);
}

int lerp(const PlanSpec& spec, std::int64_t y, std::int64_t x, const Value& value) {
  const AxisTable &rows = spec.axis[0], &columns = spec.axis[1];
  int sum = 2;
  for (int r = 0; r < 2; ++r) {
    int row = 0;
    for (int k = 0; k < columns.count[x]; ++k) {
      row += value(clamped(rows, y, r), clamped(columns, x, k)) *
             columns.integers[x * columns.taps + k];
    }
    sum += (row >> 4) * rows.integers[y * rows.taps + r] >> 16;
  }
  return sum >> 2;
}

int cells(const PlanSpec& spec, std::int64_t y, std::int64_t x, const Value& value) {
  const AxisTable &rows = spec.axis[0], &columns = spec.axis[1];
  int sum = 0;
  for (int r = 0; r < rows.count[y]; ++r) {
    for (int k = 0; k < columns.count[x]; ++k)
      sum += value(rows.first[y] + r, columns.first[x] + k);
  }
  const int count = rows.count[y] * columns.count[x];
  if (count < spec.cells.whole_rows * spec.cells.whole_columns) {
    return static_cast<int>(std::nearbyint(static_cast<float>(sum) / static_cast<float>(count)));
  }
  const bool quarter = spec.cells.finish.kind == halfpixel::kernels::CellFinish::Kind::quarter;
  if (quarter) return (sum + 2) >> 2;
  return static_cast<int>(std::nearbyint(static_cast<float>(sum) * spec.cells.finish.scale));
}

int shares(const PlanSpec& spec, std::int64_t y, std::int64_t x, const Value& value) {
  const AxisTable &rows = spec.axis[0], &columns = spec.axis[1];
  float sum = -0.0f;
  for (int r = 0; r < rows.count[y]; ++r) {
    float row = 0;
    for (int k = 0; k < columns.count[x]; ++k) {
      const float product = static_cast<float>(value(rows.first[y] + r, columns.first[x] + k)) *
                            columns.weights[x * columns.taps + k];
      row = row + product;
    }
    const float product = row * rows.weights[y * rows.taps + r];
    sum = sum + product;
  }
  return static_cast<int>(std::nearbyint(std::min(sum, 255.0f)));
}

using Definition = int (*)(const PlanSpec&, std::int64_t, std::int64_t, const Value&);

Tensor by_definition(Definition definition, const PlanSpec& spec, const Tensor& in) {
  Tensor out(spec.output_shape, DType::uint8);
  const std::int64_t c = in.shape()[2], width = in.shape()[1];
  auto* to = out.data<std::uint8_t>();
  for (std::int64_t y = 0; y < out.shape()[0]; ++y) {
    for (std::int64_t x = 0; x < out.shape()[1]; ++x) {
      for (std::int64_t i = 0; i < c; ++i) {
        *to++ = static_cast<std::uint8_t>(
            definition(spec, y, x, [&](std::int64_t row, std::int64_t column) {
              return in.data<std::uint8_t>()[(row * width + column) * c + i];
            }));
      }
    }
  }
  return out;
}

void check(const Shape& shape, const cv::Size& dsize, const cv::ResizeOptions& options,
           Definition definition, bool (*takes)(const PlanSpec&)) {
  const auto plan = [&] { return cv::plan_resize(shape, DType::uint8, dsize, options); };
  const auto made = plan();
  const PlanSpec& spec = halfpixel::resample::spec_of(made);
  ASSERT_TRUE(takes(spec)) << shape;
  const Tensor in = problems::values(shape, DType::uint8, 3, false);
  const Tensor want = by_definition(definition, spec, in);
  const auto wrong = oracle::failure_everywhere(plan, in, want, 0, 5);
  EXPECT_FALSE(wrong) << shape << ' ' << made.output_shape() << ": " << *wrong;
  EXPECT_NE(made.describe().find("kernels"), std::string::npos);
}

TEST(ByteEngines, LinearIsAsDefined) {
  using halfpixel::resample::is_byte_lerp;
  for (const std::int64_t c : {1, 2, 3, 4}) {
    for (const cv::Size size : {cv::Size{3300, 5}, cv::Size{1501, 9}, cv::Size{211, 2},
                                cv::Size{90, 3}, cv::Size{1, 1}, cv::Size{7, 40}}) {
      check({4, 1003, c}, size, {}, lerp, is_byte_lerp);
      check({3, 5, c}, size, {}, lerp, is_byte_lerp);
    }
    check({6, 1003, c}, {1400, 3}, {.interpolation = Flags::inter_area}, lerp, is_byte_lerp);
  }
}

TEST(ByteEngines, CellsAreAsDefined) {
  using halfpixel::resample::is_byte_cells;
  for (const std::int64_t c : {1, 2, 3, 4}) {
    for (const auto& [across, down] :
         {std::pair{2, 2}, {3, 2}, {1, 4}, {5, 1}, {17, 16}, {300, 2}}) {
      const cv::ResizeOptions area{.interpolation = Flags::inter_area};
      check({3 * down, 8 * across, c}, {8, 3}, area, cells, is_byte_cells);
      if (across < 20) {
        check({2 * down, 1777 * across, c}, {1777, 2}, area, cells, is_byte_cells);
      }
    }
    check({13, 4001, c}, {}, {.fx = 0.5, .fy = 0.5, .interpolation = Flags::inter_area}, cells,
          is_byte_cells);
  }
}

TEST(ByteEngines, SharesAreAsDefined) {
  using halfpixel::resample::is_byte_shares;
  const cv::ResizeOptions area{.interpolation = Flags::inter_area};
  for (const std::int64_t c : {3, 4}) {
    check({37, 1501, c}, {1013, 11}, area, shares, is_byte_shares);
    check({9, 2003, c}, {90, 8}, area, shares, is_byte_shares);
    check({11, 31, c}, {31, 3}, area, shares, is_byte_shares);
    check({11, 31, c}, {1, 2}, area, shares, is_byte_shares);
  }
}

}  // namespace
