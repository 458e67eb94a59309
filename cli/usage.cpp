#include "usage.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <utility>

#include <CLI/CLI.hpp>

#include <halfpixel/executor.hpp>

#include "command_words.hpp"
#include "one_line.hpp"

namespace halfpixel::cli {

void CommonOptions::add_to(CLI::App& app) {
  app.add_option("--threads", threads, "How many threads work (default: all cores)")
      ->type_name("N");
  app.add_flag("--quiet", quiet, "No progress on the terminal");
}

void CommonOptions::apply() const {
  constexpr std::int64_t kMost = 1024;
  if (!threads.empty()) {
    set_num_threads(static_cast<int>(parse_positive(threads, kMost, "--threads")));
    return;
  }
  const char* variable = std::getenv("HALFPIXEL_NUM_THREADS");
  if (variable == nullptr || *variable == '\0') return;
  try {
    (void)parse_positive(variable, kMost, "HALFPIXEL_NUM_THREADS");
  } catch (const UsageError& error) {
    warn(std::string(error.what()) + ", which does not count");
  }
}

namespace {

std::mutex warnings_mutex;  // threads of a pipeline warn, too
std::vector<std::string>& held_warnings() {
  static std::vector<std::string> lines;
  return lines;
}
std::vector<std::pair<std::string, std::string>>& stream_names() {
  static std::vector<std::pair<std::string, std::string>> names;
  return names;
}

}  // namespace

StreamName::StreamName(const std::string& file, const std::string& stream) {
  const std::lock_guard lock(warnings_mutex);
  stream_names().emplace_back(file, stream);
}
StreamName::~StreamName() {
  const std::lock_guard lock(warnings_mutex);
  stream_names().pop_back();
}

std::string with_stream_names(std::string text) {
  const std::lock_guard lock(warnings_mutex);
  for (const auto& [file, stream] : stream_names()) text = renamed(std::move(text), file, stream);
  return text;
}

void complain(const std::string& line) {
  std::fputs(("halfpixel: " + one_line(command_words(line), kMaxLineBytes - 12) + "\n").c_str(),
             stderr);
}

void warn(const std::string& line) {
  std::string said = with_stream_names(line);
  const std::lock_guard lock(warnings_mutex);
  held_warnings().push_back(std::move(said));
}

void tell_warnings() {
  const std::lock_guard lock(warnings_mutex);
  // Not fmt::print: it throws when stderr is closed.
  for (const std::string& line : held_warnings()) {
    std::fputs(
        ("halfpixel: warning: " + one_line(command_words(line), kMaxLineBytes - 21) + "\n").c_str(),
        stderr);
  }
  held_warnings().clear();
}

void forget_warnings() {
  const std::lock_guard lock(warnings_mutex);
  held_warnings().clear();
}

std::int64_t parse_positive(std::string_view text, std::int64_t max, const std::string& option) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc() || stop != end || value < 1 || value > max) {
    throw UsageError(option + " must be a number from 1 to " + std::to_string(max) + "; got '" +
                     std::string(text) + "'");
  }
  return value;
}

std::vector<std::int64_t> parse_size(std::string_view text, std::size_t least, std::size_t most,
                                     const std::string& expected) {
  std::vector<std::int64_t> values;
  const auto fail = [&] {
    return UsageError("--size must be " + expected + "; got '" + std::string(text) + "'");
  };
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('x', begin), text.size());
    const std::string_view number = text.substr(begin, end - begin);
    if (values.size() == most || number.empty() ||
        number.find_first_not_of("0123456789") != number.npos) {
      throw fail();
    }
    // TensorFlow counts pixels in int32.
    values.push_back(parse_positive(number, std::numeric_limits<std::int32_t>::max(), "--size"));
    begin = end + 1;
  }
  if (values.size() < least) throw fail();
  return values;
}

}  // namespace halfpixel::cli
