// tf::function: what is traced when, by how many threads, and what it is compiled to.
#include <halfpixel/tf_function.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <future>
#include <thread>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/keras/ops.hpp>
#include <halfpixel/tf_image.hpp>

#include "core/equal.hpp"

namespace halfpixel {
namespace {

using keras::KerasTensor;
using ::testing::HasSubstr;
namespace layers = keras::layers;

template <class Act>
std::string error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// Ends the process when a call waits for ever, as the thread that waits cannot be ended.
template <class Act>
void within_a_minute(Act act) {
  auto done = std::async(std::launch::async, act);
  if (done.wait_for(std::chrono::minutes(1)) != std::future_status::ready) {
    std::fputs("still waiting after a minute\n", stderr);
    std::_Exit(1);
  }
  done.get();
}

// x · 2^n by calling its own function on a tensor while it is traced.
struct Doubled {
  const tf::Function<Doubled>** self;
  KerasTensor operator()(const KerasTensor& x, int n) const {
    if (n == 0) return x * 1.0;
    const Tensor two = (**self)(full({1}, 2.0), n - 1);  // 2^n
    return x * static_cast<double>(*two.data<float>());
  }
};

TEST(TfFunction, MayCallItselfOnTensorsWhileItIsTraced) {
  const tf::Function<Doubled>* self = nullptr;
  const tf::Function<Doubled> f = tf::function(Doubled{&self});
  self = &f;
  within_a_minute([&] { EXPECT_EQ(*f(full({1}, 3.0), 2).data<float>(), 12.0F); });
  EXPECT_EQ(f.tracing_count(), 3);
}

// The same within one tracing.
struct Inlined {
  const tf::Function<Inlined>** self;
  KerasTensor operator()(const KerasTensor& x, int n) const {
    return n == 0 ? x * 1.0 : (**self)(x, n - 1) * 2.0;
  }
};

TEST(TfFunction, CalledOnASymbolIsAPartOfWhatIsTraced) {
  const tf::Function<Inlined>* self = nullptr;
  const tf::Function<Inlined> f = tf::function(Inlined{&self});
  self = &f;
  within_a_minute([&] { EXPECT_EQ(*f(full({1}, 3.0), 2).data<float>(), 12.0F); });
  EXPECT_EQ(f.tracing_count(), 1);
}

struct Endless {
  const tf::Function<Endless>** self;
  KerasTensor operator()(const KerasTensor& x) const {
    (void)(**self)(zeros({2, 3}));
    return x;
  }
};

TEST(TfFunction, RefusesToTraceWhatItIsTracing) {
  const tf::Function<Endless>* self = nullptr;
  const tf::Function<Endless> f = tf::function(Endless{&self});
  self = &f;
  within_a_minute([&] {
    const std::string said = error_of([&] { f(zeros({2, 3})); });
    EXPECT_THAT(said, HasSubstr("[tf.function] the callable calls its own function"));
    EXPECT_THAT(said, HasSubstr("got shapes (2, 3)"));
  });
  EXPECT_EQ(f.tracing_count(), 0);
}

// Two functions that call one another while they are traced, by two threads at the same time.
struct Pair;
struct Half {
  Pair* pair;
  int me;
  KerasTensor operator()(const KerasTensor& x, bool deep) const;
};
struct Pair {
  const tf::Function<Half>* function[2] = {};
  std::atomic<int> inside = 0;
};
KerasTensor Half::operator()(const KerasTensor& x, bool deep) const {
  if (!deep) return x * 1.0;
  ++pair->inside;
  while (pair->inside < 2) std::this_thread::yield();  // both are traced now
  const Tensor other = (*pair->function[1 - me])(full({1}, 5.0), false);
  return x * static_cast<double>(*other.data<float>());
}

TEST(TfFunction, TwoThreadsMayTraceThroughEachOther) {
  Pair pair;
  const tf::Function<Half> f = tf::function(Half{&pair, 0}), g = tf::function(Half{&pair, 1});
  pair.function[0] = &f;
  pair.function[1] = &g;
  within_a_minute([&] {
    auto other = std::async(std::launch::async, [&] { return g(full({1}, 2.0), true); });
    EXPECT_EQ(*f(full({1}, 3.0), true).data<float>(), 15.0F);
    EXPECT_EQ(*other.get().data<float>(), 10.0F);
  });
  EXPECT_EQ(f.tracing_count(), 2);
  EXPECT_EQ(g.tracing_count(), 2);
}

TEST(TfFunction, ThreadsThatNeedOneSignatureAtOnceShareATrace) {
  std::atomic<int> inside = 0;
  const auto f = tf::function([&inside](const auto& x) {
    ++inside;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (inside < 2 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    return x * 2.0;
  });
  within_a_minute([&] {
    auto other = std::async(std::launch::async, [&] { return f(full({1}, 2.0)); });
    EXPECT_EQ(*f(full({1}, 3.0)).data<float>(), 6.0F);
    EXPECT_EQ(*other.get().data<float>(), 4.0F);
  });
  EXPECT_EQ(f.tracing_count(), 1);
}

TEST(TfFunction, PlainArgumentsKnowTheirPlace) {
  const auto f = tf::function([](const auto& a, const auto& b) { return a * b; });
  EXPECT_EQ(*f(full({1}, 3.0), 2.0).data<float>(), 6.0F);
  EXPECT_EQ(*f(2.0, full({1}, 3.0)).data<float>(), 6.0F);
  EXPECT_EQ(f.tracing_count(), 2);
}

TEST(TfFunction, ViewsWithStridesAreReadAsTheyStand) {
  const Tensor x = arange(12).reshape({3, 4});
  const std::int64_t strides[] = {1, 4};
  const ConstTensorView turned(x.data(), DType::float32, Shape{4, 3}, strides);
  const auto f = tf::function([](const auto& v) { return v * 2.0; });
  const Tensor y = f(turned);
  ASSERT_EQ(y.shape(), (Shape{4, 3}));
  EXPECT_EQ(y.data<float>()[1], 8.0F);
  Tensor z({4, 3}, DType::float32);
  f.get_concrete_function(turned).run({turned}, {z});
  EXPECT_TRUE(same_bits(y, z));
}

TEST(TfFunction, RunTakesWhatItWasCompiledFor) {
  const auto f = tf::function([](const auto& v) { return v * 2.0; });
  const tf::ConcreteFunction g = f.get_concrete_function(zeros({2}));
  Tensor y({2}, DType::float32);
  const Tensor wrong = zeros({2}, DType::float64);
  EXPECT_THAT(error_of([&] { g.run({wrong}, {y}); }), HasSubstr("input 0 must have dtype float32"));
  EXPECT_THAT(error_of([&] { g.run({}, {y}); }), HasSubstr("1 inputs are needed; got 0"));
  EXPECT_THAT(error_of([&] { g.run({y}, {}); }), HasSubstr("1 outputs are needed; got 0"));
  EXPECT_EQ(g(full({2}, 3.0, DType::float64)).data<float>()[1], 6.0F);  // a call casts
}

// Convolution, batch normalisation, activation: what passes round anew.
keras::Model normalised() {
  const auto x = keras::Input({.shape = {8, 8, 3}});
  auto y = layers::Conv2D({.filters = 4, .kernel_size = 3})(x);
  layers::BatchNormalization normalise;
  y = normalise(y);
  normalise.set_weights({full({4}, 1.3), full({4}, 0.2), full({4}, -0.1), full({4}, 0.7)});
  return keras::Model(x, layers::Activation(keras::Activation::tanh)(y));
}

TEST(TfFunction, ExactPrecisionKeepsTheBitsOfLayersRunOneByOne) {
  const keras::Model model = normalised();
  const Tensor x = halfpixel::random::normal({1, 8, 8, 3}, 0.0, 1.0, DType::float32, 1);
  Tensor wanted = x;
  for (const layers::GraphLayer& layer : model.layers()) {
    if (layer.class_name() != "InputLayer") wanted = layer(wanted);
  }
  const auto exact = tf::function(model, {.precision = tf::Precision::exact});
  EXPECT_TRUE(same_bits(exact(x), wanted));
  const auto relaxed = tf::function(model);
  EXPECT_FALSE(same_bits(relaxed(x), wanted)) << "the test needs a model that is rounded anew";
  const std::vector<tf::TensorSpec> specs = {{x.shape(), x.dtype()}};
  const std::string text = exact.get_concrete_function(specs).describe();
  for (const tf::PassInfo& pass : tf::passes()) {
    EXPECT_TRUE(!pass.changes_rounding || text.find(pass.name) == std::string::npos) << pass.name;
  }
}

TEST(TfFunction, SeesWeightsThatWereSetSince) {
  const keras::Model model = normalised();
  const auto f = tf::function(model);
  const Tensor x = halfpixel::random::normal({1, 8, 8, 3}, 0.0, 1.0, DType::float32, 1);
  const std::vector<tf::TensorSpec> specs = {{x.shape(), x.dtype()}};
  const Tensor before = f(x);
  const tf::ConcreteFunction old = f.get_concrete_function(specs);
  layers::GraphLayer convolution = model.layers().at(1);
  convolution.set_weights({full({3, 3, 3, 4}, 0.1), full({4}, 0.5)});
  EXPECT_FALSE(same_bits(f(x), before));
  EXPECT_TRUE(same_bits(f(x), tf::function(model)(x)));
  EXPECT_TRUE(same_bits(old(x), before)) << "a concrete function is immutable";
  EXPECT_EQ(f.tracing_count(), 1);
}

TEST(TfFunction, LeavesOutPassesByName) {
  const keras::Model model = normalised();
  const std::vector<tf::TensorSpec> specs = {{{1, 8, 8, 3}, DType::float32}};
  const auto text = [&](const tf::FunctionOptions& options) {
    return tf::function(model, options).get_concrete_function(specs).describe();
  };
  EXPECT_THAT(text({}), HasSubstr("pass fuse_bias_and_affine: 1"));
  EXPECT_EQ(text({.without = {"fuse_bias_and_affine"}}).find("fuse_bias_and_affine"),
            std::string::npos);
  EXPECT_THAT(error_of([&] { tf::function(model, {.without = {"fly"}}); }),
              HasSubstr("store_bf16, dead_code; got 'fly'"));
  EXPECT_THAT(
      error_of([] { tf::function([](const auto& x) { return x; }, {}, {.without = {"fly"}}); }),
      HasSubstr("got 'fly'"));
  const auto f = tf::function([](const auto& x) { return x * 2.0 * 3.0; }, {},
                              {.without = {"fuse_elementwise"}});
  EXPECT_THAT(f.get_concrete_function(zeros({2})).describe(), ::testing::Not(HasSubstr("fused")));
}

TEST(TfFunction, NamesOfPrecisions) {
  for (const tf::Precision precision :
       {tf::Precision::relaxed, tf::Precision::exact, tf::Precision::fast})
    EXPECT_EQ(tf::to_precision(tf::name_of(precision)), precision);
  EXPECT_THROW(tf::to_precision("Exact"), Error);
}

}  // namespace
}  // namespace halfpixel
