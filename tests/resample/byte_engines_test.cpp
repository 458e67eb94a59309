// The engines of bytes against their definition, on rows long enough to be cut into strips.
#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include <halfpixel/opencv.hpp>
#include <halfpixel/pillow.hpp>

#include "frontends/plan_everywhere.hpp"
#include "resample/byte_engines.hpp"
#include "resample/problems.hpp"

namespace {

namespace cv = halfpixel::cv;
namespace pillow = halfpixel::pillow;
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

int exact(const PlanSpec& spec, std::int64_t y, std::int64_t x, const Value& value) {
  const AxisTable &rows = spec.axis[0], &columns = spec.axis[1];
  int sum = 1 << 15;
  for (int r = 0; r < 2; ++r) {
    const std::int64_t row = r == 0 ? rows.first[y] : rows.second[y];
    sum += (value(row, columns.first[x]) * columns.integers[2 * x] +
            value(row, columns.second[x]) * columns.integers[2 * x + 1]) *
           rows.integers[2 * y + r];
  }
  return sum >> 16;
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

// One pass after the other, each rounded to a byte.
int fixed(const PlanSpec& spec, std::int64_t y, std::int64_t x, const Value& value) {
  const auto pass = [&](int axis, std::int64_t i, const auto& term) {
    const AxisTable& table = spec.axis[axis];
    if (table.kind == AxisTable::Kind::copy) return term(std::int64_t{table.first[i]});
    const auto& sums = spec.sums.pass[axis];
    auto sum = static_cast<std::int64_t>(sums.start);
    for (int k = 0; k < table.count[i]; ++k)
      sum += std::int64_t{term(table.first[i] + k)} * table.integers[i * table.taps + k];
    return static_cast<int>(std::clamp<std::int64_t>(sum >> sums.finish.bits, 0, 255));
  };
  if (spec.order == halfpixel::resample::Order::columns_first) {
    return pass(0, y, [&](std::int64_t row) {
      return pass(1, x, [&](std::int64_t column) { return value(row, column); });
    });
  }
  return pass(1, x, [&](std::int64_t column) {
    return pass(0, y, [&](std::int64_t row) { return value(row, column); });
  });
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

void check(const std::function<halfpixel::resample::Plan()>& plan, Definition definition,
           bool (*takes)(const PlanSpec&)) {
  const auto made = plan();
  const PlanSpec& spec = halfpixel::resample::spec_of(made);
  const Shape shape = made.input_shape();
  ASSERT_TRUE(takes(spec)) << shape;
  const Tensor in = problems::values(shape, DType::uint8, 3, false);
  const Tensor want = by_definition(definition, spec, in);
  const auto wrong = oracle::failure_everywhere(plan, in, want, 0, 5);
  EXPECT_FALSE(wrong) << shape << ' ' << made.output_shape() << ": " << *wrong;
  EXPECT_NE(made.describe().find("kernels"), std::string::npos);
}

void check(const Shape& shape, const cv::Size& dsize, const cv::ResizeOptions& options,
           Definition definition, bool (*takes)(const PlanSpec&)) {
  check([&] { return cv::plan_resize(shape, DType::uint8, dsize, options); }, definition, takes);
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

TEST(ByteEngines, ExactLinearIsAsDefined) {
  using halfpixel::resample::is_byte_exact;
  const cv::ResizeOptions options{.interpolation = Flags::inter_linear_exact};
  for (const std::int64_t c : {1, 2, 3, 4}) {
    for (const cv::Size size : {cv::Size{3300, 5}, cv::Size{1501, 9}, cv::Size{211, 2},
                                cv::Size{90, 3}, cv::Size{1, 1}, cv::Size{7, 40}}) {
      check({4, 1003, c}, size, options, exact, is_byte_exact);
      check({3, 5, c}, size, options, exact, is_byte_exact);
    }
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

// Every way in which outputs lie in vectors, rows of several pieces, and rows shorter than a
// vector.
TEST(ByteEngines, FixedPointIsAsDefined) {
  using halfpixel::resample::is_byte_fixed;
  using pillow::Mode;
  using pillow::Resampling;
  const std::pair<Mode, std::int64_t> modes[] = {{Mode::L, 1}, {Mode::RGB, 3}, {Mode::CMYK, 4}};
  for (const auto& [mode, c] : modes) {
    const auto resized = [&](const Shape& shape, const halfpixel::Size& size, Resampling resample) {
      const pillow::ResizeOptions options{.resample = resample, .mode = mode};
      check([&] { return pillow::plan_resize(shape, DType::uint8, size, options); }, fixed,
            is_byte_fixed);
    };
    for (const Resampling resample :
         {Resampling::box, Resampling::bilinear, Resampling::bicubic, Resampling::lanczos}) {
      for (const std::int64_t width : {60, 100, 224, 450, 1000, 1501, 2300})
        resized({9, 1003, c}, {width, 7}, resample);
      resized({40, 15, c}, {6, 21}, resample);
      resized({5, 70, c}, {31, 5}, resample);
    }
  }
}

}  // namespace
