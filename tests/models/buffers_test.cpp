// Large buffers that calls of models ask for: one for each result, and one for each input that has
// to be cast or made contiguous, of the size of its batch. Counted at the pool that gives them out.
#include <cstring>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/keras/ops.hpp>
#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/memory.hpp>

#include "core/equal.hpp"
#include "model/execute.hpp"
#include "model/model_impl.hpp"

namespace halfpixel {
namespace {

namespace layers = keras::layers;

struct Requests {
  std::size_t all = 0;    // buffers of 256 KiB and more
  std::size_t fresh = 0;  // of these, from the operating system
  std::size_t kept = 0;   // bytes that were given back
};

// What `call` asks for once all graphs are compiled and nothing is kept from before.
template <class F>
Requests requests_of(F&& call) {
  (void)call();
  memory::release();
  const memory::Statistics before = memory::statistics();
  [[maybe_unused]] const auto results = call();
  const memory::Statistics after = memory::statistics();
  const std::size_t fresh = after.allocated_count - before.allocated_count;
  return {after.reused_count - before.reused_count + fresh, fresh, after.kept_bytes};
}

constexpr std::int64_t kSide = 160;  // 300 KiB for a float32 sample of three channels

Tensor samples(std::int64_t count, std::int64_t seed = 1) {
  return random::normal({count, kSide, kSide, 3}, 0.0, 1.0, DType::float32, seed);
}

keras::KerasTensor image(DType dtype = DType::float32, const char* name = "image") {
  return keras::Input({.shape = {kSide, kSide, 3}, .dtype = dtype, .name = name});
}

keras::KerasTensor convolved(const keras::KerasTensor& x) {
  return layers::Conv2D({.filters = 3, .kernel_size = {3, 3}, .padding = keras::Padding::same})(x);
}

keras::Model network() {
  const keras::KerasTensor x = image();
  return {x, layers::UpSampling2D({.interpolation = keras::Interpolation::bilinear})(convolved(x))};
}

TEST(Buffers, ACallTakesOneForItsResult) {
  const keras::Model model = network();
  const Tensor x = samples(2);
  EXPECT_EQ(requests_of([&] { return model(x); }).all, 1u);
  EXPECT_EQ(requests_of([&] { return model.call({x}); }).all, 1u);
  EXPECT_EQ(requests_of([&] { return model.predict(x); }).all, 1u);
  const layers::GraphLayer layer = layers::ReLU();
  EXPECT_EQ(requests_of([&] { return layer(x); }).all, 1u);
}

TEST(Buffers, BatchesAreRowsOfInputsAndResults) {
  const keras::Model model = network();
  for (const std::int64_t count : {8, 7}) {  // the last batch is whole, and smaller
    const Tensor x = samples(count);
    const keras::PredictOptions in_twos{.batch_size = 2};
    EXPECT_EQ(requests_of([&] { return model.predict(x, in_twos); }).all, 1u) << count;
    EXPECT_TRUE(same_bits(model.predict(x, in_twos), model(x))) << count;
  }
}

TEST(Buffers, EachOfSeveralResultsTakesOne) {
  const keras::KerasTensor a = image(DType::float32, "a"), b = image(DType::float32, "b");
  const keras::Model model({a, b}, {layers::Add()({a, b}), convolved(b)});
  const std::vector<Tensor> inputs{samples(5, 1), samples(5, 2)};
  const auto predict = [&] { return model.predict(inputs, {.batch_size = 2}); };
  EXPECT_EQ(requests_of(predict).all, 2u);
  const std::vector<Tensor> whole = model.call(inputs), parts = predict();
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_TRUE(same_bits(parts[0], whole[0]));
  EXPECT_TRUE(same_bits(parts[1], whole[1]));
}

TEST(Buffers, WhatIsCastTakesOneForEachBatch) {
  const keras::Model model = network();
  const Tensor x = samples(8);
  const Tensor wanted = model(x);
  for (const DType dtype : {DType::float64, DType::uint8, DType::int64}) {
    const Tensor given = x.astype(dtype);
    const auto predict = [&] { return model.predict(given, {.batch_size = 2}); };
    const Requests requests = requests_of(predict);
    EXPECT_EQ(requests.all, 1u + 4u) << dtype;
    EXPECT_EQ(requests.fresh, 1u + 1u) << dtype;  // the same one again and again
    EXPECT_LT(requests.kept, static_cast<std::size_t>(x.size_bytes() / 2)) << dtype;
    EXPECT_TRUE(same_bits(predict(), model(given.astype(DType::float32)))) << dtype;
  }
  EXPECT_EQ(requests_of([&] { return model(x.astype(DType::float64)); }).all, 1u + 1u + 1u);
}

TEST(Buffers, IntegersThatTheModelTakesAreReadInPlace) {
  const keras::KerasTensor x = image(DType::int32);
  const keras::Model model(x, layers::UpSampling2D()(x));
  const Tensor given = arange(5 * kSide * kSide * 3, DType::int32).reshape({5, kSide, kSide, 3});
  const auto predict = [&] { return model.predict(given, {.batch_size = 2}); };
  EXPECT_EQ(requests_of(predict).all, 1u);
  EXPECT_TRUE(same_bits(predict(), layers::UpSampling2D()(given)));
}

TEST(Buffers, ViewsWithGapsAreMadeContiguousBatchByBatch) {
  const keras::Model model = network();
  const Tensor wide = random::normal({4, kSide, kSide, 5}, 0.0, 1.0, DType::float32, 3);
  const std::int64_t strides[] = {kSide * kSide * 5, kSide * 5, 5, 2};  // channels 0, 2, 4
  const ConstTensorView x(wide.data(), DType::float32, {4, kSide, kSide, 3}, strides);
  const auto predict = [&] { return model.predict(x, {.batch_size = 2}); };
  EXPECT_EQ(requests_of(predict).all, 1u + 2u);
  EXPECT_TRUE(same_bits(predict(), model(Tensor(x))));
  // Rows themselves may stand apart, or backwards: each batch is contiguous then, or is not.
  const Tensor rows = samples(8);
  const std::int64_t apart[] = {-2 * kSide * kSide * 3, kSide * 3, 3, 1};
  const ConstTensorView y(rows.data<float>() + 7 * kSide * kSide * 3, {4, kSide, kSide, 3}, apart);
  EXPECT_EQ(requests_of([&] { return model.predict(y, {.batch_size = 1}); }).all, 1u);
  EXPECT_EQ(requests_of([&] { return model.predict(y, {.batch_size = 2}); }).all, 1u + 2u);
  EXPECT_TRUE(same_bits(model.predict(y, {.batch_size = 1}), model(Tensor(y))));
}

TEST(Buffers, ResultsOfOtherDtypesAreCastOnce) {
  const keras::KerasTensor x = image();
  const keras::Model model(x, layers::ReLU({.dtype = DType::float16})(x));
  const Tensor given = samples(6);
  const auto predict = [&] { return model.predict(given, {.batch_size = 2}); };
  const Requests requests = requests_of(predict);
  EXPECT_EQ(requests.all, 1u + 3u);  // float32, of one batch each
  EXPECT_EQ(requests.fresh, 2u);
  EXPECT_EQ(predict().dtype(), DType::float16);
  EXPECT_TRUE(same_bits(predict(), model(given)));
}

TEST(Buffers, CompiledCallsReadAndWriteTheCallersMemory) {
  const keras::Model model = network();
  const Tensor x = samples(2);
  const keras::Spec given{x.shape(), x.dtype()};
  const keras::CompiledCall call(keras::impl_of(model), std::span(&given, 1));
  ASSERT_EQ(call.outputs().size(), 1u);
  Tensor y(call.outputs()[0].shape, call.outputs()[0].dtype);
  const ConstTensorView in = x;
  const TensorView out = y;
  const auto run = [&] {
    call.run(std::span(&in, 1), std::span(&out, 1));
    return 0;
  };
  EXPECT_EQ(requests_of(run).all, 0u);
  EXPECT_TRUE(same_bits(y, model(x)));
  const ConstTensorView same = y;
  EXPECT_THROW(call.run(std::span(&same, 1), std::span(&out, 1)), Error);
  EXPECT_THROW(call.run({}, std::span(&out, 1)), Error);
}

TEST(Predict, BatchesAreJoinedAlongTheFirstAxis) {
  const keras::KerasTensor x = keras::Input({.shape = {2, 3}});
  const Tensor given = arange(5 * 6).reshape({5, 2, 3});
  const keras::Model rows(x, keras::ops::reshape(x, {-1, 3}));
  EXPECT_TRUE(same_bits(rows.predict(given, {.batch_size = 2}), given.reshape({10, 3})));
  const keras::Model mean(x, keras::ops::mean(x, {0}));  // (2, 3) of each batch
  EXPECT_EQ(mean.predict(given, {.batch_size = 2}).shape(), (Shape{6, 3}));
  const keras::Model scalar(x, keras::ops::mean(x, {0, 1, 2}));
  EXPECT_THROW(scalar.predict(given, {.batch_size = 2}), Error);
}

TEST(Predict, AModelWithoutLayersThatChangeAnythingCopies) {
  const keras::Sequential model({keras::Input({.shape = {3}}), layers::Dropout({.rate = 0.5})});
  const Tensor given = arange(21).reshape({7, 3});
  const Tensor result = model.predict(given, {.batch_size = 2});
  EXPECT_TRUE(same_bits(result, given));
  EXPECT_NE(result.data(), given.data());
}

TEST(Predict, TellsHowFarItIs) {
  const keras::Sequential model({layers::ReLU()});  // connected by its first call
  std::vector<std::pair<std::int64_t, std::int64_t>> told;
  const auto note = [&](std::int64_t done, std::int64_t all) { told.emplace_back(done, all); };
  (void)model.predict(arange(7).reshape({7, 1}), {.batch_size = 3, .progress = note});
  EXPECT_EQ(told, (std::vector<std::pair<std::int64_t, std::int64_t>>{{3, 7}, {6, 7}, {7, 7}}));
  told.clear();
  (void)model.predict(arange(2).reshape({2, 1}), {.progress = note});
  EXPECT_EQ(told, (std::vector<std::pair<std::int64_t, std::int64_t>>{{2, 2}}));
}

}  // namespace
}  // namespace halfpixel
