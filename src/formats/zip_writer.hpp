// A .keras archive: every member stored, as Keras writes it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/zip_archive.hpp"

namespace halfpixel::formats {

// Names and contents, in order. The contents must live until the call returns.
Bytes make_zip(const std::vector<std::pair<std::string, std::string_view>>& members);

}  // namespace halfpixel::formats
