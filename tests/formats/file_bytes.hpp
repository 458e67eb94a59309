// Files of the tests' data as bytes, model files taken apart and put together again.
#pragma once

#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "formats/zip_archive.hpp"
#include "formats/zip_writer.hpp"
#include "io/temp_folder.hpp"

namespace halfpixel::test {

inline std::filesystem::path model_data(const std::string& name) {
  return std::filesystem::path(HALFPIXEL_TEST_DATA) / "models" / name;
}

inline formats::Bytes as_bytes(std::string_view text) {
  formats::Bytes bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

// The members of an archive by name.
inline std::map<std::string, std::string> unzip(const std::filesystem::path& path) {
  const formats::ZipArchive archive(path, {});
  std::map<std::string, std::string> members;
  for (const std::string& name : archive.names())
    members[name] = archive.read(name, 1 << 30).text();
  return members;
}

inline std::string zip(const std::map<std::string, std::string>& members) {
  std::vector<std::pair<std::string, std::string_view>> list;
  for (const auto& [name, content] : members) list.emplace_back(name, content);
  return std::string(formats::make_zip(list).text());
}

inline std::string replace(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace halfpixel::test
