// The built program, run as people run it.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "io/temp_folder.hpp"

namespace halfpixel::test {

struct Outcome {
  int status = -1;  // exit status; -signal when one ended it
  std::string out;
  std::string err;
  std::int64_t peak_bytes = 0;  // of memory, at least what the test itself had
};

struct Surroundings {
  std::vector<std::string> environment = {};  // "NAME=value"
  std::size_t address_space = 0;              // bytes; 0: no limit
  std::size_t file_size = 0;
  std::string in_path = {};   // what standard input is
  std::string out_path = {};  // where standard output goes instead
  bool close_stderr = false;
};

// Starts the program in `folder`; it is ended after a minute.
inline pid_t start(const TempFolder& folder, const std::vector<std::string>& arguments,
                   const Surroundings& around, const std::filesystem::path& out,
                   const std::filesystem::path& err) {
  std::vector<char*> words = {const_cast<char*>(HALFPIXEL_PROGRAM)};
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  if (::chdir(folder.path().c_str()) != 0) ::_exit(125);
  for (const std::string& variable : around.environment)
    ::putenv(const_cast<char*>(variable.c_str()));
  if (!around.in_path.empty()) ::dup2(::open(around.in_path.c_str(), O_RDONLY), STDIN_FILENO);
  ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
  if (around.close_stderr) {
    ::close(STDERR_FILENO);
  } else {
    ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
  }
  const auto limit = [](auto resource, std::size_t bytes) {
    const rlimit value{bytes, bytes};
    if (bytes != 0) ::setrlimit(resource, &value);
  };
  limit(RLIMIT_AS, around.address_space);
  limit(RLIMIT_FSIZE, around.file_size);
  ::alarm(60);
  ::execv(HALFPIXEL_PROGRAM, words.data());
  ::_exit(126);
}

inline int wait_for(pid_t child, std::int64_t* peak_bytes = nullptr) {
  int status = 0;
  rusage used{};
  ::wait4(child, &status, 0, &used);
  if (peak_bytes != nullptr) *peak_bytes = std::int64_t{used.ru_maxrss} << 10;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

inline Outcome run(const TempFolder& folder, const std::vector<std::string>& arguments,
                   const Surroundings& around = {}) {
  const TempFolder outputs;
  const auto out =
      around.out_path.empty() ? outputs / "out" : std::filesystem::path(around.out_path);
  Outcome outcome;
  outcome.status =
      wait_for(start(folder, arguments, around, out, outputs / "err"), &outcome.peak_bytes);
  if (around.out_path.empty()) outcome.out = read_bytes(out);
  outcome.err = read_bytes(outputs / "err");
  return outcome;
}

}  // namespace halfpixel::test
