// The list at the end of a zip archive, checked before anything is read by it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/input_file.hpp"

namespace halfpixel::io {

struct ZipMember {
  std::string name;
  bool deflated = false;  // else stored as it is
  std::uint32_t crc = 0;
  std::int64_t stored_bytes = 0;
  std::int64_t bytes = 0;
  std::int64_t begin = 0;  // of the stored bytes, in the file
};

// Files in their order, without folders. All that is said lies inside of the file, no two members
// share bytes, and none claims more than its stored bytes can become. `where` begins messages.
// Throws Error; also for encrypted members, other methods than stored and deflated, and archives in
// several parts.
std::vector<ZipMember> read_zip_directory(const InputFile& file, const std::string& where);

}  // namespace halfpixel::io
