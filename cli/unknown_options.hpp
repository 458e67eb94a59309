// Options that a command has not: in the order in which they were typed, with what is meant.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace halfpixel::cli {

// "unknown option --width; …". `typed`: all words of the line; `rest`: those that nobody took.
std::string unknown_options(const CLI::App& command, const std::vector<std::string>& typed,
                            const std::vector<std::string>& rest);

}  // namespace halfpixel::cli
