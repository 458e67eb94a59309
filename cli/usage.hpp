// What every command takes, and how it says that it was called wrongly.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace halfpixel::cli {

// Exit status 2. The message is followed by a hint at --help.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// --threads and --quiet.
struct CommonOptions {
  std::string threads;
  bool quiet = false;

  void add_to(CLI::App& app);
  void apply() const;  // throws UsageError for a bad number of threads
};

// A line on stderr about one of several works, which failed.
void complain(const std::string& line);
// A line on stderr about something that did not stop the work. It is held until the work is done:
// one that fails says why, in one line.
void warn(const std::string& line);
void tell_warnings();
void forget_warnings();

// As long as it lives, a file that stands for a stream has the stream's name in warnings and in
// progress.
class StreamName {
 public:
  StreamName(const std::string& file, const std::string& stream);
  ~StreamName();
  StreamName(const StreamName&) = delete;
  StreamName& operator=(const StreamName&) = delete;
};
std::string with_stream_names(std::string text);

// A whole decimal number in [1, max]. Throws UsageError.
std::int64_t parse_positive(std::string_view text, std::int64_t max, const std::string& option);
// "2x3" -> {2, 3}: `least` to `most` numbers, each in [1, 2^31 - 1]. Throws UsageError.
std::vector<std::int64_t> parse_size(std::string_view text, std::size_t least, std::size_t most,
                                     const std::string& expected);

// For help: "nearest (default), bilinear or bicubic", the names of an enumeration.
template <class Enumerators>
std::string one_of(const Enumerators& all, std::string_view chosen) {
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string_view name = name_of(all[i]);
    text += i == 0 ? "" : i + 1 == all.size() ? " or " : ", ";
    text += name;
    if (name == chosen) text += " (default)";
  }
  return text;
}

// Calls parse(), whose Error becomes a UsageError.
template <class Parse>
auto parsed(Parse&& parse) {
  try {
    return parse();
  } catch (const std::runtime_error& error) {
    throw UsageError(error.what());
  }
}

}  // namespace halfpixel::cli
