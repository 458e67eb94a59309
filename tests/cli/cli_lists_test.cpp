// What is told more than once about the command line is the same everywhere: commands, options,
// names and endings in --help, which is made from the code, in the man page, the completions and
// docs/command_line.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <halfpixel/keras/config.hpp>
#include <halfpixel/tf_image.hpp>
#ifdef HALFPIXEL_HAS_IMAGE
#include <halfpixel/image.hpp>
#endif

#include "cli/program.hpp"

namespace halfpixel {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;
using Names = std::set<std::string>;
using Options = std::map<std::string, Names>;  // by command

const std::string kRoot = HALFPIXEL_SOURCE_DIR;

std::string page(const std::string& name) {
  return test::read_bytes(kRoot + "/" + name);
}

// Line ends and runs of spaces become one space, so that phrases are found wherever they break.
std::string one_line(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(\s+)"), " ");
}

// The first group of every match.
Names all(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  Names names;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) {
    names.insert((*at)[1]);
  }
  return names;
}

Names words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

// The lines from the one that begins with `from` to the one that begins with `to`.
std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t begin = text.find("\n" + from);
  if (begin == std::string::npos) return "";
  const std::size_t end = text.find("\n" + to, begin + 1);
  return text.substr(begin + 1 + from.size(),
                     end == std::string::npos ? end : end - begin - from.size());
}

std::string help(const std::vector<std::string>& command) {
  const test::TempFolder folder;
  std::vector<std::string> line = command;
  line.push_back("--help");
  return test::run(folder, line).out;
}

Names commands() {
  return all(between(help({}), "Subcommands:", "Examples:"), R"(\n  ([a-z]+) )");
}

Options options_of_help() {
  Options options;
  for (const std::string& command : commands()) {
    options[command] =
        all(between(help({command}), "Options:", "Examples:"), R"(\n  (?:-[a-z],)?(--[a-z-]+))");
  }
  return options;
}

// As many as a reader of the page finds for each command, those of every command included.
void expect_same(const Options& found, const std::string& where) {
  const Options wanted = options_of_help();
  ASSERT_THAT(wanted, Contains(::testing::Key("resize")));
  ASSERT_THAT(wanted.at("resize"), IsSupersetOf({"--size", "--method", "--help", "--threads"}));
  for (const auto& [command, options] : wanted) {
    ASSERT_TRUE(found.contains(command)) << where << " lacks " << command;
    EXPECT_EQ(found.at(command), options) << where << ", command " << command;
  }
#if defined(HALFPIXEL_HAS_IMAGE) && defined(HALFPIXEL_HAS_MODEL) && defined(HALFPIXEL_HAS_BENCH)
  EXPECT_THAT(found, SizeIs(wanted.size())) << where << " has a command too many";
#endif
}

Options with_common(Options options, const Names& common) {
  for (auto& entry : options) entry.second.insert(common.begin(), common.end());
  return options;
}

// What bash offers behind these words.
std::string bash(const std::string& line) {
  const std::string folder = std::filesystem::path(HALFPIXEL_PROGRAM).parent_path();
  const std::string command = "PATH=" + folder + ":$PATH bash -c '. " + kRoot +
                              "/cli/completions/halfpixel.bash; COMP_WORDS=(" + line +
                              "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _halfpixel; echo "
                              "\"${COMPREPLY[@]}\"'";
  std::string printed;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer;
  while (const std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) {
    printed.append(buffer.data(), n);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  return printed;
}

// What an option of a command takes, as the pages say it: "a (default), b or c".
struct Choice {
  std::string command, option;
  Names names;
};

std::vector<Choice> choices() {
  Choice method{"resize", "--method", {}}, interpolation{"upsample", "--interpolation", {}};
  for (const auto m : tf::image::resize_methods()) method.names.emplace(name_of(m));
  for (const auto i : keras::interpolations()) interpolation.names.emplace(name_of(i));
  return {method,
          interpolation,
          {"upsample", "--data-format", {"channels_last", "channels_first"}},
#ifdef HALFPIXEL_HAS_MODEL
          {"run", "--precision", {"relaxed", "exact", "fast"}},
#endif
          {"resize",
           "--dialect",
           {"tf2", "tf1", "torch", "pillow", "opencv", "onnx", "jax", "litert", "tfjs", "mlx",
            "image_rs", "go", "paddle", "vips"}}};
}

TEST(CliLists, TheManPageHasTheCommandsAndTheirOptions) {
  const std::string text = std::regex_replace(
      between(page("cli/halfpixel.1"), ".SH OPTIONS", ".SH "), std::regex(R"(\\-)"), "-");
  Options found;
  std::istringstream lines(text + "\n");
  std::string command;
  bool tag = false;
  for (std::string line; std::getline(lines, line); tag = line == ".TP") {
    if (line.starts_with(".SS ")) found[command = line.substr(4)];
    if (tag) found[command].merge(all(line, R"((--[a-z-]+))"));
  }
  const Names common = found["Every command"];
  found.erase("Every command");
  expect_same(with_common(found, common), "halfpixel.1");
  const std::string synopsis = between(page("cli/halfpixel.1"), ".SH SYNOPSIS", ".SH DESCRIPTION");
  for (const std::string& name : commands())
    EXPECT_THAT(synopsis, HasSubstr(".B halfpixel " + name));
}

TEST(CliLists, ThePageHasTheCommandsAndTheirOptions) {
  const std::string text = between(page("docs/command_line.md"), "## Options", "## ");
  Options found;
  const std::regex row(R"(\n\| ([a-z ]+) \|([^|\n]*)\|)");
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    found[(*at)[1]] = all((*at)[2], "`(--[a-z-]+)`");
  }
  const Names common = found["every command"];
  found.erase("every command");
  expect_same(with_common(found, common), "command_line.md");
  const std::string summary = page("docs/command_line.md");
  for (const std::string& name : commands())
    EXPECT_THAT(summary, HasSubstr("\n    halfpixel " + name + " "));
}

TEST(CliLists, BashCompletesTheCommandsAndTheirOptions) {
  Names first = words(bash("halfpixel \"\""));
  EXPECT_EQ(first.erase("--help") + first.erase("--version"), 2u);
  Options found;
  for (const std::string& name : first) found[name] = words(bash("halfpixel " + name + " --"));
  expect_same(found, "halfpixel.bash");
}

TEST(CliLists, ZshCompletesTheCommandsAndTheirOptions) {
  const std::string text = page("cli/completions/_halfpixel");
  const std::string option =
      R"re(\n[^\n\[]*?['"}](?:\*|\([^)\n]*\))?(--[a-z-]+|\{-h,--help\})[\['])re";
  const auto options = [&](const std::string& part) {
    Names names = all(part, option);
    if (names.erase("{-h,--help}") != 0) names.insert("--help");
    return names;
  };
  const Names common = options(between(text, "  local -a common", "  )"));
  EXPECT_THAT(common, Contains("--help"));
  Options found;
  for (const std::string& name :
       all(between(text, "    _values command", "    return"), R"(\n *'([a-z]+)\[)")) {
    const std::string part = between(text, "    " + name + ")", "      ;;");
    found[name] = options(part);
    if (part.find("$common") != std::string::npos) found[name].insert(common.begin(), common.end());
  }
  expect_same(found, "_halfpixel");
}

TEST(CliLists, FishCompletesTheCommandsAndTheirOptions) {
  const std::string text = page("cli/completions/halfpixel.fish");
  const std::string every = *all(text, R"(\nset -l commands ([a-z ]+)\n)").begin();
  Options found;
  for (const std::string& name : words(every))
    found[name].insert("--help");  // of the line without a condition
  EXPECT_THAT(text, HasSubstr("\ncomplete -c halfpixel -s h -l help"));
  const std::regex line(R"re(-n "__fish_seen_subcommand_from ([^"]+)"[^\n]* -l ([a-z-]+))re");
  for (std::sregex_iterator at(text.begin(), text.end(), line), end; at != end; ++at) {
    const std::string of = (*at)[1] == "$commands" ? every : (*at)[1].str();
    for (const std::string& name : words(of)) found[name].insert("--" + (*at)[2].str());
  }
  expect_same(found, "halfpixel.fish");
  EXPECT_EQ(all(text, R"( -a ([a-z]+) -d )"), words(every));
}

TEST(CliLists, NamesAreTheSameEverywhere) {
  const std::string man =
      one_line(std::regex_replace(page("cli/halfpixel.1"), std::regex(R"(\\-)"), "-"));
  const std::string md = one_line(page("docs/command_line.md"));
  for (const auto& [command, option, names] : choices()) {
    // The sentence of --help, which is made of the enumeration, ends at ";" or at the line's end.
    const std::string said = *all(help({command}), option + R"( NAME +([^;\n]+))").begin();
    for (const std::string& name : names)
      EXPECT_THAT(said, HasSubstr(name)) << command << " --help";
    if (names.size() > 2) {
      EXPECT_THAT(man, HasSubstr(said)) << "halfpixel.1";
      EXPECT_THAT(md, HasSubstr(said)) << "command_line.md";
    }
    EXPECT_EQ(words(bash("halfpixel " + command + " " + option + " \"\"")), names) << "bash";
  }
}

// They ask --help with the same command as bash, whose answer was compared.
TEST(CliLists, ZshAndFishAskForTheNames) {
  const std::string asked = R"re((sed -n "s/ \(default\)[^\n]*?\[a-z0-9_ \][^\n]*?/p"))re";
  const Names bash = all(page("cli/completions/halfpixel.bash"), asked);
  ASSERT_THAT(bash, SizeIs(1));
  const std::string zsh = page("cli/completions/_halfpixel");
  const std::string fish = page("cli/completions/halfpixel.fish");
  EXPECT_EQ(all(zsh, asked), bash);
  EXPECT_EQ(all(std::regex_replace(fish, std::regex(R"(\$argv\[2\])"), "$$2"), asked), bash);
  for (const auto& [command, option, names] : choices()) {
    const std::string call = "_halfpixel_names " + command + " " + option + ")";
    EXPECT_THAT(zsh, HasSubstr("NAME:($(" + call + ")\""));
    EXPECT_THAT(fish, HasSubstr("-l " + option.substr(2) + " -x -a \"(_" + call + "\""));
  }
}

#ifdef HALFPIXEL_HAS_IMAGE
TEST(CliLists, EndingsAreTheSameEverywhere) {
  std::string said, glob = "(npy|npz";
  for (const std::string_view ending : io::image_endings()) {
    said += (said.empty() ? "(" : ", ") + std::string(ending);
    glob += "|" + std::string(ending.substr(1));
  }
  said += ")";
  EXPECT_THAT(help({"resize"}), HasSubstr(said));
#ifdef HALFPIXEL_HAS_MODEL
  EXPECT_THAT(help({"run"}), HasSubstr(said));
#endif
  EXPECT_THAT(one_line(page("cli/halfpixel.1")), HasSubstr("pictures " + said));
  EXPECT_THAT(one_line(page("docs/command_line.md")), HasSubstr("pictures " + said));
  EXPECT_THAT(page("cli/completions/_halfpixel"), HasSubstr(glob + ")"));
}
#endif

}  // namespace
}  // namespace halfpixel
