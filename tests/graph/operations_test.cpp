#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/keras/ops.hpp>

#include "core/equal.hpp"
#include "graph/running.hpp"
#include "model/execute.hpp"
#include "model/record.hpp"
#include "operations/operation_rows.hpp"

namespace halfpixel::keras {
namespace {

using graph::picked;
using Position = std::vector<std::int64_t>;
using ::testing::HasSubstr;

Tensor numbers(const Shape& shape) {
  return arange(shape.num_elements()).reshape(shape);
}

const Argument kX = input_argument(0);

OperationCall call_of(std::vector<Argument> args,
                      std::vector<std::pair<std::string, Argument>> kwargs = {},
                      std::initializer_list<std::pair<const char*, Config::Value>> config = {}) {
  OperationCall call;
  for (const auto& [key, value] : config) call.config.set(key, value);
  call.args = std::move(args);
  call.kwargs = std::move(kwargs);
  return call;
}

std::vector<Tensor> run(const std::string& name, const OperationCall& call,
                        const std::vector<Tensor>& inputs) {
  return execute(*make_operation(name, call, "op"),
                 std::vector<ConstTensorView>(inputs.begin(), inputs.end()));
}

// The same after Keras 3's spelling was written down and read again.
std::vector<Tensor> run_rewritten(const std::string& name, const OperationCall& call,
                                  const std::vector<Tensor>& inputs) {
  const LayerPtr layer = make_operation(name, call, "op");
  const auto& operation = dynamic_cast<const OperationImpl&>(*layer);
  EXPECT_THAT(std::string(operation.module()), HasSubstr("keras.src.ops."));
  return run(operation.class_name(), operation.keras_call(), inputs);
}

Shape inferred(const std::string& name, const OperationCall& call, const Shape& shape) {
  const Spec spec{shape, DType::float32};
  return make_operation(name, call, "op")->infer(std::span(&spec, 1))[0].shape;
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(GetItem, SlicesIntegersNewAxesAndEllipsis) {
  const Tensor x = numbers({2, 5, 6, 4});
  const Argument whole{Argument::Slice{}}, dots{Argument::Ellipsis{}}, none = plain(nullptr);
  const auto slice = [](std::optional<std::int64_t> a, std::optional<std::int64_t> b,
                        std::optional<std::int64_t> c = {}) {
    return Argument{Argument::Slice{a, b, c}};
  };
  const auto item = [&](Argument::List key) {
    const OperationCall keras3 = call_of({kX, {key}});
    const Tensor got = run("GetItem", keras3, {x})[0];
    EXPECT_TRUE(same_bits(run_rewritten("GetItem", keras3, {x})[0], got));
    EXPECT_TRUE(same_bits(
        run("__operators__.getitem", call_of({kX}, {{"slice_spec", {key}}}), {x})[0], got));
    return got;
  };
  EXPECT_TRUE(same_bits(item({dots, slice({}, 2)}),
                        picked(x, {2, 5, 6, 2}, [](const Position& p) { return p; })));
  EXPECT_TRUE(same_bits(item({whole, plain(1)}), picked(x, {2, 6, 4}, [](const Position& p) {
                          return Position{p[0], 1, p[1], p[2]};
                        })));
  EXPECT_TRUE(same_bits(item({dots, plain(-1)}), picked(x, {2, 5, 6}, [](const Position& p) {
                          return Position{p[0], p[1], p[2], 3};
                        })));
  EXPECT_TRUE(same_bits(item({whole, none, slice({}, {}, 2), dots, slice({}, {}, -1)}),
                        picked(x, {2, 1, 3, 6, 4}, [](const Position& p) {
                          return Position{p[0], p[2] * 2, p[3], 3 - p[4]};
                        })));
  EXPECT_EQ(inferred("GetItem", call_of({kX, {Argument::List{whole, plain(0)}}}),
                     {kUnknown, kUnknown, 3}),
            (Shape{kUnknown, 3}));
  EXPECT_THAT(message_of([&] { item({whole, plain(5)}); }), HasSubstr("index must lie inside"));
  EXPECT_THAT(message_of([&] { item({whole, whole, whole, whole, whole}); }),
              HasSubstr("too many indices"));
}

TEST(Operations, OfBothDialectsAgree) {
  const Tensor x = numbers({2, 4, 6, 8});
  const auto list = [](std::initializer_list<std::int64_t> values) {
    return Config::Value(Config::list_of(values));
  };
  struct Pair {
    const char *keras, *tf;
    OperationCall keras_call, tf_call;
  };
  const Config::List pads = {list({0, 0}), list({1, 2}), list({2, 1}), list({0, 0})};
  for (const Pair& pair : std::vector<Pair>{
           {"Reshape", "reshape", call_of({kX}, {}, {{"newshape", list({-1, 24, 8})}}),
            call_of({kX}, {{"shape", plain(list({-1, 24, 8}))}})},
           {"Transpose", "transpose", call_of({kX}, {}, {{"axes", list({0, 3, 1, 2})}}),
            call_of({kX, plain(list({0, 3, 1, 2}))})},
           {"ExpandDims", "expand_dims", call_of({kX}, {}, {{"axis", 1}}),
            call_of({kX}, {{"axis", plain(1)}})},
           {"Tile", "tile", call_of({kX}, {}, {{"repeats", list({1, 2, 1, 3})}}),
            call_of({kX}, {{"multiples", plain(list({1, 2, 1, 3}))}})},
           {"Repeat", "repeat", call_of({kX}, {}, {{"repeats", 2}, {"axis", 1}}),
            call_of({kX}, {{"repeats", plain(2)}, {"axis", plain(1)}})},
           {"Flip", "reverse", call_of({kX}, {}, {{"axis", 2}}),
            call_of({kX}, {{"axis", plain(list({2}))}})},
           {"Pad", "compat.v1.pad", call_of({kX}, {}, {{"pad_width", pads}, {"mode", "reflect"}}),
            call_of({kX}, {{"paddings", plain(pads)},
                           {"mode", plain("REFLECT")},
                           {"constant_values", plain(0)}})},
           {"DepthToSpace", "nn.depth_to_space", call_of({kX}, {}, {{"block_size", 2}}),
            call_of({kX}, {{"block_size", plain(2)}})},
           {"Mean", "math.reduce_mean",
            call_of({kX}, {}, {{"axis", list({1, 2})}, {"keepdims", true}}),
            call_of({kX}, {{"axis", plain(list({1, 2}))}, {"keepdims", plain(true)}})},
           {"Max", "math.reduce_max", call_of({kX}, {}, {{"axis", nullptr}}), call_of({kX})},
           {"Resize", "image.resize",
            call_of({kX}, {}, {{"size", list({7, 9})}, {"interpolation", "bicubic"}}),
            call_of({kX, plain(list({7, 9}))}, {{"method", plain("bicubic")}})},
           {"ZerosLike", "zeros_like", call_of({kX}), call_of({kX})},
           {"Take", "gather", call_of({kX, plain(list({3, 0}))}, {}, {{"axis", 3}}),
            call_of({kX, plain(list({3, 0}))}, {{"axis", plain(3)}})},
       }) {
    const Tensor got = run(pair.keras, pair.keras_call, {x})[0];
    EXPECT_TRUE(same_bits(run(pair.tf, pair.tf_call, {x})[0], got)) << pair.tf;
    EXPECT_TRUE(same_bits(run_rewritten(pair.keras, pair.keras_call, {x})[0], got)) << pair.keras;
    EXPECT_TRUE(same_bits(run_rewritten(pair.tf, pair.tf_call, {x})[0], got)) << pair.tf;
  }
}

TEST(Operations, ReshapeWithExtentsThatTensorsGave) {
  // y = tf.reshape(x, (tf.shape(x)[0], -1, tf.shape(x)[3])), at extents that only a run knows.
  const KerasTensor x = Input({.shape = {kUnknown, kUnknown, 8}});
  const auto operation = [](const std::string& name, const OperationCall& call,
                            const std::vector<KerasTensor>& inputs) {
    return record(make_operation(name, call, {}), inputs);
  };
  const KerasTensor shape = operation("shape", call_of({kX}), {x});
  const KerasTensor batch =
      operation("__operators__.getitem", call_of({kX}, {{"slice_spec", plain(0)}}), {shape});
  const KerasTensor channels =
      operation("__operators__.getitem", call_of({kX}, {{"slice_spec", plain(-1)}}), {shape});
  const Argument::List extents = {input_argument(1), plain(-1), input_argument(2)};
  const KerasTensor y =
      operation("reshape", call_of({kX}, {{"shape", {extents}}}), {x, batch, channels});
  EXPECT_EQ(y.shape(), (Shape{kUnknown, kUnknown, 8}));
  const Tensor value = numbers({2, 4, 6, 8});
  EXPECT_TRUE(same_bits(Model(x, y)(value), value.reshape({2, 24, 8})));
}

TEST(Operations, SizesThatTheNumbersOfATensorDecideAreRefused) {
  const Argument::List extents = {input_argument(1), plain(-1), plain(8)};
  const Tensor x = numbers({2, 4, 6, 8}), two(Shape{}, {2});
  const auto message =
      message_of([&] { (void)run("reshape", call_of({kX}, {{"shape", {extents}}}), {x, two}); });
  EXPECT_THAT(message, HasSubstr("[reshape 'op'] its size depends on the numbers of a tensor"));
  EXPECT_THAT(message_of([&] { (void)run("range", call_of({kX}), {two}); }),
              HasSubstr("[range 'op'] its size depends on the numbers of a tensor"));
}

TEST(Operations, SizesOfStrangersAreBounded) {
  const Tensor x = numbers({2, 3});
  EXPECT_THAT(
      message_of([&] { (void)run("range", call_of({plain(0.0)}, {{"limit", plain(1e18)}}), {x}); }),
      HasSubstr("is not supported"));
  EXPECT_THAT(message_of([&] { (void)run("zeros", call_of({plain(Config::List{-3, 2})}), {x}); }),
              HasSubstr("must not be negative"));
  EXPECT_THAT(message_of([&] {
                (void)run("slice",
                          call_of({kX}, {{"begin", plain(Config::List{0, 2})},
                                         {"size", plain(Config::List{2, 2})}}),
                          {x});
              }),
              HasSubstr("must lie inside axis 1"));
}

TEST(Operations, SplitHasManyOutputsAndStackTakesThem) {
  const Tensor x = numbers({2, 6, 4});
  const auto halves =
      run("Split", call_of({kX}, {}, {{"indices_or_sections", 2}, {"axis", -1}}), {x});
  ASSERT_EQ(halves.size(), 2u);
  const auto sizes =
      run("split", call_of({kX, plain(Config::List{1, 3, 2})}, {{"axis", plain(1)}}), {x});
  ASSERT_EQ(sizes.size(), 3u);
  EXPECT_EQ(sizes[1].shape(), (Shape{2, 3, 4}));
  const OperationCall join =
      call_of({{Argument::List{input_argument(0), input_argument(1)}}}, {}, {{"axis", -1}});
  EXPECT_TRUE(same_bits(run("Concatenate", join, halves)[0], x));
  EXPECT_EQ(run("Stack", join, halves)[0].shape(), (Shape{2, 6, 2, 2}));
}

TEST(Operations, ThatCannotBeAreRefusedByName) {
  EXPECT_THAT(message_of([] { make_operation("Fft", call_of({kX}), "fft_3"); }),
              ::testing::AllOf(HasSubstr("Fft"), HasSubstr("fft_3")));
  EXPECT_THAT(
      message_of([] { make_operation("Transpose", call_of({kX}, {}, {{"axes", "left"}}), "t"); }),
      ::testing::AllOf(HasSubstr("axes"), HasSubstr("left"), HasSubstr("'t'")));
  EXPECT_THAT(message_of([] { make_operation("image.resize", call_of({kX}), "r"); }),
              HasSubstr("size"));
  EXPECT_THAT(message_of([] {
                make_operation("Split", call_of({kX}, {}, {{"indices_or_sections", 0}}), "s");
              }),
              HasSubstr("positive"));
  const LayerPtr area = make_operation(
      "image.resize", call_of({kX, plain(Config::List{4, 4})}, {{"method", plain("area")}}),
      "small");
  EXPECT_THAT(message_of([&] { static_cast<const OperationImpl&>(*area).keras_call(); }),
              HasSubstr("cannot be saved"));
}

TEST(Operations, LogsumexpOfInfinities) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const Tensor x({5, 2}, {0.0F, kInfinity, -kInfinity, -kInfinity, NAN, kInfinity, 1.0F, 1.0F,
                          -kInfinity, 1.0F});
  const OperationCall call = call_of({kX}, {}, {{"axis", 1}, {"keepdims", false}});
  const Tensor result = run("Logsumexp", call, {x})[0];
  const auto y = result.span<float>();
  EXPECT_EQ(y[0], kInfinity);
  EXPECT_EQ(y[1], -kInfinity);
  EXPECT_TRUE(std::isnan(y[2]));
  EXPECT_NEAR(y[3], 1.6931472F, 1e-6F);
  EXPECT_EQ(y[4], 1.0F);
}

// What Keras 3.15 answers on TensorFlow.
TEST(Operations, DtypesOfIntegersAndBools) {
  const Tensor bools(Shape{2, 2}, {true, false, true, true});
  const auto of = [](const char* name, const Tensor& x) {
    return run(name, call_of({kX}), {x})[0];
  };
  for (const DType dtype : {DType::uint8, DType::int8, DType::int32, DType::int64}) {
    const Tensor x = Tensor(Shape{1, 3}, {2.0F, 3.0F, 6.0F}).astype(dtype);
    EXPECT_TRUE(same_bits(of("Floor", x), x.astype(DType::float32)));
    EXPECT_TRUE(same_bits(of("Ceil", x), x.astype(DType::float32)));
    EXPECT_TRUE(same_bits(of("Norm", x), Tensor(Shape{}, {7.0F})));
    EXPECT_TRUE(same_bits(of("Trunc", x), x));
  }
  EXPECT_TRUE(same_bits(of("Abs", bools), bools));
  EXPECT_TRUE(same_bits(of("Trunc", bools), bools));
  EXPECT_TRUE(same_bits(of("Square", bools), bools.astype(DType::int32)));
  const OperationCall clip = call_of({kX}, {}, {{"x_min", -1.0}, {"x_max", 2.0}});
  EXPECT_TRUE(same_bits(run("Clip", clip, {bools})[0], bools.astype(DType::int32)));
  EXPECT_TRUE(same_bits(of("Norm", bools), Tensor(Shape{}, {std::sqrt(3.0F)})));
  EXPECT_TRUE(same_bits(of("Max", bools), Tensor(Shape{}, {true})));
  EXPECT_TRUE(same_bits(of("Min", bools), Tensor(Shape{}, {false})));
}

// keras.ops.argmax takes -0 for less than 0, tf.argmax does not.
TEST(Operations, ExtremesAmongZeros) {
  const Tensor x(Shape{1, 5}, {-0.0F, 0.0F, -0.0F, 0.0F, -0.0F});
  const auto at = [&](const char* name, const char* input) {
    return run(name, call_of({}, {{input, kX}, {"axis", plain(1)}}), {x})[0].astype(DType::int32);
  };
  EXPECT_TRUE(same_bits(at("Argmax", "x"), Tensor(Shape{1}, {1})));
  EXPECT_TRUE(same_bits(at("Argmin", "x"), Tensor(Shape{1}, {0})));
  EXPECT_TRUE(same_bits(at("math.argmax", "input"), Tensor(Shape{1}, {0})));
  EXPECT_TRUE(same_bits(at("math.argmin", "input"), Tensor(Shape{1}, {0})));
}

TEST(KerasOps, RecordModels) {
  const KerasTensor x = Input({.shape = {4, 6, 8}});
  const KerasTensor y = ops::concatenate({x * 2.0, 1.0 - x}, -1);
  EXPECT_EQ(y.shape(), (Shape{kUnknown, 4, 6, 16}));
  const KerasTensor z =
      ops::depth_to_space(y, 2) + ops::reshape(ops::transpose(y, {0, 1, 2, 3}), {-1, 8, 12, 4});
  const KerasTensor up = tf::image::resize(ops::slice(z, -1, std::nullopt, 3), {5, 7});
  const Model model(x, up);
  const Tensor in = random::normal({2, 4, 6, 8}, 0.0, 1.0, DType::float32, 1);
  const Tensor out = model(in);
  EXPECT_EQ(out.shape(), (Shape{2, 5, 7, 3}));
  Tensor joined({2, 4, 6, 16}, DType::float32);
  for (std::int64_t i = 0; i < joined.size(); ++i) {
    const float value = in.span<float>()[static_cast<std::size_t>(i / 16 * 8 + i % 8)];
    joined.span<float>()[static_cast<std::size_t>(i)] = i % 16 < 8 ? value * 2.0f : 1.0f - value;
  }
  const auto block = [&](const Position& p) {
    return Position{p[0], p[1] / 2, p[2] / 2, (p[1] % 2 * 2 + p[2] % 2) * 4 + p[3]};
  };
  Tensor sum = picked(joined, {2, 8, 12, 4}, block);
  for (std::int64_t i = 0; i < sum.size(); ++i)
    sum.span<float>()[static_cast<std::size_t>(i)] +=
        joined.span<float>()[static_cast<std::size_t>(i)];
  const Tensor three = picked(sum, {2, 8, 12, 3}, [](const Position& p) { return p; });
  EXPECT_TRUE(same_bits(out, tf::image::resize(three, {5, 7})));
}

}  // namespace
}  // namespace halfpixel::keras
