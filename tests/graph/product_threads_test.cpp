// Matrix products by one to seven threads: the same bits; and right ones, against sums in double
// written from the definition. Where oneDNN has no other than its gemm (AVX2 and older) they are
// made of panels.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <halfpixel/executor.hpp>

#include "core/checked.hpp"
#include "graph/ops/einsum.hpp"
#include "graph/ops/matmul.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::noise;
using testing::same_bits;

// op's result, by one thread; fails where others give other bits. Inputs behind the first are
// constants, or not.
Tensor by_any_threads(const OpPtr& op, const std::vector<Tensor>& inputs, bool constants,
                      const std::string& name) {
  const std::vector<Tensor> first(inputs.begin(), inputs.begin() + 1);
  const auto by_constants = [&](Builder& b, std::vector<ValueId> ids) {
    for (std::size_t i = 1; i < inputs.size(); ++i) ids.push_back(b.constant(inputs[i]));
    return b.add(op, ids);
  };
  const auto run = [&] {
    return constants ? testing::run(testing::record(first, by_constants), first)[0]
                     : testing::compute(op, inputs);
  };
  const int before = num_threads();
  set_num_threads(1);
  Tensor result = run();
  for (const int threads : {2, 3, 7}) {
    set_num_threads(threads);
    EXPECT_TRUE(same_bits(run(), result)) << name << ", threads " << threads;
  }
  set_num_threads(before);
  return result;
}

void expect_sums(const Tensor& y, const std::vector<double>& sums, const std::string& name) {
  ASSERT_EQ(static_cast<std::size_t>(y.size()), sums.size()) << name;
  for (std::size_t i = 0; i < sums.size(); ++i)
    ASSERT_NEAR(y.span<float>()[i], sums[i], 2e-4) << name << ", element " << i;
}

struct MatrixForm {
  std::int64_t rows, columns, depth, matrices = 1;
};

TEST(ProductThreads, MatricesAreCutAlike) {
  for (const MatrixForm& f : {MatrixForm{1, 300, 700},
                              {3, 16, 40},
                              {50, 48, 64},
                              {700, 17, 33},
                              {131, 515, 97},
                              {33, 16, 5000},
                              {2, 10, 20500},
                              {260, 3, 129},
                              {49, 40, 1},
                              {97, 64, 65, 6},
                              {20, 200, 31, 3}}) {
    for (const bool turned_a : {false, true}) {
      for (const bool turned_b : {false, true}) {
        for (const bool constant : {false, true}) {
          const bool stack = f.matrices > 1;
          const auto shape = [&](std::int64_t rows, std::int64_t columns, bool turned) {
            Shape s = turned ? Shape{columns, rows} : Shape{rows, columns};
            return stack ? Shape{f.matrices, s[0], s[1]} : s;
          };
          const Tensor a = noise(shape(f.rows, f.depth, turned_a), 1);
          const Tensor b = noise(shape(f.depth, f.columns, turned_b), 2);
          const Tensor bias = noise({f.columns}, 3);
          const std::string name = concat(f.rows, "x", f.columns, "x", f.depth, "x", f.matrices,
                                          turned_a ? " aT" : "", turned_b ? " bT" : "");
          const Tensor y = by_any_threads(make_matmul({turned_a, turned_b, {Function::tanh}}),
                                          {a, b, bias}, constant, name);
          std::vector<double> sums;
          for (std::int64_t m = 0; m < f.matrices; ++m) {
            for (std::int64_t r = 0; r < f.rows; ++r) {
              for (std::int64_t c = 0; c < f.columns; ++c) {
                double sum = bias.data<float>()[c];
                for (std::int64_t k = 0; k < f.depth; ++k) {
                  const std::int64_t i = turned_a ? k * f.rows + r : r * f.depth + k;
                  const std::int64_t j = turned_b ? c * f.depth + k : k * f.columns + c;
                  sum += double{a.data<float>()[m * f.rows * f.depth + i]} *
                         double{b.data<float>()[m * f.depth * f.columns + j]};
                }
                sums.push_back(std::tanh(sum));
              }
            }
          }
          expect_sums(y, sums, name);
        }
      }
    }
  }
}

// One matrix for several, and several for one.
TEST(ProductThreads, StacksBroadcast) {
  const Tensor a = noise({5, 1, 60, 24}, 1), b = noise({3, 24, 33}, 2);
  const Tensor y = by_any_threads(make_matmul(), {a, b}, false, "broadcast");
  ASSERT_EQ(y.shape(), (Shape{5, 3, 60, 33}));
  for (std::int64_t i = 0; i < 5; ++i) {
    for (std::int64_t j = 0; j < 3; ++j) {
      Tensor one({60, 24}, DType::float32), other({24, 33}, DType::float32);
      std::copy_n(a.data<float>() + i * 60 * 24, 60 * 24, one.data<float>());
      std::copy_n(b.data<float>() + j * 24 * 33, 24 * 33, other.data<float>());
      const Tensor alone = testing::compute(make_matmul(), {one, other});
      for (std::int64_t k = 0; k < 60 * 33; ++k)
        ASSERT_NEAR(y.data<float>()[(i * 3 + j) * 60 * 33 + k], alone.data<float>()[k], 2e-5);
    }
  }
  const Tensor q = noise({2, 70, 3, 16}, 4), k = noise({2, 90, 3, 16}, 5);
  const Tensor scores = by_any_threads(make_einsum("aecd,abcd->acbe"), {k, q}, false, "einsum");
  EXPECT_EQ(scores.shape(), (Shape{2, 3, 70, 90}));
}

}  // namespace
}  // namespace halfpixel::graph
