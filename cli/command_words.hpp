// What the library says, for people at the command line.
#pragma once

#include <string>

namespace halfpixel::cli {

// Without what only programs can type, where the command has words of its own: "in C++ …, on the
// command line --bind x" becomes "--bind x".
std::string command_words(std::string line);

}  // namespace halfpixel::cli
