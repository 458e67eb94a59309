// Sums of odd numbers of products of bfloat16. Processors multiply them in pairs: what lies behind
// the last number of a row must not be seen, were it times zero.
#include <cmath>
#include <limits>

#include <halfpixel/executor.hpp>

#include "core/checked.hpp"
#include "graph/ops/conv.hpp"
#include "graph/ops/conv_transpose.hpp"
#include "graph/ops/matmul.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::noise;
using testing::record;
using Ids = std::vector<ValueId>;

// Ops one after the other, each with its kernel.
struct OddSum {
  std::string name;
  Shape x;
  std::vector<std::pair<OpPtr, Tensor>> ops;

  Tensor run(const Tensor& in, const CompileOptions& options) const {
    const Graph graph = record({in}, [&](Builder& b, const Ids& ids) {
      ValueId y = ids[0];
      for (const auto& [op, kernel] : ops) y = b.add1(op, {y, b.constant(kernel)});
      return Ids{y};
    });
    return (*Executable::compile(graph, options))(std::span(&in, 1))[0];
  }
};

std::vector<OddSum> odd_sums(const std::function<Tensor(const Shape&, std::int64_t)>& numbers) {
  ConvAttributes image, row;
  image.move.same = row.move.same = true;
  row.move.spatial_rank = 1;
  ConvTransposeAttributes transposed;
  transposed.same = true;
  transposed.strides = {2, 2, 1};
  const OpPtr conv = make_conv(image);
  std::vector<OddSum> list;
  for (const std::int64_t n : {1, 3, 7, 33, 48, 127, 1025}) {
    const auto named = [n](const char* what) { return concat(what, ", channels ", n); };
    list.push_back({named("conv"), {2, 9, 19, n}, {{conv, numbers({3, 3, n, 16}, 1)}}});
    list.push_back({named("points"), {1, 9, 10, n}, {{conv, numbers({1, 1, n, 16}, 2)}}});
    list.push_back({named("row"), {2, 90, n}, {{make_conv(row), numbers({3, n, 16}, 3)}}});
    list.push_back({named("transposed"),
                    {1, 9, 10, n},
                    {{make_conv_transpose(transposed), numbers({3, 3, 16, n}, 4)}}});
    // What the first writes is stored in bfloat16, which has all digits of it.
    Tensor first = zeros({1, 1, 16, n});
    for (std::int64_t c = 0; c < n; ++c) first.data<float>()[c % 16 * n + c] = 1.0F;
    list.push_back(
        {named("two"), {1, 12, 12, 16}, {{conv, first}, {conv, numbers({3, 3, n, 24}, 5)}}});
  }
  list.push_back({"matrix", {4, 50, 33}, {{make_matmul({}), numbers({33, 48}, 6)}}});
  list.push_back(
      {"turned", {50, 35}, {{make_matmul({.transpose_b = true}), numbers({48, 35}, 7)}}});
  return list;
}

TEST(Bf16, OddRowsOfWholeNumbersAreExact) {
  const auto integers = [](const Shape& shape, std::int64_t seed) {
    Tensor result = noise(shape, seed);
    for (float& value : result.span<float>()) value = std::nearbyint(3 * value);
    return result;
  };
  const int before = num_threads();
  for (const OddSum& sum : odd_sums(integers)) {
    const Tensor x = integers(sum.x, 8);
    const Tensor wanted = sum.run(x, {.keep_rounding = true});
    for (const int threads : {1, 2, 3}) {
      set_num_threads(threads);
      EXPECT_TRUE(same_bits(sum.run(x, {.fast = true}), wanted))
          << sum.name << ", threads " << threads;
    }
  }
  set_num_threads(before);
}

TEST(Bf16, OddRowsDoNotSeeTheNext) {
  const auto numbers = [](const Shape& shape, std::int64_t seed) { return noise(shape, seed); };
  for (const OddSum& sum : odd_sums(numbers)) {
    Tensor x = noise(sum.x, 8);
    const std::int64_t channels = x.shape().at(-1), rows = x.size() / channels;
    x.data<float>()[rows / 3 * channels] = std::numeric_limits<float>::quiet_NaN();
    x.data<float>()[rows / 2 * channels] = std::numeric_limits<float>::infinity();
    const Tensor fast = sum.run(x, {.fast = true}), exact = sum.run(x, {.keep_rounding = true});
    for (std::int64_t i = 0; i < fast.size(); ++i) {
      const float a = fast.data<float>()[i], b = exact.data<float>()[i];
      ASSERT_EQ(std::isnan(a), std::isnan(b)) << sum.name << ' ' << i;
      ASSERT_EQ(std::isfinite(a), std::isfinite(b)) << sum.name << ' ' << i;
    }
  }
}

}  // namespace
}  // namespace halfpixel::graph
