// Convolutions and matrix products by themselves: what no layer reaches, and what oneDNN chose.
#include "graph/ops/conv.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include <halfpixel/error.hpp>

#include "graph/ops/conv_transpose.hpp"
#include "graph/ops/dnnl_kernel.hpp"
#include "graph/ops/einsum.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/pool.hpp"

namespace halfpixel::graph {
namespace {

Tensor some(const Shape& shape, std::int64_t seed) {
  return random::uniform(shape, -1.0, 1.0, DType::float32, seed);
}

struct Prepared {
  std::unique_ptr<Kernel> kernel;
  Spec output;
};
// `constant` says which inputs the kernel may consume now.
Prepared prepare(const OpPtr& op, const std::vector<Tensor>& inputs,
                 const std::vector<bool>& constant, std::int64_t row_stride = 0) {
  PrepareArgs args;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    args.inputs.push_back({inputs[i].shape(), inputs[i].dtype()});
    args.constants.push_back(constant[i] ? &inputs[i] : nullptr);
  }
  args.outputs = op->infer(args.inputs);
  args.output_row_stride = row_stride;
  return {op->prepare(args), args.outputs[0]};
}

Tensor run(const OpPtr& op, const std::vector<Tensor>& inputs, const std::vector<bool>& constant) {
  const Prepared prepared = prepare(op, inputs, constant);
  Tensor result = full(prepared.output.shape, NAN);
  const auto state = prepared.kernel->make_state();
  const Tensor scratch({static_cast<std::int64_t>(prepared.kernel->scratch_bytes()) + 64},
                       DType::uint8);
  auto address = reinterpret_cast<std::uintptr_t>(scratch.data());
  address = (address + 63) / 64 * 64;
  std::vector<const void*> in;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    in.push_back(constant[i] ? nullptr : inputs[i].data());
  void* out[] = {result.data()};
  prepared.kernel->run(state.get(), in.data(), out, reinterpret_cast<void*>(address));
  return result;
}

void expect_near(const Tensor& a, const Tensor& b, float tolerance = 2e-5F) {
  ASSERT_EQ(a.shape(), b.shape());
  for (std::int64_t i = 0; i < a.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    ASSERT_NEAR(a.span<float>()[at], b.span<float>()[at], tolerance) << "element " << i;
  }
}

ConvAttributes same(int rank, std::int64_t groups = 1) {
  ConvAttributes attr;
  attr.move.spatial_rank = rank;
  attr.move.same = true;
  attr.groups = groups;
  return attr;
}

TEST(Conv, NeverRunsTheReferenceCode) {
  struct Form {
    Shape x, kernel;
    std::int64_t groups;
  };
  const Form forms[] = {
      {{1, 32, 32, 3}, {3, 3, 3, 32}, 1},
      {{1, 32, 32, 32}, {3, 3, 32, 3}, 1},
      {{1, 32, 32, 64}, {1, 1, 64, 64}, 1},
      {{1, 32, 32, 1}, {5, 5, 1, 1}, 1},
      {{1, 32, 32, 64}, {3, 3, 1, 64}, 64},
      {{1, 32, 32, 17}, {7, 7, 1, 17}, 17},
      {{1, 32, 32, 8}, {3, 3, 1, 24}, 8},
      {{1, 32, 32, 12}, {3, 3, 4, 12}, 3},
      {{1, 32, 32, 64}, {3, 3, 2, 64}, 32},
      {{1, 64, 8}, {3, 8, 16}, 1},
      {{1, 64, 8}, {3, 1, 8}, 8},
      {{1, 64, 6}, {3, 2, 9}, 3},
      {{1, 8, 8, 8, 4}, {3, 3, 3, 4, 8}, 1},
      {{1, 8, 8, 8, 4}, {3, 3, 3, 2, 8}, 2},
      {{1, 8, 8, 8, 4}, {3, 3, 3, 1, 4}, 4},
      {{1, 9, 9, 6}, {3, 3, 2, 3}, 3},
  };
  for (const Form& form : forms) {
    const OpPtr op = make_conv(same(form.x.rank() - 2, form.groups));
    const std::vector<Tensor> inputs = {some(form.x, 1), some(form.kernel, 2),
                                        some({form.kernel.at(-1)}, 3)};
    const Prepared prepared = prepare(op, inputs, {false, true, true});
    EXPECT_NE(prepared.kernel->implementation().substr(0, 3), "ref")
        << form.x << form.kernel << prepared.kernel->implementation();
    RecordProperty("implementation", std::string(prepared.kernel->implementation()));
  }
}

TEST(Conv, KernelsMayBeComputedToo) {
  const std::vector<Tensor> inputs = {some({2, 9, 8, 6}, 1), some({3, 3, 2, 9}, 2), some({9}, 3)};
  const OpPtr op = make_conv(same(2, 3));
  expect_near(run(op, inputs, {false, true, true}), run(op, inputs, {false, false, false}));
  const std::vector<Tensor> turned = {some({2, 5, 4, 6}, 1), some({4, 4, 3, 6}, 2)};
  const OpPtr transpose = make_conv_transpose({.strides = {2, 2, 1}, .same = true});
  expect_near(run(transpose, turned, {false, true}), run(transpose, turned, {false, false}));
}

TEST(Conv, ActivationsFollowAsIfTheyWereNodesOfTheirOwn) {
  const Unary functions[] = {kRelu,
                             {Function::relu, {.alpha = 0.2F}},
                             {Function::relu, {.high = 6}},
                             {Function::relu, {.alpha = 0.1F, .threshold = 0.5F, .high = 1}},
                             {Function::elu, {.alpha = 0.7F}},
                             {Function::clip, {.low = -0.5F, .high = 0.25F}},
                             {Function::sigmoid},
                             {Function::tanh},
                             {Function::silu},
                             {Function::gelu},
                             {Function::gelu_tanh},
                             {Function::softplus},
                             {Function::hard_silu},
                             {Function::mish},
                             {Function::abs},
                             {Function::square}};
  const std::vector<Tensor> inputs = {some({1, 9, 8, 6}, 1), some({3, 3, 6, 5}, 2), some({5}, 3)};
  const std::vector<Tensor> turned = {inputs[0], some({3, 3, 5, 6}, 4), inputs[2]};
  const std::vector<Tensor> rows = {inputs[0], some({6, 5}, 5), inputs[2]};
  const std::vector<bool> constant = {false, true, true};
  for (const Unary& function : functions) {
    SCOPED_TRACE(str(function));
    const auto check = [&](const OpPtr& plain, const OpPtr& fused, const std::vector<Tensor>& in) {
      Tensor expected = run(plain, in, constant);
      apply(function, expected.data<float>(), expected.data<float>(), expected.size());
      expect_near(run(fused, in, constant), expected);
    };
    ConvAttributes conv = same(2);
    conv.activation = function;
    check(make_conv(same(2)), make_conv(conv), inputs);
    check(make_conv_transpose({.strides = {2, 2, 1}}),
          make_conv_transpose({.strides = {2, 2, 1}, .activation = function}), turned);
    check(make_matmul(), make_matmul({.activation = function}), rows);
  }
}

TEST(Matmul, BroadcastsAndTransposes) {
  const Tensor a = some({2, 1, 3, 4}, 1), b = some({5, 4, 6}, 2);
  const Tensor y = run(make_matmul(), {a, b}, {false, false});
  ASSERT_EQ(y.shape(), (Shape{2, 5, 3, 6}));
  for (int n = 0; n < 2; ++n) {
    for (int m = 0; m < 5; ++m) {
      for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 6; ++j) {
          float sum = 0;
          for (int k = 0; k < 4; ++k) {
            sum += a.span<float>()[static_cast<std::size_t>((n * 3 + i) * 4 + k)] *
                   b.span<float>()[static_cast<std::size_t>((m * 4 + k) * 6 + j)];
          }
          ASSERT_NEAR(y.span<float>()[static_cast<std::size_t>(((n * 5 + m) * 3 + i) * 6 + j)], sum,
                      1e-5F);
        }
      }
    }
  }
  const Tensor c = some({2, 4, 3}, 3), d = some({2, 6, 4}, 4);
  expect_near(run(make_matmul({.transpose_a = true, .transpose_b = true}), {c, d}, {false, false}),
              run(make_einsum("aki,ajk->aij"), {c, d}, {false, false}));
}

TEST(Matmul, RowsMayHaveGaps) {
  const std::vector<Tensor> inputs = {some({2, 3, 4}, 1), some({4, 5}, 2), some({5}, 3)};
  const OpPtr op = make_matmul({.activation = Function::mish});
  const Tensor dense = run(op, inputs, {false, true, true});
  const Prepared prepared = prepare(op, inputs, {false, true, true}, 9);
  Tensor wide = full({6, 9}, 7.0);
  const auto state = prepared.kernel->make_state();
  Tensor scratch({static_cast<std::int64_t>(prepared.kernel->scratch_bytes()) + 1}, DType::uint8);
  const void* in[] = {inputs[0].data(), nullptr, nullptr};
  void* out[] = {wide.data()};
  prepared.kernel->run(state.get(), in, out, scratch.data());
  for (std::size_t r = 0; r < 6; ++r) {
    for (std::size_t c = 0; c < 9; ++c) {
      EXPECT_EQ(wide.span<float>()[r * 9 + c], c < 5 ? dense.span<float>()[r * 5 + c] : 7.0F);
    }
  }
}

TEST(Conv, InfersWhatIsKnown) {
  const Spec kernel{{3, 3, 4, 8}, DType::float32};
  ConvAttributes attr = same(2);
  attr.move.strides = {2, 2, 1};
  const Spec x{{kUnknown, kUnknown, 7, 4}, DType::float32};
  EXPECT_EQ(make_conv(attr)->infer(std::vector{x, kernel})[0].shape,
            (Shape{kUnknown, kUnknown, 4, 8}));
  attr.move.same = false;
  EXPECT_EQ(make_conv(attr)->infer(std::vector{x, kernel})[0].shape,
            (Shape{kUnknown, kUnknown, 3, 8}));
  EXPECT_THROW(make_conv(attr)->infer(std::vector{Spec{{1, 2, 7, 4}, DType::float32}, kernel}),
               Error);
  EXPECT_THROW(make_conv(attr)->infer(std::vector{Spec{{1, 7, 7, 5}, DType::float32}, kernel}),
               Error);
  EXPECT_THROW(make_conv(attr)->infer(std::vector{Spec{{1, 7, 7, 4}, DType::int32}, kernel}),
               Error);
}

// The scores of attention have their columns where the first operand has its rows.
TEST(Einsum, NeverRunsTheReferenceCode) {
  struct Form {
    const char* equation;
    Shape a, b;
    const char* turned;  // the same with the operands exchanged
  };
  for (const Form& form : std::vector<Form>{
           {"aecd,abcd->acbe", {1, 33, 1, 16}, {1, 20, 1, 16}, "abcd,aecd->acbe"},
           {"aecd,abcd->acbe", {2, 33, 3, 16}, {2, 20, 3, 16}, "abcd,aecd->acbe"},
           {"bd,cd->cb", {20, 8}, {30, 8}, "cd,bd->cb"},
           {"db,dc->cb", {8, 20}, {8, 30}, "dc,db->cb"},
           {"abd,cde->aceb", {3, 7, 8}, {5, 8, 9}, "cde,abd->aceb"},
       }) {
    const Tensor a = some(form.a, 1), b = some(form.b, 2);
    for (const bool constant : {false, true}) {
      const Prepared prepared = prepare(make_einsum(form.equation), {a, b}, {false, constant});
      EXPECT_NE(prepared.kernel->implementation().substr(0, 3), "ref") << form.equation;
      expect_near(run(make_einsum(form.equation), {a, b}, {false, constant}),
                  run(make_einsum(form.turned), {b, a}, {false, false}));
    }
  }
  const Tensor q = some({1, 2, 1, 4}, 1), k = some({1, 3, 1, 4}, 2);
  const Tensor scores = run(make_einsum("aecd,abcd->acbe"), {k, q}, {false, false});
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      float sum = 0;
      for (std::size_t d = 0; d < 4; ++d)
        sum += q.span<float>()[i * 4 + d] * k.span<float>()[j * 4 + d];
      EXPECT_NEAR(scores.span<float>()[i * 3 + j], sum, 1e-6F);
    }
  }
}

TEST(Einsum, RefusesWhatIsNoEquation) {
  for (const char* text : {"", "ab", "ab,bc", "ab->a", "aa,ab->b", "ab,bc->ad", "ab,cd->abc",
                           "a1,1b->ab", "ab,bc->ac->a"}) {
    EXPECT_THROW(make_einsum(text), Error) << text;
  }
}

TEST(Pool, KeepsNaN) {
  Tensor x = some({1, 4, 4, 3}, 1);
  x.data<float>()[0] = NAN;
  const OpPtr op = make_pool({PoolKind::max, {.strides = {2, 2, 1}}, {2, 2, 1}});
  const Tensor y = run(op, {x}, {false});
  EXPECT_TRUE(std::isnan(y.span<float>()[0]));
  EXPECT_FALSE(std::isnan(y.span<float>()[1]));
}

}  // namespace
}  // namespace halfpixel::graph
