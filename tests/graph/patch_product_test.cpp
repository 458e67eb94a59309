// Convolutions made of patches, against sums in double written from the definition: every kind of
// window, any number of threads, NaNs that stay where they are seen.
#include "graph/ops/patch_product.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <halfpixel/executor.hpp>

#include "core/checked.hpp"
#include "graph/ops/conv.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::noise;
using testing::same_bits;

std::string text_of(const PatchForm& f) {
  std::string text = concat(f.transposed ? "transposed " : "", f.batch, "x", f.channels, "->",
                            f.filters, " by ", f.groups);
  for (const PatchAxis& a : f.axes) {
    text += concat(" [", a.src, "->", a.dst, " window ", a.window, " stride ", a.stride,
                   " dilation ", a.dilation, " low ", a.low, "]");
  }
  return text;
}

std::int64_t count(const PatchForm& f, std::int64_t PatchAxis::* extent) {
  return f.axes[0].*extent * f.axes[1].*extent * f.axes[2].*extent;
}

// The same index of three axes, one by one.
std::array<std::int64_t, 3> split(const PatchForm& f, std::int64_t PatchAxis::* extent,
                                  std::int64_t index) {
  const std::int64_t b = f.axes[1].*extent, c = f.axes[2].*extent;
  return {index / (b * c), index / c % b, index % c};
}

// Every element of x adds to what sees it.
std::vector<double> by_definition(const PatchForm& f, const Tensor& x, const Tensor& kernel,
                                  const Tensor* bias) {
  const std::int64_t src = count(f, &PatchAxis::src), dst = count(f, &PatchAxis::dst),
                     taps = count(f, &PatchAxis::window), inputs = f.channels / f.groups,
                     per_group = f.filters / f.groups;
  std::vector<double> y(static_cast<std::size_t>(f.batch * dst * f.filters));
  for (std::int64_t n = 0; n < f.batch; ++n) {
    for (std::int64_t p = 0; p < dst; ++p) {
      for (std::int64_t filter = 0; filter < f.filters; ++filter) {
        double sum = bias == nullptr ? 0.0 : double{bias->data<float>()[filter]};
        for (std::int64_t s = 0; s < src; ++s) {
          for (std::int64_t t = 0; t < taps; ++t) {
            const auto o = split(f, &PatchAxis::dst, p), i = split(f, &PatchAxis::src, s),
                       tap = split(f, &PatchAxis::window, t);
            bool seen = true;
            for (std::size_t axis = 0; axis < 3; ++axis) {
              const PatchAxis& a = f.axes[axis];
              const std::int64_t moved = a.dilation * tap[axis] - a.low;
              seen = seen && (f.transposed ? a.stride * i[axis] + moved == o[axis]
                                           : a.stride * o[axis] + moved == i[axis]);
            }
            if (!seen) continue;
            const std::int64_t first = filter / per_group * inputs;
            for (std::int64_t c = 0; c < inputs; ++c) {
              const std::int64_t at = f.transposed ? (t * f.filters + filter) * f.channels + c
                                                   : (t * inputs + c) * f.filters + filter;
              sum += double{x.data<float>()[(n * src + s) * f.channels + first + c]} *
                     double{kernel.data<float>()[at]};
            }
          }
        }
        y[static_cast<std::size_t>((n * dst + p) * f.filters + filter)] = sum;
      }
    }
  }
  return y;
}

Tensor product_of(const PatchForm& f, const Tensor& x, const Tensor& kernel, const Tensor* bias,
                  bool constant) {
  const PatchProduct product(f, constant ? kernel.data<float>() : nullptr);
  std::vector<float> scratch(product.scratch_bytes() / sizeof(float));
  Tensor y({f.batch, count(f, &PatchAxis::dst), f.filters}, DType::float32);
  product.run(x.data<float>(), kernel.data<float>(),
              bias == nullptr ? nullptr : bias->data<float>(), y.data<float>(), scratch.data());
  return y;
}

TEST(PatchProduct, HasTheSumsOfTheDefinitionByAnyThreads) {
  const PatchAxis one;
  const std::vector<PatchForm> forms = {
      {false, 2, 5, 7, 1, {{one, one, {40, 10, 9, 4, 1, 3}}}},
      {false, 1, 1, 24, 1, {{one, one, {700, 175, 15, 4, 1, 6}}}},
      {false, 1, 6, 4, 2, {{one, {9, 9, 3, 1, 1, 1}, {8, 8, 3, 1, 1, 1}}}},
      {false, 1, 32, 32, 8, {{one, {12, 6, 3, 2, 1, 0}, {11, 6, 3, 2, 1, 1}}}},
      {false, 2, 3, 18, 3, {{one, {7, 3, 3, 1, 2, 0}, {6, 6, 2, 1, 2, 1}}}},
      {false, 1, 64, 3, 1, {{one, {6, 6, 9, 1, 1, 4}, {20, 20, 9, 1, 1, 4}}}},
      {false, 1, 4, 40, 2, {{{4, 4, 3, 1, 1, 1}, {5, 5, 3, 1, 1, 1}, {3, 3, 3, 1, 1, 1}}}},
      {false, 1, 16, 16, 2, {{one, {5, 2, 1, 3, 1, 0}, {5, 2, 1, 3, 1, 0}}}},
      {true, 2, 5, 7, 1, {{one, one, {12, 48, 9, 4, 1, 2}}}},
      {true, 1, 3, 17, 1, {{one, {4, 13, 4, 3, 1, 0}, {5, 11, 2, 2, 2, 0}}}},
      {true, 1, 2, 3, 1, {{one, {4, 16, 2, 4, 1, 0}, {3, 9, 3, 3, 1, 0}}}},  // some see nothing
      {true, 1, 4, 4, 1, {{{2, 4, 3, 2, 1, 0}, {3, 6, 3, 2, 1, 0}, {2, 2, 3, 1, 1, 1}}}},
      {true, 1, 33, 16, 1, {{one, one, {9, 9, 5, 1, 1, 2}}}},
  };
  for (const PatchForm& f : forms) {
    const Tensor x = noise({f.batch, count(f, &PatchAxis::src), f.channels}, 1),
                 kernel =
                     noise({count(f, &PatchAxis::window), f.channels / f.groups, f.filters}, 2),
                 bias = noise({f.filters}, 3);
    const int before = num_threads();
    for (const Tensor* b : {&bias, static_cast<const Tensor*>(nullptr)}) {
      const std::vector<double> sums = by_definition(f, x, kernel, b);
      set_num_threads(1);
      const Tensor y = product_of(f, x, kernel, b, true);
      ASSERT_EQ(static_cast<std::size_t>(y.size()), sums.size());
      // Terms of about one: their sums grow, and what rounding loses grows, with the root.
      const double terms = static_cast<double>(kernel.size() / f.filters);
      const double tolerance = 2e-6 * std::sqrt(terms) + 2e-6;
      for (std::size_t i = 0; i < sums.size(); ++i)
        ASSERT_NEAR(y.span<float>()[i], sums[i], tolerance) << text_of(f) << ", element " << i;
      for (const int threads : {1, 2, 3, 7}) {
        set_num_threads(threads);
        for (const bool constant : {true, false}) {
          EXPECT_TRUE(same_bits(product_of(f, x, kernel, b, constant), y))
              << text_of(f) << ", threads " << threads;
        }
      }
    }
    set_num_threads(before);
  }
}

// Whatever else its processor has for it, a convolution of groups keeps them apart.
TEST(PatchProduct, ANanOfOneGroupIsNotSeenByAnother) {
  for (const std::int64_t per_group : {1, 2, 4, 8}) {
    for (const int rank : {1, 2, 3}) {
      const std::int64_t channels = 4 * per_group;
      Shape shape = {1}, window;
      for (int i = 0; i < rank; ++i) {
        shape.push_back(5);
        window.push_back(3);
      }
      shape.push_back(channels);
      window.push_back(per_group);
      window.push_back(channels);
      Tensor x = noise(shape, 1);
      for (std::int64_t p = 0; p < x.size() / channels; ++p)
        x.data<float>()[p * channels + per_group] = std::numeric_limits<float>::quiet_NaN();
      ConvAttributes attr;
      attr.move.spatial_rank = rank;
      attr.move.same = true;
      attr.groups = 4;
      const Tensor y = testing::compute(make_conv(attr), {x, noise(window, 2)});
      for (std::int64_t i = 0; i < y.size(); ++i) {
        ASSERT_EQ(std::isnan(y.data<float>()[i]), i % channels / per_group == 1)
            << per_group << " of a group, " << rank << " axes, element " << i;
      }
    }
  }
}

}  // namespace
}  // namespace halfpixel::graph
