// What CLI11 finds wrong with a line, in the words of this program.
#pragma once

#include <string>

namespace CLI {
class ParseError;
}

namespace halfpixel::cli {

// "--size needs a value, HxW": for an option without one, given twice, or an argument that is not
// there. Anything else as CLI11 says it.
std::string parse_error(const CLI::ParseError& error);

}  // namespace halfpixel::cli
