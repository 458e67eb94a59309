// Folders that are made for one output, and go again if nothing came to lie there.
#pragma once

#include <filesystem>
#include <system_error>
#include <vector>

namespace halfpixel::cli {

class NewFolders {
 public:
  // Makes `folder` and what it lies in. Throws std::filesystem::filesystem_error.
  explicit NewFolders(const std::filesystem::path& folder) {
    for (auto each = folder; !each.empty() && !std::filesystem::exists(each);
         each = each.parent_path()) {
      made_.push_back(each);
      if (each == each.parent_path()) break;
    }
    if (!made_.empty()) std::filesystem::create_directories(folder);
  }
  NewFolders(const NewFolders&) = delete;
  NewFolders& operator=(const NewFolders&) = delete;
  // Innermost first; those that hold something stay.
  ~NewFolders() {
    for (const std::filesystem::path& each : made_) {
      std::error_code ignored;
      std::filesystem::remove(each, ignored);
    }
  }

 private:
  std::vector<std::filesystem::path> made_;
};

}  // namespace halfpixel::cli
