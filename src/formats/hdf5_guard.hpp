// A look at an HDF5 file's own structure before libhdf5 takes it apart. libhdf5 trusts sizes,
// offsets and links between blocks that the old file form does not protect by checksums: of files
// with one to three bytes changed, one in sixty made it read or write outside its memory, or run
// for ever. What is checked here is what libhdf5 will touch for one object: header, messages,
// attributes with their texts, the tree of names of a group, the tree of chunks of a dataset.
// Blocks of the new form carry checksums, which libhdf5 verifies.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "io/input_file.hpp"

namespace halfpixel::formats {

// Bytes by address: memory, or a file that stays on disk.
class ByteSource {
 public:
  ByteSource(const std::byte* data, std::size_t size) : data_(data), size_(size) {}
  explicit ByteSource(const std::filesystem::path& path)
      : file_(std::make_unique<io::InputFile>(path, "load_model")),
        size_(static_cast<std::uint64_t>(file_->size())) {}
  std::uint64_t size() const { return size_; }
  // Throws Error (malformed_file) when the range is not inside.
  std::string read(std::uint64_t address, std::uint64_t count, std::string_view what) const;

 private:
  const std::byte* data_ = nullptr;
  std::unique_ptr<io::InputFile> file_;
  std::uint64_t size_;
};

class Hdf5Guard {
 public:
  explicit Hdf5Guard(ByteSource source);
  // The superblock, and the root group. Throws Error (malformed_file) as all of these.
  void check_file();
  // The object whose header stands at this address (relative to the superblock, as libhdf5 reports
  // it).
  void check_object(std::uint64_t address);

 private:
  struct Message {
    unsigned type = 0;
    unsigned flags = 0;
    std::string data;
  };
  struct Type {
    unsigned kind = 0;  // HDF5's class
    std::uint64_t size = 0;
    bool variable = false;
  };
  struct Space {
    std::vector<std::uint64_t> dims;
    std::uint64_t count = 1;
  };

  std::string at(std::uint64_t address, std::uint64_t count, std::string_view what) const;
  // hdf5_guard.cpp
  std::vector<Message> messages(std::uint64_t address, bool* checksummed) const;
  void add_messages(std::string_view block, bool new_form, unsigned header_flags,
                    std::vector<Message>& messages,
                    std::vector<std::pair<std::uint64_t, std::uint64_t>>& continued) const;
  // hdf5_guard_messages.cpp
  void check_messages(const std::vector<Message>& messages, bool checksummed);
  void check_new_message(const Message& message) const;
  Type read_type(std::string_view data) const;
  // hdf5_guard_types.cpp
  static Type any_type(std::string_view data);
  Type committed_type(std::string_view reference) const;
  void check_extension(std::uint64_t address);
  // hdf5_guard_messages.cpp
  Space read_space(std::string_view data) const;
  void check_attribute(std::string_view data);
  static void check_fill(const Message& message);
  static unsigned check_filters(std::string_view data);
  void check_layout(std::string_view data, const Type& type, const Space& space, bool filtered,
                    bool checksummed);
  void check_texts(std::string_view data, std::uint64_t count);
  // hdf5_guard_trees.cpp
  void check_group(std::uint64_t tree, std::uint64_t heap);
  void check_names(std::uint64_t node, std::string_view heap, std::string& last_name);
  std::string read_heap(std::uint64_t address) const;
  void check_chunks(std::uint64_t tree, const std::vector<std::uint64_t>& chunk, const Space& space,
                    std::uint64_t chunk_bytes, bool filtered);
  struct TreeNode {
    unsigned level = 0;
    unsigned entries = 0;
    std::uint64_t left = 0, right = 0;
    std::string body;  // key, child, key, child … key
  };
  TreeNode read_node(std::uint64_t address, unsigned type, std::uint64_t key_bytes,
                     unsigned most_entries);
  void check_all_collections();
  const std::unordered_map<unsigned, std::uint64_t>& collection(std::uint64_t address);

  ByteSource source_;
  std::uint64_t base_ = 0;  // addresses count from the superblock
  std::uint64_t end_ = 0;   // of the file, as the superblock says
  unsigned group_leaf_k_ = 4, group_internal_k_ = 16, chunk_k_ = 32;
  std::unordered_set<std::uint64_t> checked_;
  bool all_collections_ = false;             // are checked
  std::unordered_set<std::uint64_t> nodes_;  // of the tree that is being walked
  std::unordered_map<std::uint64_t, std::unordered_map<unsigned, std::uint64_t>> collections_;
};

// Little-endian numbers in blocks; throws Error when the block ends before.
std::uint64_t number_at(std::string_view block, std::uint64_t offset, unsigned bytes);
std::string_view slice_at(std::string_view block, std::uint64_t offset, std::uint64_t count);
inline constexpr std::uint64_t kUndefined = ~std::uint64_t{0};
[[noreturn]] void damaged(std::string_view what);

}  // namespace halfpixel::formats
