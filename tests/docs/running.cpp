#include "docs/running.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string_view>

namespace docs {
namespace {

namespace fs = std::filesystem;

std::ostringstream kept;
std::streambuf* real_cout = nullptr;
fs::path scratch, before;

// Without spaces at the ends of lines and lines at the end.
std::string tidy(const std::string& text) {
  std::string result;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    line.erase(line.find_last_not_of(' ') + 1);
    result += line + '\n';
  }
  result.erase(result.find_last_not_of('\n') + 1);
  return result;
}

// "…" matches any text, also none and several lines.
bool matches(std::string_view text, std::string_view pattern) {
  constexpr std::string_view kAnything = "…";
  const auto dots = pattern.find(kAnything);
  if (dots == std::string_view::npos) return text == pattern;
  if (text.substr(0, dots) != pattern.substr(0, dots)) return false;
  const std::string_view rest = pattern.substr(dots + kAnything.size());
  for (std::size_t at = dots; at <= text.size(); ++at) {
    if (matches(text.substr(at), rest)) return true;
  }
  return false;
}

}  // namespace

Scratch::Scratch(const std::string& name) {
  before = fs::current_path();
  scratch = fs::temp_directory_path() / ("halfpixel-docs-" + name + "-" + std::to_string(getpid()));
  fs::remove_all(scratch);
  fs::create_directories(scratch);
  fs::create_directory_symlink(fs::path(HALFPIXEL_SOURCE_DIR) / "examples", scratch / "examples");
  fs::create_directory_symlink(fs::path(HALFPIXEL_SOURCE_DIR) / "tests", scratch / "tests");
  fs::current_path(scratch);
}

Scratch::~Scratch() {
  if (real_cout != nullptr) end();  // a block threw
  fs::current_path(before);
  fs::remove_all(scratch);
}

void begin() {
  kept.str("");
  real_cout = std::cout.rdbuf(kept.rdbuf());
}

std::string end() {
  std::cout.rdbuf(real_cout);
  real_cout = nullptr;
  return kept.str();
}

std::string shell(const std::string& lines, const std::string& where) {
  std::ofstream("lines.sh") << lines;
  std::string path = fs::path(HALFPIXEL_PROGRAM).parent_path().string();
  if (const char* old = std::getenv("PATH")) path += std::string(":") + old;
  setenv("PATH", path.c_str(), 1);
  FILE* pipe = popen("bash -e lines.sh 2>&1", "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << where << ": cannot run bash";
    return {};
  }
  std::string printed;
  char buffer[4096];
  for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    printed.append(buffer, n);
  const int status = pclose(pipe);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << where << ":\n" << printed;
  return printed;
}

void expect(const std::string& printed, const std::string& expected, const std::string& where) {
  EXPECT_TRUE(matches(tidy(printed), tidy(expected))) << where << " says\n"
                                                      << expected << "and prints\n"
                                                      << printed;
}

}  // namespace docs
