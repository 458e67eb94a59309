// What CLI11 finds wrong with a line, in the words of this program.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace halfpixel::cli {

// "--size needs a value, HxW": for an option without one, given twice, or an argument that is not
// there. Anything else as CLI11 says it.
std::string parse_error(const CLI::ParseError& error);

// The first option whose value is empty, as of --size "$SIZE" without SIZE: what to say of it, or
// nothing.
std::string empty_value(const CLI::App& command);

// The same of "--size=", behind which CLI11 would take the next word for the value.
std::string assigned_nothing(const CLI::App& command, int argc, const char* const* argv);

}  // namespace halfpixel::cli
