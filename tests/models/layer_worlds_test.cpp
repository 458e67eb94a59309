// The layers of core inside models: one layer wherever it, or a copy of it, is called.
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>

#include "core/equal.hpp"
#include "io/temp_folder.hpp"

namespace halfpixel {
namespace {

namespace layers = keras::layers;

TEST(LayerWorlds, ALayerCalledTwiceIsOneLayerOfAModel) {
  const layers::UpSampling2D up({.interpolation = keras::Interpolation::bilinear});
  const layers::UpSampling2D copy = up;
  const keras::KerasTensor a = keras::Input({.shape = {3, 4, 2}});
  const keras::KerasTensor b = keras::Input({.shape = {3, 4, 2}});
  const keras::Model model({a, b}, layers::Subtract()({up(a), copy(b)}));
  ASSERT_EQ(model.layers().size(), 4u);
  EXPECT_EQ(model.get_layer(up.name()).name(), up.name());
  const std::vector<Tensor> inputs{arange(24).reshape({1, 3, 4, 2}), full({1, 3, 4, 2}, 1.0)};
  const Tensor wanted = model.call(inputs)[0];
  EXPECT_EQ(wanted.shape(), (Shape{1, 6, 8, 2}));
  EXPECT_EQ(wanted.data<float>()[0], -1.0f);

  const test::TempFolder folder;
  model.save(folder / "twice.keras");
  const keras::Model loaded = keras::models::load_model(folder / "twice.keras");
  EXPECT_EQ(loaded.layers().size(), 4u);
  EXPECT_TRUE(same_bits(loaded.call(inputs)[0], wanted));
}

TEST(LayerWorlds, SequentialTakesBothKinds) {
  const layers::Resizing resizing({.height = 3, .width = 5});
  keras::Sequential model(
      {keras::Input({.shape = {2, 2, 1}}), layers::UpSampling2D(), layers::ReLU(), resizing});
  EXPECT_EQ(model.output_shape(), (Shape{kUnknown, 3, 5, 1}));
  EXPECT_EQ(keras::as_graph_layer(resizing).name(), resizing.name());
}

TEST(LayerWorlds, PopTakesTheLastLayerOut) {
  keras::Sequential model({keras::Input({.shape = {2, 2, 3}}), layers::ReLU(),
                           layers::Conv2D({.filters = 4, .kernel_size = {1, 1}})});
  const Tensor x = full({1, 2, 2, 3}, -1.0);
  EXPECT_EQ(model(x).shape(), (Shape{1, 2, 2, 4}));
  const test::TempFolder folder;
  model.save(folder / "three.keras");
  keras::Sequential loaded(keras::models::load_model(folder / "three.keras"));
  for (keras::Sequential* one : {&model, &loaded}) {
    EXPECT_EQ(one->pop().class_name(), "Conv2D");
    EXPECT_EQ(one->output_shape(), (Shape{kUnknown, 2, 2, 3}));
    EXPECT_TRUE(same_bits((*one)(x), full({1, 2, 2, 3}, 0.0)));
    EXPECT_EQ(one->pop().class_name(), "ReLU");
    EXPECT_THROW(one->pop(), Error);
    one->add(layers::UpSampling2D());
    EXPECT_EQ((*one)(x).shape(), (Shape{1, 4, 4, 3}));
  }
  const keras::KerasTensor in = keras::Input({.shape = {3}});
  EXPECT_THROW(keras::Sequential(keras::Model(in, layers::ReLU()(in))), Error);
}

TEST(LayerWorlds, ModelsEndInTheMiddleOfOthers) {
  const layers::Conv2D shared({.filters = 3, .kernel_size = {1, 1}, .name = "shared"});
  const keras::KerasTensor x = keras::Input({.shape = {2, 2, 3}});
  const keras::Model model(x, layers::Flatten()(shared(layers::ReLU({.name = "relu"})(shared(x)))));
  ASSERT_EQ(model.layer_outputs("shared").size(), 2u);
  ASSERT_EQ(model.layer_inputs("relu").size(), 1u);
  const keras::Model middle(model.inputs()[0],
                            {model.layer_inputs("relu")[0], model.layer_outputs("shared")[1]});
  const Tensor values = random::uniform({1, 2, 2, 3}, -1.0, 1.0);
  const std::vector<Tensor> got = middle.call({values});
  EXPECT_TRUE(same_bits(got[0], shared(values)));
  EXPECT_TRUE(same_bits(got[1].reshape({1, 12}), model(values)));
  EXPECT_THROW((void)model.layer_outputs("none"), Error);
}

// No layer reads a tensor that it was not given.
TEST(LayerWorlds, LayersAreCalledOnAsManyTensorsAsTheyTake) {
  const Tensor x = full({1, 4, 3}, 1.0);
  const keras::KerasTensor symbol = keras::Input({.shape = {4, 3}});
  const std::vector<Tensor> none, two{x, x};
  const std::vector<layers::GraphLayer> alone{layers::Conv1D({.filters = 2, .kernel_size = 1}),
                                              layers::ReLU(),
                                              layers::Dense({.units = 2}),
                                              layers::Flatten(),
                                              layers::BatchNormalization(),
                                              keras::as_graph_layer(layers::UpSampling1D())};
  for (const layers::GraphLayer& layer : alone) {
    EXPECT_THROW((void)layer(none), Error) << layer.name();
    EXPECT_THROW((void)layer(two), Error) << layer.name();
    EXPECT_THROW((void)layer(std::vector<keras::KerasTensor>{}), Error) << layer.name();
    EXPECT_THROW((void)layer({symbol, symbol}), Error) << layer.name();
    EXPECT_NO_THROW((void)layer(x)) << layer.name();
  }
  for (const layers::GraphLayer& layer :
       {layers::GraphLayer(layers::Concatenate()), layers::GraphLayer(layers::Add()),
        layers::GraphLayer(layers::MultiHeadAttention({.num_heads = 1, .key_dim = 2}))})
    EXPECT_THROW((void)layer(none), Error) << layer.name();
}

TEST(LayerWorlds, ManyThreadsFindOneLayer) {
  const layers::UpSampling1D up;
  const keras::KerasTensor x = keras::Input({.shape = {2, 1}});
  std::vector<keras::KerasTensor> results(4, x);
  std::vector<std::thread> threads;
  for (keras::KerasTensor& result : results) {
    threads.emplace_back([&up, &result] { result = up(result); });
  }
  for (std::thread& thread : threads) thread.join();
  keras::KerasTensor sum = results[0];
  for (std::size_t i = 1; i < results.size(); ++i) sum = layers::Add()({sum, results[i]});
  EXPECT_EQ(keras::Model(x, sum).layers().size(), 5u);  // Input, UpSampling1D, three Add
}

TEST(LayerWorlds, ManyThreadsConnectAndReweighOneSequential) {
  const keras::Sequential model({layers::Dense({.units = 3})});
  const Tensor x = full({2, 4}, 1.0);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) threads.emplace_back([&] { (void)model(x); });
  for (std::thread& thread : threads) thread.join();
  threads.clear();
  const std::vector<Tensor> ones{full({4, 3}, 1.0), full({3}, 1.0)},
      twos{full({4, 3}, 2.0), full({3}, 2.0)};
  model.layers()[0].set_weights(ones);
  threads.emplace_back([&] {
    for (int i = 0; i < 50; ++i) model.layers()[0].set_weights(i % 2 == 0 ? twos : ones);
  });
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const Tensor y = model(x);  // all weights new, or all old
        for (const float value : y.span<float>())
          ASSERT_TRUE(value == 5.0f || value == 10.0f) << value;
        ASSERT_EQ(y.data<float>()[0], y.data<float>()[5]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace halfpixel
