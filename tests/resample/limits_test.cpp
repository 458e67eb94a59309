// Sizes at the edge of what can be addressed: they work or are refused, and nothing wraps.
#include <gtest/gtest.h>

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <limits>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/memory.hpp>
#include <halfpixel/tf_image.hpp>

#include "core/memory_pool.hpp"
#include "resample/checker.hpp"
#include "resample/repeat_plans.hpp"

namespace {

using halfpixel::ConstTensorView;
using halfpixel::DType;
using halfpixel::Error;
using halfpixel::Shape;
using halfpixel::Tensor;
using problems::kMethods;
using problems::Method;
using problems::Problem;

constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max();

// Refused with an Error; any other exception fails the test by escaping.
bool refuses(const Problem& p) {
  try {
    p.plan();
  } catch (const Error& error) {
    EXPECT_LT(std::strlen(error.what()), 2000u);
    return true;
  }
  return false;
}

TEST(Limits, SidesBeyondInt32AreRefused) {
  for (const Method method : kMethods) {
    for (const std::int64_t side : {kMost + 1, std::int64_t{1} << 40, kFar, std::int64_t{0},
                                    std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()}) {
      EXPECT_TRUE(refuses({.method = method, .out_h = side})) << side;
      EXPECT_TRUE(refuses({.method = method, .out_w = side})) << side;
      if (side == -1) continue;  // an unknown extent, refused elsewhere
      if (side < 0) continue;
      EXPECT_TRUE(refuses({.method = method, .h = side})) << side;
      EXPECT_TRUE(refuses({.method = method, .w = side})) << side;
    }
    EXPECT_TRUE(refuses({.method = method, .h = -1})) << "unknown";
  }
}

TEST(Limits, ProductsBeyondInt64AreRefused) {
  for (const Method method : kMethods) {
    for (const bool gradient : {false, true}) {
      EXPECT_TRUE(
          refuses({.gradient = gradient, .method = method, .out_h = kMost, .out_w = kMost}));
      EXPECT_TRUE(
          refuses({.gradient = gradient, .method = method, .n = kMost, .h = kMost, .w = kMost}));
      EXPECT_TRUE(refuses({.gradient = gradient, .method = method, .c = kFar}));
      EXPECT_TRUE(refuses({.gradient = gradient, .method = method, .n = kFar, .c = kFar}));
    }
  }
}

// Half of what a test machine has is not ours to fill: such tables are refused, and never by
// std::bad_alloc or by the system ending the program.
TEST(Limits, TablesThatWouldFillTheMachineAreRefused) {
  if (halfpixel::memory::physical_bytes() > std::size_t{48} << 30) GTEST_SKIP() << "they would fit";
  for (const Method method : kMethods) {
    if (method == Method::nearest_neighbor) continue;  // four bytes per pixel may well fit
    Problem p{.method = method, .antialias = true, .w = kMost / 2, .out_w = kMost / 4};
    EXPECT_TRUE(refuses(p)) << p;
    p.gradient = true;
    if (p.valid()) {
      EXPECT_TRUE(refuses(p)) << p;
    }
  }
}

// Coordinates of long axes are coarser than a pixel in float32; indices must stay inside all the
// same.
TEST(Limits, LongAxesStayInside) {
  constexpr std::int64_t kLong = (std::int64_t{1} << 24) + 7;
  const std::size_t bytes = kLong;
  void* const memory =
      mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  for (const Method method : {Method::bilinear, Method::bicubic, Method::area, Method::lanczos3}) {
    for (const bool v1 : {false, true}) {
      Problem p{.v1 = v1, .method = method, .dtype = DType::uint8, .w = kLong, .out_w = 1001};
      if (!p.valid()) continue;
      Tensor y(p.output_shape(), DType::float32);
      p.plan().run(ConstTensorView(memory, DType::uint8, p.input_shape()), y);
      const auto values = y.span<float>();
      EXPECT_TRUE(std::all_of(values.begin(), values.end(), [](float v) { return v == 0.0f; }))
          << p;
    }
  }
  munmap(memory, bytes);
  for (const Method method : {Method::bilinear, Method::area, Method::nearest_neighbor}) {
    const Problem p{.method = method, .dtype = DType::uint8, .w = 3, .out_w = kLong};
    const auto plan = p.plan();
    const auto need = plan.required_input({{0, 1}, {kLong - 5, kLong}});
    EXPECT_LE(need[1].end, 3);
    EXPECT_GE(need[1].begin, 1);
  }
}

TEST(Limits, StridesBeyondInt32Work) {
  constexpr std::int64_t kStep = 3'000'000'001;
  const std::size_t bytes = 2 * kStep + 8;
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) GTEST_SKIP() << "no address space";
  auto* const data = static_cast<std::uint8_t*>(memory);
  constexpr std::array<std::int64_t, 4> kApart[] = {{0, kStep, 1, 1}, {0, 1, kStep, 1}};
  const Shape shape{1, 2, 2, 1};
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j) data[i * kStep + j] = static_cast<std::uint8_t>(10 * i + j);
  }
  for (const auto& strides : kApart) {
    for (const Method method : kMethods) {
      const Problem p{.method = method,
                      .antialias = true,
                      .dtype = DType::uint8,
                      .h = 2,
                      .w = 2,
                      .out_h = 5,
                      .out_w = 3};
      const ConstTensorView x(data, shape, strides);
      Tensor y(p.output_shape(), p.plan().output_dtype());
      p.plan().run(x, y);
      EXPECT_EQ(oracle::difference(y, p.twin(Tensor(x))), std::nullopt) << p;
    }
  }
  munmap(memory, bytes);
}

std::int64_t available_bytes() {
  std::ifstream file("/proc/meminfo");
  for (std::string word; file >> word;) {
    std::int64_t kibibytes = 0;
    if (word == "MemAvailable:" && file >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

TEST(Limits, ResultsBeyondTwoToThe31ElementsAreRight) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "too slow under sanitizers";
#endif
  if (available_bytes() < std::int64_t{6} << 30) GTEST_SKIP() << "needs 6 GiB of memory";
  constexpr std::int64_t kSide = 50000;
  const Tensor x(Shape{1, 2, 2, 1},
                 {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}, std::uint8_t{4}});
  {
    const Tensor y =
        halfpixel::tf::image::resize(x, {kSide, kSide}, {.method = Method::nearest_neighbor});
    ASSERT_EQ(y.size(), kSide * kSide);
    const std::uint8_t* const data = y.data<std::uint8_t>();
    for (const std::int64_t row : {std::int64_t{0}, kSide / 2 - 1, kSide / 2, kSide - 1}) {
      for (const std::int64_t column : {std::int64_t{0}, kSide / 2 - 1, kSide / 2, kSide - 1}) {
        const int want = 1 + 2 * (row >= kSide / 2) + (column >= kSide / 2);
        EXPECT_EQ(data[row * kSide + column], want) << row << ", " << column;
      }
    }
    // Reading beyond 2^31: the far corner, shrunk from a window of the large image.
    const auto plan = halfpixel::tf::image::plan_resize(y.shape(), DType::uint8, {4, 4},
                                                        {.method = Method::bilinear});
    Tensor small({1, 4, 4, 1}, DType::float32);
    plan.run(y, small);
    EXPECT_EQ(small.span<float>()[0], 1.0f);
    EXPECT_EQ(small.span<float>()[15], 4.0f);
  }
  halfpixel::memory::release();
}

TEST(Limits, UpSamplingRefusesWhatCannotBeAddressed) {
  namespace layers = halfpixel::keras::layers;
  const layers::UpSampling2D large({.size = {kMost, kMost}});
  EXPECT_THROW(large.plan({1, 1, 1, 8}, DType::float64), Error);
  EXPECT_THROW(large.plan({1, 2, 1, 1}, DType::uint8), Error);
  const layers::UpSampling3D cube({.size = {1 << 30, 1 << 30, 1 << 30}});
  EXPECT_THROW(cube.plan({1, 1, 1, 1, 1}, DType::uint8), Error);
  EXPECT_THROW(cube(Tensor({1, 1, 1, 1, 1}, DType::uint8)), Error);
  const layers::UpSampling1D line({.size = kFar});
  EXPECT_THROW(line.plan({1, 1, 1}, DType::uint8), Error);
}

}  // namespace
