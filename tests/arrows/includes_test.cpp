// The rooms of docs/hacking.md as a test: reads the #include lines and fails on an arrow that runs
// back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

const fs::path kRoot = HALFPIXEL_SOURCE_DIR;

// Each room and the rooms that it may look into, besides itself. A public header belongs to the
// room that implements it.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"core", {}},
    {"kernels", {"core"}},
    {"resample", {"core", "kernels"}},
    {"frontends", {"core", "kernels", "resample"}},
    {"graph", {"core", "kernels", "resample", "frontends"}},
    {"model", {"core", "kernels", "resample", "frontends", "graph"}},
    {"layers", {"core", "kernels", "resample", "frontends", "graph", "model"}},
    {"operations", {"core", "kernels", "resample", "frontends", "graph", "model"}},
    {"formats",
     {"core", "kernels", "resample", "frontends", "graph", "model", "layers", "operations", "io"}},
    {"io", {"core"}},
};
// A public header belongs to the room that implements it; a name that ends in '/' is a folder of
// them.
const std::map<std::string, std::string> kPublicHeaders = {
    {"halfpixel/cpu.hpp", "core"},
    {"halfpixel/dtype.hpp", "core"},
    {"halfpixel/callback.hpp", "core"},
    {"halfpixel/error.hpp", "core"},
    {"halfpixel/path.hpp", "core"},
    {"halfpixel/shared.hpp", "core"},
    {"halfpixel/executor.hpp", "core"},
    {"halfpixel/export.hpp", "core"},
    {"halfpixel/files.hpp", "io"},
    {"halfpixel/memory.hpp", "core"},
    {"halfpixel/onetbb_executor.hpp", "core"},
    {"halfpixel/openmp_executor.hpp", "core"},
    {"halfpixel/shape.hpp", "core"},
    {"halfpixel/tensor.hpp", "core"},
    {"halfpixel/version.hpp", "core"},
    {"halfpixel/resample.hpp", "resample"},
    {"halfpixel/tf_image.hpp", "frontends"},
    {"halfpixel/vips.hpp", "frontends"},
    {"halfpixel/go.hpp", "frontends"},
    {"halfpixel/identify.hpp", "frontends"},
    {"halfpixel/image_rs.hpp", "frontends"},
    {"halfpixel/jax.hpp", "frontends"},
    {"halfpixel/litert.hpp", "frontends"},
    {"halfpixel/mlx.hpp", "frontends"},
    {"halfpixel/paddle.hpp", "frontends"},
    {"halfpixel/tfjs.hpp", "frontends"},
    {"halfpixel/onnx.hpp", "frontends"},
    {"halfpixel/opencv.hpp", "frontends"},
    {"halfpixel/pillow.hpp", "frontends"},
    {"halfpixel/torch.hpp", "frontends"},
    {"halfpixel/keras/config.hpp", "frontends"},
    {"halfpixel/keras/layer.hpp", "frontends"},
    {"halfpixel/keras/resizing.hpp", "frontends"},
    {"halfpixel/keras/up_sampling.hpp", "frontends"},
    {"halfpixel/tf_bands.hpp", "model"},
    {"halfpixel/tf_function.hpp", "model"},
    {"halfpixel/keras/layers.hpp", "layers"},
    {"halfpixel/keras/layers/", "layers"},
    {"halfpixel/keras/model.hpp", "model"},
    {"halfpixel/keras/ops.hpp", "operations"},
    {"halfpixel/keras/tensor.hpp", "model"},
    {"halfpixel/npy.hpp", "io"},
    {"halfpixel/npz.hpp", "io"},
    {"halfpixel/image.hpp", "io"},
};

// Adapters: headers for programs that have the third party already, what they may include of it,
// and the room of src that is built with that party in any case and so may use its adapter. No
// other room and no public header does, so that the core never needs the party itself.
struct Adapter {
  std::string third_party;
  std::string room;
};
const std::map<std::string, Adapter> kAdapters = {
    {"halfpixel/onetbb_executor.hpp", {R"(tbb/\w+\.h)", ""}},
    {"halfpixel/openmp_executor.hpp", {R"(omp\.h)", "graph"}},  // oneDNN's threads are OpenMP's
};

struct Include {
  std::string from;  // path of the file below the root
  std::string what;
  bool quoted;
  std::string str() const { return from + " includes " + what; }
};

std::vector<Include> includes_below(const std::string& folder) {
  static const std::regex line_form(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> found;
  if (!fs::exists(kRoot / folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".hpp" && extension != ".cpp") continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      std::smatch match;
      if (std::regex_search(line, match, line_form)) {
        found.push_back(
            {fs::relative(entry.path(), kRoot).generic_string(), match[2], match[1] == "\""});
      }
    }
  }
  return found;
}

std::string first_folder(const std::string& path) {
  return path.substr(0, path.find('/'));
}
bool is_below(const std::string& path, const std::string& folder) {
  return path.compare(0, folder.size() + 1, folder + "/") == 0;
}
bool is_standard(const Include& include) {
  return !include.quoted && include.what.find_first_of("/.") == std::string::npos;
}

// The room of a public header, "" for everything else.
std::string room_of_header(const std::string& header) {
  const auto exact = kPublicHeaders.find(header);
  if (exact != kPublicHeaders.end()) return exact->second;
  const auto folder = kPublicHeaders.find(header.substr(0, header.rfind('/') + 1));
  return folder == kPublicHeaders.end() ? "" : folder->second;
}

// The room that an include leads to, "" for the standard library and third parties.
std::string room_of(const Include& include) {
  const std::string public_room = room_of_header(include.what);
  if (!public_room.empty()) return public_room;
  const std::string folder = first_folder(include.what);
  return include.what != folder && kMayInclude.count(folder) ? folder : "";
}

TEST(Arrows, ArrowsBetweenRoomsNeverRunBack) {
  std::vector<std::string> wrong;
  for (const auto& [room, allowed] : kMayInclude) {
    for (const Include& include : includes_below("src/" + room)) {
      const std::string target = room_of(include);
      if (!target.empty() && target != room && !allowed.count(target))
        wrong.push_back(include.str());
    }
  }
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Arrows, PublicHeadersObeyTheArrowsToo) {
  std::vector<std::string> wrong;
  for (const Include& include : includes_below("include/halfpixel")) {
    const std::string from = room_of_header(include.from.substr(sizeof("include/") - 1));
    const std::string target = room_of(include);
    if (from.empty() || target.empty() || target == from) continue;
    if (!kMayInclude.at(from).count(target)) wrong.push_back(include.str());
  }
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Arrows, EveryPublicHeaderHasARoom) {
  std::vector<std::string> homeless;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "include")) {
    if (!entry.is_regular_file()) continue;
    const std::string header = fs::relative(entry.path(), kRoot / "include").generic_string();
    if (header != "halfpixel/halfpixel.hpp" && room_of_header(header).empty())
      homeless.push_back(header);
  }
  EXPECT_THAT(homeless, IsEmpty());
}

TEST(Arrows, EveryFolderOfSrcIsARoom) {
  std::vector<std::string> unknown;
  for (const auto& entry : fs::directory_iterator(kRoot / "src")) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && !kMayInclude.count(name)) unknown.push_back(name);
  }
  EXPECT_THAT(unknown, IsEmpty());
}

TEST(Arrows, SourcesDoNotIncludeTheUmbrellaHeader) {
  std::vector<std::string> wrong;
  for (const Include& include : includes_below("src")) {
    if (include.what == "halfpixel/halfpixel.hpp") wrong.push_back(include.str());
  }
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Arrows, PublicHeadersIncludeOnlyEachOtherAndTheStandardLibrary) {
  std::vector<std::string> wrong;
  for (const Include& include : includes_below("include")) {
    if (is_standard(include) || is_below(include.what, "halfpixel")) continue;
    const auto adapter = kAdapters.find(include.from.substr(sizeof("include/") - 1));
    const bool adapted = adapter != kAdapters.end() && !include.quoted &&
                         std::regex_match(include.what, std::regex(adapter->second.third_party));
    if (!adapted) wrong.push_back(include.str());
  }
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Arrows, AdaptersAreIncludedWhereTheirThirdPartyIsAnyway) {
  for (const auto& [header, adapter] : kAdapters) {
    EXPECT_TRUE(fs::exists(kRoot / "include" / header)) << header;
  }
  std::vector<std::string> wrong;
  for (const std::string folder : {"include", "src", "cli"}) {
    for (const Include& include : includes_below(folder)) {
      const auto adapter = kAdapters.find(include.what);
      if (adapter == kAdapters.end()) continue;
      const std::string& room = adapter->second.room;
      if (room.empty() || !is_below(include.from, "src/" + room)) wrong.push_back(include.str());
    }
  }
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Arrows, HighwayIsIncludedBySimdHppAlone) {
  std::vector<std::string> wrong;
  int seen = 0;
  for (const std::string folder : {"src", "include", "cli", "examples", "bench"}) {
    for (const Include& include : includes_below(folder)) {
      if (!is_below(include.what, "hwy")) continue;
      ++seen;
      if (include.from != "src/kernels/simd.hpp") wrong.push_back(include.str());
    }
  }
  EXPECT_THAT(wrong, IsEmpty());
  EXPECT_GT(seen, 0)
      << "no include of Highway was found: does this test still read the right files?";
}

TEST(Arrows, ProgramsSeePublicHeadersOnly) {
  std::vector<std::string> wrong;
  for (const std::string folder : {"cli", "examples", "bench", "python"}) {
    for (const Include& include : includes_below(folder)) {
      const bool own =
          include.quoted && fs::exists((kRoot / include.from).parent_path() / include.what);
      const bool escapes = include.what.find("..") != std::string::npos;
      const bool internal =
          kMayInclude.count(first_folder(include.what)) || is_below(include.what, "src");
      // The peer calls oneDNN itself and shares the one file that knows its versions.
      const bool shared =
          include.from == "bench/peers/onednn.cpp" && include.what == "graph/ops/dnnl_version.hpp";
      if (escapes || (internal && !own && !shared)) wrong.push_back(include.str());
    }
  }
  EXPECT_THAT(wrong, IsEmpty());
}

}  // namespace
