// Products of bfloat16: their kernels beside sums of the rounded factors, what the passes of
// Precision::fast take and leave, and that nothing but the factors is rounded. Where the processor
// has no such instructions the passes must do nothing.
#include <bit>

#include <halfpixel/executor.hpp>

#include "core/float16.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/conv.hpp"
#include "graph/ops/conv_transpose.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/pool.hpp"
#include "graph/ops/resample.hpp"
#include "graph/passes/list.hpp"
#include "graph_testing.hpp"
#include "kernels/bf16_products.hpp"

namespace halfpixel::graph {
namespace {

using testing::noise;
using testing::record;
using Ids = std::vector<ValueId>;

float rounded(float value) {
  return std::bit_cast<float>(std::uint32_t{bfloat16_bits(value)} << 16);
}
Tensor rounded(const Tensor& x) {
  Tensor result = x.clone();
  for (float& value : result.span<float>()) value = rounded(value);
  return result;
}
// Integers whose products and sums are exact.
Tensor integers(const Shape& shape, std::int64_t seed) {
  Tensor result = noise(shape, seed);
  for (float& value : result.span<float>()) value = std::nearbyint(3 * value);
  return result;
}

TEST(Bf16, KernelsAddProductsAndTouchNothingElse) {
  for (const kernels::Bf16Kernels* const kernel : kernels::all_bf16_kernels()) {
    for (const std::int64_t depth : {32, 64, 160}) {
      for (std::int64_t rows = 1; rows <= 50; ++rows) {
        const std::int64_t a_step = depth + 2, c_step = kernels::kBf16Panel + 16;
        const Tensor a = integers({rows, a_step}, 1), b = integers({depth, kernels::kBf16Panel}, 2);
        std::vector<std::uint16_t> a_bits, b_bits(static_cast<std::size_t>(b.size()));
        for (const float value : a.span<float>()) a_bits.push_back(bfloat16_bits(value));
        for (std::int64_t k = 0; k < depth; ++k) {
          for (std::int64_t p = 0; p < kernels::kBf16Panel; ++p) {
            b_bits[static_cast<std::size_t>(kernels::bf16_packed(k, p))] =
                bfloat16_bits(b.data<float>()[k * kernels::kBf16Panel + p]);
          }
        }
        std::vector<float> c(static_cast<std::size_t>((rows + 1) * c_step), -7.5F);
        kernel->products({.a = a_bits.data(),
                          .b = b_bits.data(),
                          .c = c.data(),
                          .a_step = a_step,
                          .c_step = c_step,
                          .rows = rows,
                          .depth = depth});
        for (std::int64_t i = 0; i < (rows + 1) * c_step; ++i) {
          const std::int64_t r = i / c_step, p = i % c_step;
          float wanted = -7.5F;
          if (r < rows && p < kernels::kBf16Panel) {
            wanted = 0;
            for (std::int64_t k = 0; k < depth; ++k)
              wanted +=
                  a.data<float>()[r * a_step + k] * b.data<float>()[k * kernels::kBf16Panel + p];
          }
          ASSERT_EQ(c[static_cast<std::size_t>(i)], wanted)
              << kernel->name << ", rows " << rows << ", depth " << depth << ": " << r << ' ' << p;
        }
      }
    }
  }
}

TEST(Bf16, KernelsRoundToTheNearestAndTouchNothingElse) {
  const float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> numbers = {0.0F,   -0.0F,       infinity,    -infinity,  3.4e38F,    -1.0e-38F,
                                1e-39F, 1.00390625F, 1.01171875F, 1.0039063F, -1.0117188F};
  const Tensor more = noise({200}, 3);
  numbers.insert(numbers.end(), more.span<float>().begin(), more.span<float>().end());
  for (const kernels::Bf16Kernels* const kernel : kernels::all_bf16_kernels()) {
    for (std::size_t count = 0; count <= numbers.size(); ++count) {
      std::vector<std::uint16_t> got(numbers.size() + 1, 0xABCD);
      kernel->round(numbers.data(), got.data(), static_cast<std::int64_t>(count));
      for (std::size_t i = 0; i < got.size(); ++i) {
        std::uint16_t wanted = 0xABCD;
        if (i < count) {
          const bool tiny = std::fabs(numbers[i]) < std::numeric_limits<float>::min();
          wanted = bfloat16_bits(tiny ? std::copysign(0.0F, numbers[i]) : numbers[i]);
        }
        ASSERT_EQ(got[i], wanted) << kernel->name << ", " << count << " numbers, " << i;
      }
    }
    const float nan = std::numeric_limits<float>::quiet_NaN();
    std::uint16_t bits = 0;
    kernel->round(&nan, &bits, 1);
    EXPECT_TRUE(std::isnan(std::bit_cast<float>(std::uint32_t{bits} << 16))) << kernel->name;
  }
}

// Sums of products, in ways that passes and kernels tell apart.
struct Sum {
  std::string name;
  Shape x, kernel;
  std::function<ValueId(Builder&, ValueId x, ValueId kernel)> body;

  Graph graph(const Tensor& in, const Tensor& weights) const {
    return record({in}, [&](Builder& b, const Ids& ids) {
      return Ids{body(b, ids[0], b.constant(weights))};
    });
  }
};

ConvAttributes conv_same(Unary activation = {}) {
  ConvAttributes attributes;
  attributes.move.same = true;
  attributes.activation = activation;
  return attributes;
}
OpPtr up_x2() {
  return make_up_sampling({2, {2, 2}, DataFormat::channels_last, keras::Interpolation::nearest});
}

std::vector<Sum> sums_of_products() {
  const auto one = [](OpPtr op) {
    return [op](Builder& b, ValueId x, ValueId kernel) { return b.add1(op, {x, kernel}); };
  };
  ConvTransposeAttributes transposed;
  transposed.same = true;
  transposed.strides = {2, 2, 1};
  ConvAttributes strided = conv_same();
  strided.move.strides = {2, 2, 1};
  return {
      {"conv", {2, 9, 11, 40}, {3, 3, 40, 24}, one(make_conv(conv_same(Function::relu)))},
      {"strided", {1, 12, 12, 16}, {4, 4, 16, 32}, one(make_conv(strided))},
      {"matmul", {1, 50, 64}, {64, 48}, one(make_matmul({}))},
      {"transposed", {1, 8, 8, 64}, {4, 4, 32, 64}, one(make_conv_transpose(transposed))},
      {"up-sampled", {1, 13, 15, 33}, {3, 3, 33, 70}, [](Builder& b, ValueId x, ValueId kernel) {
         return b.add1(make_conv(conv_same(Function::tanh)), {b.add1(up_x2(), {x}), kernel});
       }}};
}

Tensor run_with(const Graph& graph, const Tensor& x, const CompileOptions& options) {
  return (*Executable::compile(graph, options))(std::span(&x, 1))[0];
}

TEST(Bf16, FactorsAreRoundedAndNothingElse) {
  for (const Sum& c : sums_of_products()) {
    const Tensor x = noise(c.x, 1), kernel = noise(c.kernel, 2);
    const Tensor fast = run_with(c.graph(x, kernel), x, {.fast = true});
    const Tensor again = run_with(c.graph(x, rounded(kernel)), rounded(x), {.fast = true});
    const Tensor plain = run_with(c.graph(x, kernel), x, {});
    if (kernels::bf16_kernels() == nullptr) {
      EXPECT_TRUE(same_bits(fast, plain)) << c.name;
      continue;
    }
    EXPECT_TRUE(same_bits(fast, again)) << c.name;
    const Tensor close = run_with(c.graph(x, rounded(kernel)), rounded(x), {});
    EXPECT_LT(testing::largest_difference(fast, close), 1e-4) << c.name;
    // Sums that are exact are the same in any order.
    const Tensor whole = integers(c.x, 3), weights = integers(c.kernel, 4);
    if (c.name == "up-sampled") continue;  // tanh, of which there are two
    EXPECT_TRUE(same_bits(run_with(c.graph(whole, weights), whole, {.fast = true}),
                          run_with(c.graph(whole, weights), whole, {.keep_rounding = true})))
        << c.name;
  }
}

// What oneDNN's own kernels of bfloat16 got wrong: memory beyond the image, parts of a window,
// depths that tiles did not fit.
TEST(Bf16, UnusualFormsAreRight) {
  const auto conv = [](int rank, PerAxis strides, PerAxis dilation) {
    ConvAttributes attributes = conv_same();
    attributes.move.spatial_rank = rank;
    attributes.move.strides = strides;
    attributes.move.dilation = dilation;
    return [op = make_conv(attributes)](Builder& b, ValueId x, ValueId kernel) {
      return b.add1(op, {x, kernel});
    };
  };
  const auto several_filters = [](Builder& b, ValueId x, ValueId kernel) {
    Tensor one = zeros({1, 1, 16, 16});
    for (std::int64_t i = 0; i < 16; ++i) one.data<float>()[i * 17] = 1.0F;
    ConvAttributes grouped = conv_same();
    grouped.groups = 16;
    const ValueId before = b.add1(make_conv(conv_same(Function::relu)), {x, b.constant(one)});
    return b.add1(make_conv(grouped), {before, kernel});
  };
  const auto product = [](Builder& b, ValueId x, ValueId kernel) {
    return b.add1(make_matmul({}), {x, kernel});
  };
  const std::vector<Sum> sums = {
      {"short window", {2, 23, 26, 40}, {1, 3, 40, 40}, conv(2, {2, 2, 1}, {1, 1, 1})},
      {"narrow window", {2, 23, 26, 64}, {2, 1, 64, 32}, conv(2, {3, 3, 1}, {1, 1, 1})},
      {"flat window", {1, 9, 9, 9, 40}, {3, 1, 1, 40, 40}, conv(3, {2, 2, 2}, {1, 1, 1})},
      {"gaps", {3, 1, 3, 20, 33}, {5, 1, 1, 33, 48}, conv(3, {1, 1, 1}, {2, 2, 2})},
      {"points", {1, 5, 1, 9, 63}, {1, 1, 1, 63, 16}, conv(3, {1, 1, 1}, {1, 1, 1})},
      {"several filters", {1, 12, 12, 16}, {1, 1, 1, 48}, several_filters},
      {"odd depth", {1, 80, 63}, {63, 2}, product}};
  const int before = num_threads();
  for (const Sum& c : sums) {
    const Tensor x = integers(c.x, 3), kernel = integers(c.kernel, 4);
    const Tensor wanted = run_with(c.graph(x, kernel), x, {.keep_rounding = true});
    for (const int threads : {1, 2}) {
      set_num_threads(threads);
      EXPECT_TRUE(same_bits(run_with(c.graph(x, kernel), x, {.fast = true}), wanted))
          << c.name << ", threads " << threads;
    }
  }
  set_num_threads(before);
}

TEST(Bf16, TheBitsDoNotDependOnThreads) {
  const int before = num_threads();
  std::vector<Sum> sums = sums_of_products();
  sums.push_back({"deep", {33, 16384}, {16384, 16}, [](Builder& b, ValueId x, ValueId kernel) {
                    return b.add1(make_matmul({}), {x, kernel});
                  }});
  for (const Sum& c : sums) {
    const Tensor x = noise(c.x, 1), kernel = noise(c.kernel, 2);
    set_num_threads(1);
    const Tensor wanted = run_with(c.graph(x, kernel), x, {.fast = true});
    for (const int threads : {2, 3, 7}) {
      set_num_threads(threads);
      EXPECT_TRUE(same_bits(run_with(c.graph(x, kernel), x, {.fast = true}), wanted))
          << c.name << ", threads " << threads;
    }
  }
  set_num_threads(before);
}

// A small U-Net: values that are pooled, joined and up-sampled between convolutions.
Graph u_net(const Tensor& x, bool with_sum) {
  return record({x}, [&](Builder& b, const Ids& in) {
    const auto conv = [&](ValueId from, std::int64_t channels, std::int64_t filters) {
      return b.add1(make_conv(conv_same(Function::relu)),
                    {from, b.constant(noise({3, 3, channels, filters}, filters)),
                     b.constant(noise({filters}, channels))});
    };
    PoolAttributes half;
    half.window = half.move.strides = {2, 2, 1};
    const ValueId skip = conv(in[0], 32, 32);
    const ValueId low = conv(b.add1(make_pool(half), {skip}), 32, 48);
    ValueId joined = b.add1(make_concat(-1), {conv(b.add1(up_x2(), {low}), 48, 32), skip});
    joined = conv(joined, 64, 32);
    if (with_sum) joined = b.add1(make_binary(BinaryFunction::add), {joined, skip});
    return Ids{conv(joined, 32, 20)};
  });
}

int of_dtype(const Graph& graph, DType dtype) {
  int count = 0;
  for (const Node& node : graph.nodes) count += graph.spec(node.outputs[0]).dtype == dtype;
  return count;
}

TEST(Bf16, ValuesAreStoredRoundedWhereAllReadersRoundThem) {
  const Tensor x = noise({1, 16, 18, 32}, 9);
  for (const bool with_sum : {false, true}) {
    const auto whole = Executable::compile(u_net(x, with_sum), {.fast = true});
    const auto apart =
        Executable::compile(u_net(x, with_sum), {.fast = true, .without = {"store_bf16"}});
    EXPECT_TRUE(same_bits((*whole)(std::span(&x, 1))[0], (*apart)(std::span(&x, 1))[0]));
    EXPECT_EQ(of_dtype(apart->graph(), DType::bfloat16), 0);
    if (kernels::bf16_kernels() == nullptr) {
      EXPECT_EQ(of_dtype(whole->graph(), DType::bfloat16), 0);
    } else if (with_sum) {  // the sum needs all digits of the skip and of what it is added to
      EXPECT_EQ(of_dtype(whole->graph(), DType::bfloat16), 1) << testing::kinds(whole->graph());
    } else {
      EXPECT_EQ(of_dtype(whole->graph(), DType::bfloat16),
                static_cast<int>(whole->graph().nodes.size()) - 1)
          << testing::kinds(whole->graph());
      EXPECT_LT(whole->unplanned_bytes(), apart->unplanned_bytes());
    }
  }
}

// Tiles of 4x4 take some 0.35 of the products of a 3x3 window; there are none of 5x5.
TEST(Bf16, TilesStayWhereTheyTakeLess) {
  const auto* const kernels = kernels::bf16_kernels();
  const Tensor x = noise({1, 48, 48, 64}, 5);
  for (const int window : {3, 5}) {
    const auto compiled = Executable::compile(
        record({x},
               [&](Builder& b, const Ids& in) {
                 return Ids{b.add1(make_conv(conv_same(Function::relu)),
                                   {in[0], b.constant(noise({window, window, 64, 64}, 6)),
                                    b.constant(noise({64}, 7))})};
               }),
        {.fast = true});
    const std::string what = testing::kinds(compiled->graph());
    const bool tiles = window == 3 && (kernels == nullptr || kernels->speed < 2);
    EXPECT_EQ(what, tiles ? "winograd_conv" : "conv") << window;
    const Node& node = compiled->graph().nodes.front();
    EXPECT_EQ(node.op->attributes().find("bf16") != std::string::npos, kernels != nullptr && !tiles)
        << window;
  }
}

TEST(Bf16, OnlyFastRounds) {
  const Sum c = sums_of_products()[0];
  const Tensor x = noise(c.x, 1), kernel = noise(c.kernel, 2);
  const Tensor exact = run_with(c.graph(x, kernel), x, {.keep_rounding = true});
  EXPECT_LT(testing::largest_difference(run_with(c.graph(x, kernel), x, {}), exact), 1e-4);
  EXPECT_TRUE(
      same_bits(run_with(c.graph(x, kernel), x, {.fast = true, .without = {"multiply_in_bf16"}}),
                run_with(c.graph(x, kernel), x, {})));
  const auto plain = Executable::compile(c.graph(x, kernel));
  for (const Node& node : plain->graph().nodes)
    EXPECT_EQ(node.op->attributes().find("bf16"), std::string::npos);
}

TEST(Bf16, NumbersThatAreNoneStay) {
  const Sum c = sums_of_products()[4];
  Tensor x = noise(c.x, 1);
  const Tensor kernel = noise(c.kernel, 2);
  x.span<float>()[500] = std::numeric_limits<float>::quiet_NaN();
  x.span<float>()[3000] = std::numeric_limits<float>::infinity();
  const Tensor fast = run_with(c.graph(x, kernel), x, {.fast = true});
  const Tensor exact = run_with(c.graph(x, kernel), x, {.keep_rounding = true});
  for (std::int64_t i = 0; i < fast.size(); ++i)
    ASSERT_EQ(std::isnan(fast.data<float>()[i]), std::isnan(exact.data<float>()[i])) << i;
}

}  // namespace
}  // namespace halfpixel::graph
