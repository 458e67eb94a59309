// Models are loaded and saved by several threads at once.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <halfpixel/keras/layers.hpp>
#include <halfpixel/keras/model.hpp>

#include "core/equal.hpp"
#include "io/temp_folder.hpp"

namespace halfpixel {
namespace {

// libhdf5 takes files in memory that have one name for one file.
TEST(FormatThreads, EachLoadsAndSavesItsOwnModel) {
  const test::TempFolder folder;
  constexpr int kThreads = 4, kRounds = 20;
  std::vector<keras::Model> models;
  for (int i = 0; i < kThreads; ++i) {
    const auto x = keras::Input({.shape = {8, 8, 3}});
    models.emplace_back(x, keras::layers::Conv2D({.filters = 16 + i, .kernel_size = 3})(x));
    models.back().save(folder / ("model" + std::to_string(i) + ".keras"));
  }
  std::vector<int> wrong(kThreads, 0);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      const std::string name = "model" + std::to_string(i);
      const std::vector<Tensor> want = models[static_cast<std::size_t>(i)].get_weights();
      for (int round = 0; round < kRounds; ++round) {
        const keras::Model loaded = keras::models::load_model(folder / (name + ".keras"));
        const std::vector<Tensor> got = loaded.get_weights();
        for (std::size_t w = 0; w < want.size(); ++w) {
          if (!same_bits(got[w], want[w])) ++wrong[static_cast<std::size_t>(i)];
        }
        loaded.save(folder / (name + "-again.keras"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(kThreads, 0));
}

}  // namespace
}  // namespace halfpixel
