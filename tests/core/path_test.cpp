// Path takes a file's name from whatever holds it.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <type_traits>

#include <halfpixel/path.hpp>

namespace {

using halfpixel::Path;

std::string name(const Path& path) {
  return path.str();
}

TEST(Path, IsMadeFromStringsAndPaths) {
  const std::string text = "a/b.npy";
  const std::filesystem::path path = text;
  EXPECT_EQ(name("a/b.npy"), text);
  EXPECT_EQ(name(text), text);
  EXPECT_EQ(name(std::string_view(text)), text);
  EXPECT_EQ(name(path), text);
  EXPECT_EQ(name(path.parent_path() / "c.npy"), "a/c.npy");
  EXPECT_EQ(name(std::filesystem::directory_entry(path)), text);
  EXPECT_EQ(name(Path(path)), text);
  EXPECT_FALSE((std::is_convertible_v<int, Path>));
}

}  // namespace
