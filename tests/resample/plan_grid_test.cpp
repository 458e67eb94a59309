// Plans against the slow twin, bit for bit, over grids of small problems: every method, dtype and
// flag, on every target, with forbidden pages around the caller's memory.
#include <gtest/gtest.h>

#include <functional>

#include "resample/checks.hpp"

namespace {

using checker::check;
using halfpixel::DType;
using problems::kDTypes;
using problems::kMethods;
using problems::Method;
using problems::Problem;

// Every operation there is: methods, antialias, v1's flags, gradients.
void for_each_operation(DType dtype, const std::function<void(Problem)>& f) {
  for (const Method method : kMethods) {
    for (int flags = 0; flags < 32; ++flags) {
      Problem p;
      p.method = method;
      p.dtype = dtype;
      p.v1 = (flags & 1) != 0;
      p.gradient = (flags & 2) != 0;
      p.antialias = (flags & 4) != 0;
      p.align_corners = (flags & 8) != 0;
      p.half_pixel = (flags & 16) != 0;
      if (p.valid()) f(p);
    }
  }
}

TEST(PlanGrid, EveryOperationAndDtypeEqualsTheTwin) {
  constexpr std::int64_t kSizes[][4] = {{3, 5, 7, 4}, {6, 4, 3, 9}, {5, 5, 5, 10}, {1, 4, 3, 1}};
  std::uint64_t seed = 1;
  for (const DType dtype : kDTypes) {
    for_each_operation(dtype, [&](Problem p) {
      for (const auto& [h, w, out_h, out_w] : kSizes) {
        p.h = h, p.w = w, p.out_h = out_h, p.out_w = out_w;
        p.n = 1 + static_cast<std::int64_t>(seed % 2);
        p.c = 1 + static_cast<std::int64_t>(seed % 5);
        p.channels_first = seed % 3 == 0;
        check(p, seed, seed % 2 == 0);
        ++seed;
      }
    });
  }
}

TEST(PlanGrid, EveryChannelCountEqualsTheTwin) {
  std::uint64_t seed = 1;
  for (std::int64_t c = 1; c <= 70; ++c) {
    for_each_operation(DType::float32, [&](Problem p) {
      if (p.v1 && (c > 20 || p.half_pixel)) return;
      if (p.method == Method::lanczos5 || p.method == Method::mitchellcubic) return;  // as lanczos3
      p.c = c, p.h = 2, p.w = 5, p.out_h = 3, p.out_w = 9;
      check(p, seed++, false, 0);
    });
  }
}

TEST(PlanGrid, EveryChannelCountOfSmallElementsEqualsTheTwin) {
  std::uint64_t seed = 1;
  for (std::int64_t c = 1; c <= 66; ++c) {
    for (const DType dtype : {DType::uint8, DType::float16, DType::bfloat16, DType::int16}) {
      for (const Method method :
           {Method::nearest_neighbor, Method::bilinear, Method::area, Method::bicubic}) {
        check({.method = method, .dtype = dtype, .h = 2, .w = 4, .c = c, .out_h = 3, .out_w = 8},
              seed++, false, 0);
      }
    }
  }
}

TEST(PlanGrid, EverySizeUpTo40EqualsTheTwin) {
  std::uint64_t seed = 1;
  for (std::int64_t in = 1; in <= 40; ++in) {
    for (std::int64_t out = 1; out <= 40; ++out) {
      Problem p;
      for (const Method method : kMethods) {
        if ((seed++ + static_cast<std::uint64_t>(method)) % 4 != 0) continue;  // a quarter each
        p.method = method;
        p.antialias = seed % 8 < 4;
        p.h = 1, p.out_h = 1 + static_cast<std::int64_t>(seed % 2), p.w = in, p.out_w = out;
        p.c = 1 + static_cast<std::int64_t>(seed % 4);
        p.gradient = seed % 16 < 8 && method != Method::area;
        check(p, seed, false, 0);
      }
    }
  }
}

// Whole factors, their phases and rows of several vectors; every small pixel repeated.
TEST(PlanGrid, WholeFactorsOfLongRowsEqualTheTwin) {
  std::uint64_t seed = 1;
  for (const std::int64_t factor : {1, 2, 3, 4, 5, 8}) {
    for (const std::int64_t width : {1, 2, 15, 17, 33, 70}) {
      for (std::int64_t c = 1; c <= 8; ++c) {
        for (const Method method : {Method::bilinear, Method::nearest_neighbor, Method::bicubic}) {
          Problem p{.method = method,
                    .dtype = kDTypes[seed % 10],
                    .h = 2,
                    .w = width,
                    .c = c,
                    .out_h = 2 * factor,
                    .out_w = width * factor};
          check(p, seed++, false, 0);
          p.dtype = DType::float32;
          check(p, seed++, false, 1);
        }
      }
    }
  }
}

TEST(PlanGrid, ManyChannelsAreWorkedOnInParts) {
  std::uint64_t seed = 1;
  for (const std::int64_t c : {1023, 1024, 1025, 4095, 4096, 4097, 9001}) {
    for (const Method method : kMethods) {
      for (const bool gradient : {false, true}) {
        for (const DType dtype : {DType::float32, DType::float16, DType::uint8}) {
          Problem p{.gradient = gradient,
                    .method = method,
                    .dtype = dtype,
                    .h = 2,
                    .w = 3,
                    .c = c,
                    .out_h = 3,
                    .out_w = 4};
          ++seed;
          if (p.valid()) check(p, seed, false, seed % 8 == 0 ? 1 : 0);
        }
      }
    }
  }
}

TEST(PlanGrid, OneOutputPixelMayReadMoreThanFitsIntoScratch) {
  constexpr std::int64_t kSizes[][3] = {{3000, 3, 1}, {5000, 1, 1}, {5000, 1, 64}, {5000, 2, 3},
                                        {9000, 2, 2}, {300, 2, 70}, {70, 1, 1000}, {20, 3, 1030},
                                        {4097, 1, 1}, {4096, 1, 1}, {8193, 1, 1},  {12, 3, 4100}};
  std::uint64_t seed = 1;
  for (const auto& [in, out, channels] : kSizes) {
    for (const Method method : kMethods) {
      for (const bool antialias : {false, true}) {
        if (antialias && (method == Method::area || method == Method::nearest_neighbor)) continue;
        Problem p{.method = method,
                  .antialias = antialias,
                  .h = 2,
                  .w = in,
                  .c = channels,
                  .out_h = 1,
                  .out_w = out};
        check(p, seed++, false, 0);
        p.dtype = DType::uint8;
        p.h = 1;
        check(p, seed++, false, 0);
        p.dtype = DType::float32;
        p.gradient = true;
        if (in * channels < 100000 && p.valid()) check(p, seed++, false, 0);
      }
    }
  }
}

TEST(PlanGrid, RowsMayBeSummedInGroups) {
  std::uint64_t seed = 1;
  for (const std::int64_t in : {63, 64, 65, 127, 129, 400, 3000}) {
    for (const Method method : kMethods) {
      Problem p{.method = method,
                .antialias = method != Method::area,
                .h = in,
                .w = 2,
                .c = 3,
                .out_h = 2,
                .out_w = 3};
      check(p, seed++, false, 1);
      p.dtype = DType::int16;
      check(p, seed++, false, 1);
    }
  }
}

// A gradient of enlarging sums over many upstream pixels, also beyond what fits into scratch.
TEST(PlanGrid, GradientsOfLargeEnlargementsEqualTheTwin) {
  std::uint64_t seed = 1;
  for (const Method method : kMethods) {
    for (const bool antialias : {false, true}) {
      Problem p{.gradient = true,
                .method = method,
                .antialias = antialias,
                .h = 2,
                .w = 2,
                .c = 3,
                .out_h = 5,
                .out_w = 2500};
      if (p.valid()) check(p, seed++, false, 0);
      p.c = 65, p.out_w = 200;
      if (p.valid()) check(p, seed++, false, 0);
    }
  }
}

}  // namespace
