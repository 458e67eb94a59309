// Callback holds what std::function holds.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <halfpixel/callback.hpp>

namespace {

using halfpixel::Callback;

struct Base {
  int value = 0;
};
struct Derived : Base {};

int twice(int x) {
  return 2 * x;
}

TEST(Callback, TakesLambdasFunctionsAndObjects) {
  int sum = 0;
  const Callback<void(int, int)> adds = [&sum](auto a, auto b) { sum += a + b; };
  adds(1, 2);
  EXPECT_EQ(sum, 3);
  const Callback<int(int)> function = twice;
  EXPECT_EQ(function(21), 42);
  const Callback<int(int)> object = std::negate<int>();
  EXPECT_EQ(object(3), -3);
  // Results convert, values may be moved through.
  const Callback<Base()> derived = [] { return Derived{{7}}; };
  EXPECT_EQ(derived().value, 7);
  const Callback<int(std::unique_ptr<int>)> owner = [](std::unique_ptr<int> p) { return *p; };
  EXPECT_EQ(owner(std::make_unique<int>(5)), 5);
}

TEST(Callback, MayBeEmpty) {
  EXPECT_FALSE(Callback<void()>());
  EXPECT_FALSE(Callback<void()>(nullptr));
  EXPECT_FALSE((Callback<int(int)>(static_cast<int (*)(int)>(nullptr))));
  EXPECT_FALSE((Callback<int(int)>(std::function<int(int)>())));
  EXPECT_TRUE(Callback<void()>([] {}));
  Callback<int(int)> callback = twice;
  callback = nullptr;
  EXPECT_FALSE(callback);
}

TEST(Callback, CopiesCopyWhatIsHeldAndMovesDoNot) {
  const auto alive = std::make_shared<int>(0);
  {
    const Callback<int()> counts = [alive, n = 0]() mutable { return ++n; };
    EXPECT_EQ(alive.use_count(), 2);
    Callback<int()> copy = counts;
    EXPECT_EQ(alive.use_count(), 3);
    EXPECT_EQ(counts() + counts(), 1 + 2);
    EXPECT_EQ(copy(), 1);
    const Callback<int()> moved = std::move(copy);
    EXPECT_EQ(alive.use_count(), 3);
    EXPECT_EQ(moved(), 2);
    copy = moved;
    copy = *&copy;
    EXPECT_EQ(copy(), 3);
  }
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(Callback, StandsInOptionsAndMaps) {
  struct Options {
    long count = 1;
    Callback<void(long)> progress = {};
  };
  long seen = 0;
  const Options options{.progress = [&](long n) { seen = n; }};
  options.progress(9);
  EXPECT_EQ(seen, 9);
  const std::map<std::string, Callback<int(int)>> table = {{"twice", twice},
                                                           {"same", [](int x) { return x; }}};
  EXPECT_EQ(table.at("twice")(4) + table.at("same")(4), 12);
  const std::function<int(int)> back = table.at("twice");
  EXPECT_EQ(back(1), 2);
}

}  // namespace
