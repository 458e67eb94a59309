// "-" as IN and OUT: standard input and output by way of files, because pictures and arrays are
// read here and there.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "in_out.hpp"

namespace halfpixel::cli {

bool is_terminal_output();

// Does `work` with files in place of "-". format: the ending of standard output's file. Throws what
// it throws, with "standard input" and "standard output" for their names.
void with_standard_streams(const Paths& paths, const std::string& format,
                           const std::function<void(const Paths&)>& work);

// Calls work(files) with a file for the one of `names` that is "-"; errors call that standard
// input. Throws UsageError where there are two.
void with_standard_input(const std::vector<std::string>& names,
                         const std::function<void(const std::vector<std::string>& files)>& work);

}  // namespace halfpixel::cli
