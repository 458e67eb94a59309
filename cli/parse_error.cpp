#include "parse_error.hpp"

#include <cstddef>
#include <string_view>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace halfpixel::cli {

std::string parse_error(const CLI::ParseError& error) {
  const std::string line = error.what();
  const std::size_t colon = line.find(": ");
  constexpr std::string_view kOne = ": 1 required ", kMissing = " missing", kMost = ": At Most 1";
  if (colon != line.npos && line.compare(colon, kOne.size(), kOne) == 0 &&
      line.ends_with(kMissing)) {
    const std::size_t type = colon + kOne.size();
    return fmt::format("{} needs a value, {}", line.substr(0, colon),
                       line.substr(type, line.size() - kMissing.size() - type));
  }
  if (colon != line.npos && line.compare(colon, kMost.size(), kMost) == 0)
    return line.substr(0, colon) + " is given twice";
  constexpr std::string_view kConvert = "Could not convert: ", kEquals = " = ";
  const std::size_t equals = line.find(kEquals);
  if (line.starts_with(kConvert) && equals != line.npos) {
    return fmt::format("{} takes no value; got '{}'",
                       line.substr(kConvert.size(), equals - kConvert.size()),
                       line.substr(equals + kEquals.size()));
  }
  constexpr std::string_view kRequired = " is required";
  if (line.ends_with(kRequired))
    return line.substr(0, line.size() - kRequired.size()) + " is missing";
  return line;
}

std::string assigned_nothing(const CLI::App& command, int argc, const char* const* argv) {
  for (int i = 2; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") break;
    if (!word.starts_with("--") || word.find('=') + 1 != word.size()) continue;
    const std::string name(word.substr(0, word.size() - 1));
    const CLI::Option* option = command.get_option_no_throw(name);
    if (option == nullptr || option->get_type_size() == 0) continue;
    return fmt::format("{} needs a value, {}; got ''", name, option->get_type_name());
  }
  return "";
}

std::string empty_value(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0 || option->get_lnames().empty()) continue;
    for (const std::string& value : option->results()) {
      if (value.empty())
        return fmt::format("--{} needs a value, {}; got ''", option->get_lnames()[0],
                           option->get_type_name());
    }
  }
  return "";
}

}  // namespace halfpixel::cli
