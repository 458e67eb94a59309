// An op that no pass has heard of: right, and optimised by what it answers.
#include "graph/ops/concat.hpp"
#include "graph/ops/elementwise.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/rows.hpp"
#include "graph/ops/transpose.hpp"
#include "graph/ops/unary.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::kinds;
using testing::noise;
using testing::record;
using testing::run;
using testing::same_bits;
using Ids = std::vector<ValueId>;

struct MixAttributes {
  float part = 0.5F;
  friend bool operator==(const MixAttributes&, const MixAttributes&) = default;
};

// mix: y = part · x.
class MixOp final : public ElementwiseOp<MixOp, MixAttributes> {
 public:
  using ElementwiseOp::ElementwiseOp;
  std::string_view kind() const noexcept override { return "mix"; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override { return {inputs[0]}; }
  bool in_place(int) const override { return true; }

  void apply(std::span<const Operand> x, float* y, std::int64_t count) const noexcept override {
    for (std::int64_t i = 0; i < count; ++i) y[i] = attr.part * x[0].data[i];
  }
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    struct MixKernel final : Kernel {
      MixKernel(const MixOp& o, const Rows& r) : op(o), rows(r) {}
      void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
        rows.run([&](std::int64_t first, std::int64_t count, std::int64_t position) {
          const Operand x{static_cast<const float*>(in[0]) + first, 1};
          op.apply({&x, 1}, static_cast<float*>(out[0]) + position, count);
        });
      }
      MixOp op;
      Rows rows;
    };
    return std::make_unique<MixKernel>(*this, Rows::of(args));
  }

  std::optional<PerChannel> per_channel(int, const PrepareArgs& args) const override {
    const auto channels = static_cast<std::size_t>(args.outputs[0].shape.at(-1));
    return PerChannel{std::vector<double>(channels, static_cast<double>(attr.part)), {}};
  }
  int repeated_input(const PrepareArgs&) const override { return attr.part == 1.0F ? 0 : -1; }
};

OpPtr make_mix(float part) {
  return std::make_shared<MixOp>(MixAttributes{part});
}

struct Compiled {
  std::string kinds;
  Tensor result;
};
// Expects the bits of the graph as it was recorded.
Compiled compiled(const std::vector<Tensor>& inputs, const testing::Record& body) {
  const auto executable = Executable::compile(record(inputs, body), {.keep_rounding = true});
  Compiled result{kinds(executable->graph()), (*executable)(inputs)[0]};
  EXPECT_TRUE(same_bits(result.result, run(record(inputs, body), inputs)[0]));
  return result;
}

TEST(NewOp, ComputedTwiceIsShared) {
  const auto got = compiled({noise({4, 5}, 1)}, [](Builder& b, const Ids& in) {
    const ValueId p = b.add1(make_mix(0.25F), {in[0]}), q = b.add1(make_mix(0.25F), {in[0]});
    return Ids{b.add1(make_concat(0), {p, q, b.add1(make_mix(0.75F), {in[0]})})};
  });
  EXPECT_EQ(got.kinds, "mix mix concat");
}

TEST(NewOp, WithoutEffectVanishes) {
  const auto got = compiled({noise({4, 5}, 1)}, [](Builder& b, const Ids& in) {
    return Ids{b.add1(make_concat(0), {b.add1(make_mix(1.0F), {in[0]}), in[0]})};
  });
  EXPECT_EQ(got.kinds, "concat");
}

TEST(NewOp, LetsTransposesPassAndCancel) {
  const auto got = compiled({noise({2, 4, 5, 3}, 1)}, [](Builder& b, const Ids& in) {
    const ValueId first = b.add1(make_to_channels_first(4), {in[0]});
    return Ids{b.add1(make_to_channels_last(4), {b.add1(make_mix(0.25F), {first})})};
  });
  EXPECT_EQ(got.kinds, "mix");
}

TEST(NewOp, JoinsChains) {
  const auto got = compiled({noise({40, 50, 3}, 1)}, [](Builder& b, const Ids& in) {
    const ValueId positive = b.add1(make_unary(kRelu), {in[0]});
    return Ids{b.add1(make_unary(Function::tanh), {b.add1(make_mix(0.25F), {positive})})};
  });
  EXPECT_EQ(got.kinds, "fused");
}

TEST(NewOp, IsFoldedIntoTheProductBeforeIt) {
  const Tensor x = noise({4, 5}, 1), kernel = noise({5, 3}, 2);
  const auto body = [&](Builder& b, const Ids& in) {
    const ValueId v = b.add1(make_matmul(), {in[0], b.constant(kernel)});
    return Ids{b.add1(make_mix(0.3F), {v})};
  };
  const auto executable = Executable::compile(record({x}, body));
  EXPECT_EQ(kinds(executable->graph()), "matmul");
  const std::vector<Tensor> inputs = {x};
  EXPECT_LT(
      testing::largest_difference((*executable)(inputs)[0], run(record(inputs, body), inputs)[0]),
      1e-6);
}

TEST(NewOp, IsWrittenIntoAConcatenation) {
  const Tensor x = noise({4, 5}, 1), y = noise({4, 2}, 2);
  const Tensor got =
      compiled({x, y}, [](Builder& b, const Ids& in) {
        return Ids{b.add1(make_concat(-1), {b.add1(make_mix(0.5F), {in[0]}), in[1]})};
      }).result;
  for (std::int64_t i = 0; i < got.size(); ++i) {
    const std::int64_t row = i / 7, column = i % 7;
    const float wanted = column < 5 ? 0.5F * x.data<float>()[row * 5 + column]
                                    : y.data<float>()[row * 2 + column - 5];
    EXPECT_EQ(got.data<float>()[i], wanted) << i;
  }
}

}  // namespace
}  // namespace halfpixel::graph
