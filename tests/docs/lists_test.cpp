// docs/models.md lists every layer and every operation that can be loaded, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <halfpixel/error.hpp>

#include "model/layer_impl.hpp"
#include "model/layer_rows.hpp"
#include "operations/operation_rows.hpp"

namespace {

using halfpixel::keras::LayerRow;
using halfpixel::keras::OperationRow;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The names in `backticks` of one section.
std::set<std::string> listed(const std::string& section) {
  std::ifstream page(HALFPIXEL_SOURCE_DIR "/docs/models.md");
  std::set<std::string> names;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) inside = line == "## " + section;
    if (!inside) continue;
    for (std::size_t at = 0; (at = line.find('`', at)) != std::string::npos;) {
      const auto end = line.find('`', at + 1);
      if (end == std::string::npos) break;
      names.insert(line.substr(at + 1, end - at - 1));
      at = end + 1;
    }
  }
  return names;
}

std::vector<std::string> missing(const std::set<std::string>& wanted,
                                 const std::set<std::string>& names) {
  std::vector<std::string> result;
  std::set_difference(wanted.begin(), wanted.end(), names.begin(), names.end(),
                      std::back_inserter(result));
  return result;
}

// Called without arguments, a known operation complains about these.
bool is_operation(const std::string& name) {
  try {
    halfpixel::keras::make_operation(name, {}, "");
  } catch (const halfpixel::Error& error) {
    return std::string(error.what()).find("this operation is not known") == std::string::npos;
  }
  return true;
}

TEST(DocsModels, Lists_the_layers_that_load) {
  using namespace halfpixel::keras;
  std::set<std::string> known;
  for (const auto family : layer_families()) {
    for (const LayerRow& row : family) {
      known.insert(std::string(row.class_name));
      if (!row.alias.empty()) known.insert(std::string(row.alias));
    }
  }
  const std::set<std::string> names = listed("Layers");
  EXPECT_THAT(missing(known, names), IsEmpty()) << "not in docs/models.md";
  for (const std::string& name : names) EXPECT_NE(find_layer(name), nullptr) << name;
}

std::string text_of(const std::string& path) {
  std::ifstream file(HALFPIXEL_SOURCE_DIR "/" + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(DocsModels, Counts_the_cases) {
  std::ifstream cases(HALFPIXEL_SOURCE_DIR "/tests/data/models/cases.txt");
  int count = 0;
  for (std::string line; std::getline(cases, line);) count += line.starts_with('#') ? 0 : 1;
  EXPECT_THAT(text_of("README.md"), HasSubstr(std::to_string(count) + " model cases"));
  EXPECT_THAT(text_of("docs/models.md"), HasSubstr("holds " + std::to_string(count) + " cases"));
}

TEST(DocsModels, Lists_the_operations_that_load) {
  using namespace halfpixel::keras;
  std::set<std::string> known;
  for (const auto family : operation_families()) {
    for (const OperationRow& row : family) known.insert(std::string(row.name));
  }
  const std::set<std::string> names = listed("Operations");
  EXPECT_THAT(missing(known, names), IsEmpty()) << "not in docs/models.md";
  for (const std::string& name : names) EXPECT_TRUE(is_operation(name)) << name;
}

}  // namespace
