// Shapes and sizes: extents, products that refuse to wrap, Python's spelling.
#include <gtest/gtest.h>

#include <limits>
#include <sstream>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/shape.hpp>

namespace {

using halfpixel::DataFormat;
using halfpixel::Error;
using halfpixel::kUnknown;
using halfpixel::Shape;
using halfpixel::Size;

constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max();

TEST(Shape, PrintsAsPythonPrintsTuples) {
  EXPECT_EQ(Shape().str(), "()");
  EXPECT_EQ(Shape({3}).str(), "(3,)");
  EXPECT_EQ(Shape({1, kUnknown, kUnknown, 3}).str(), "(1, None, None, 3)");
  std::ostringstream out;
  out << Shape{1, 2} << Size{2, 3} << Size(2) << DataFormat::channels_first;
  EXPECT_EQ(out.str(), "(1, 2)(2, 3)2channels_first");
}

TEST(Shape, HoldsUpToEightExtents) {
  Shape shape{1, 2, 3, 4, 5, 6, 7};
  shape.push_back(8);
  EXPECT_EQ(shape.rank(), 8);
  EXPECT_EQ(shape.num_elements(), 40320);
  EXPECT_THROW(shape.push_back(9), Error);
  EXPECT_THROW(Shape({1, 1, 1, 1, 1, 1, 1, 1, 1}), Error);
  EXPECT_THROW(Shape({-2}), Error);
  EXPECT_THROW(Shape({std::numeric_limits<std::int64_t>::min()}), Error);
}

TEST(Shape, CountsAxesFromBothEnds) {
  const Shape shape{2, 3, 4};
  EXPECT_EQ(shape.at(0), 2);
  EXPECT_EQ(shape.at(-1), 4);
  EXPECT_EQ(shape.at(-3), 2);
  EXPECT_THROW(shape.at(3), Error);
  EXPECT_THROW(shape.at(-4), Error);
  EXPECT_THROW(Shape().at(0), Error);
}

TEST(Shape, ProductsWorkOrAreRefused) {
  EXPECT_EQ(Shape().num_elements(), 1);
  EXPECT_EQ(Shape({0, 5}).num_elements(), 0);
  EXPECT_EQ(Shape({kFar}).num_elements(), kFar);
  EXPECT_EQ(Shape({std::int64_t{1} << 31, std::int64_t{1} << 31}).num_elements(),
            std::int64_t{1} << 62);
  EXPECT_THROW(Shape({kFar, 2}).num_elements(), Error);
  EXPECT_THROW(Shape({std::int64_t{1} << 32, std::int64_t{1} << 31}).num_elements(), Error);
  EXPECT_THROW(Shape({std::int64_t{1} << 32, std::int64_t{1} << 32}).num_elements(),
               Error);  // wraps to 0
  EXPECT_THROW(Shape({3, kUnknown}).num_elements(), Error);
  EXPECT_FALSE(Shape({3, kUnknown}).is_known());
}

TEST(Shape, ComparesExtentByExtent) {
  EXPECT_EQ(Shape({1, 2}), Shape({1, 2}));
  EXPECT_NE(Shape({1, 2}), Shape({1, 2, 1}));
  EXPECT_NE(Shape({1, 2}), Shape({2, 1}));
  EXPECT_EQ(Shape(), Shape({}));
}

TEST(Size, IsOneIntegerOrOneForEachAxis) {
  const Size both = 2;
  EXPECT_EQ(both.rank(), 1);
  EXPECT_EQ(both[0], 2);
  EXPECT_EQ(both[2], 2);
  EXPECT_TRUE(both.fits(3));
  const Size pair{2, 3};
  EXPECT_TRUE(pair.fits(2));
  EXPECT_FALSE(pair.fits(3));
  EXPECT_EQ(Size{2}, both);
  EXPECT_EQ(pair.str(), "(2, 3)");
  EXPECT_THROW(Size(std::initializer_list<std::int64_t>{}), Error);
  EXPECT_THROW((Size{1, 2, 3, 4}), Error);
}

TEST(DataFormat, NamesInAnyCase) {
  EXPECT_EQ(halfpixel::to_data_format("channels_last"), DataFormat::channels_last);
  EXPECT_EQ(halfpixel::to_data_format("Channels_FIRST"), DataFormat::channels_first);
  EXPECT_THROW(halfpixel::to_data_format("channels"), Error);
  EXPECT_THROW(halfpixel::to_data_format(""), Error);
}

}  // namespace
