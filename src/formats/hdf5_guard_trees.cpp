// The trees of old HDF5 files: the names of a group, the chunks of a dataset; and the heaps.
#include "formats/file_error.hpp"
#include "formats/hdf5_guard.hpp"

namespace halfpixel::formats {
namespace {

constexpr std::uint64_t kMaxHeapBytes = std::uint64_t{64} << 20;
constexpr std::size_t kMaxNodes = 200'000;
constexpr unsigned kMaxLevel = 12;
constexpr std::uint64_t kHead = 24;  // of a tree's node

}  // namespace

Hdf5Guard::TreeNode Hdf5Guard::read_node(std::uint64_t address, unsigned type,
                                         std::uint64_t key_bytes, unsigned most_entries) {
  if (!nodes_.insert(address).second) damaged("a tree meets itself");
  if (nodes_.size() > kMaxNodes) damaged("a tree is too large");
  const std::string head = at(address, kHead, "a tree");
  TreeNode node;
  node.level = static_cast<unsigned>(number_at(head, 5, 1));
  node.entries = static_cast<unsigned>(number_at(head, 6, 2));
  node.left = number_at(head, 8, 8);
  node.right = number_at(head, 16, 8);
  if (!head.starts_with("TREE") || number_at(head, 4, 1) != type)
    damaged("a tree is not where the file says");
  if (node.level > kMaxLevel || node.entries > most_entries)
    damaged("a tree has an impossible shape");
  const std::uint64_t whole =
      most_entries * (key_bytes + 8) + key_bytes;  // libhdf5 reads full nodes
  node.body = at(address + kHead, whole, "a tree");
  return node;
}

std::string Hdf5Guard::read_heap(std::uint64_t address) const {
  const std::string head = at(address, 32, "a heap of names");
  if (!head.starts_with("HEAP") || number_at(head, 4, 1) != 0)
    damaged("a heap of names is not where the file says");
  const auto bytes = number_at(head, 8, 8), free = number_at(head, 16, 8),
             data = number_at(head, 24, 8);
  if (bytes > kMaxHeapBytes) damaged("a heap of names is too large");
  std::string heap = at(data, bytes, "a heap of names");
  std::uint64_t steps = 0;
  for (std::uint64_t at = free; at != 1 && at != kUndefined;) {
    if (at % 8 != 0 || ++steps > bytes / 16 + 1) damaged("the free list of a heap");
    const auto next = number_at(heap, at, 8), size = number_at(heap, at + 8, 8);
    if (size < 16) damaged("the free list of a heap");
    slice_at(heap, at, size);
    at = next;
  }
  return heap;
}

// Names ascend from left to right; siblings name each other.
void Hdf5Guard::check_group(std::uint64_t tree, std::uint64_t heap_address) {
  const std::string heap = read_heap(heap_address);
  nodes_.clear();
  std::string last_name;
  std::vector<std::uint64_t> level = {tree};
  unsigned expected = 0;
  for (bool top = true; !level.empty(); top = false) {
    std::vector<std::uint64_t> below;
    bool leaves = false;
    for (std::size_t i = 0; i < level.size(); ++i) {
      const TreeNode node = read_node(level[i], 0, 8, 2 * group_internal_k_);
      if (top) expected = node.level;
      if (node.level != expected) damaged("a tree has an impossible shape");
      const std::uint64_t left = i > 0 ? level[i - 1] : kUndefined;
      const std::uint64_t right = i + 1 < level.size() ? level[i + 1] : kUndefined;
      if (node.left != left || node.right != right)
        damaged("the nodes of a tree do not know each other");
      leaves = node.level == 0;
      for (unsigned e = 0; e <= node.entries; ++e) {
        const std::string_view name = slice_at(heap, number_at(node.body, e * 16, 8), 1);
        if (std::string_view(heap)
                .substr(static_cast<std::size_t>(name.data() - heap.data()))
                .find('\0') == heap.npos) {
          damaged("a name in a group does not end");
        }
        if (e == node.entries) break;
        const std::uint64_t child = number_at(node.body, e * 16 + 8, 8);
        if (leaves)
          check_names(child, heap, last_name);
        else
          below.push_back(child);
      }
    }
    if (leaves) break;
    level = std::move(below);
    --expected;
  }
}

void Hdf5Guard::check_names(std::uint64_t address, std::string_view heap, std::string& last_name) {
  if (!nodes_.insert(address).second) damaged("a tree meets itself");
  const std::uint64_t whole = 8 + std::uint64_t{2} * group_leaf_k_ * 40;
  const std::string node = at(address, whole, "a table of names");
  const auto count = number_at(node, 6, 2);
  if (!node.starts_with("SNOD") || number_at(node, 4, 1) != 1)
    damaged("a table of names is not where the file says");
  if (count > 2 * group_leaf_k_) damaged("a table of names has an impossible size");
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t entry = 8 + i * 40;
    const auto text = [heap](std::uint64_t offset) {
      const std::string_view rest =
          slice_at(heap, offset, heap.size() - std::min<std::uint64_t>(offset, heap.size()));
      const auto end = rest.find('\0');
      if (end == rest.npos || end == 0) damaged("a name in a group does not end");
      return rest.substr(0, end);
    };
    const std::string_view name = text(number_at(node, entry, 8));
    if (!last_name.empty() && name <= last_name) damaged("the names in a group are not in order");
    last_name = name;
    const auto header = number_at(node, entry + 8, 8), cached = number_at(node, entry + 16, 4);
    if (cached == 2) {
      text(number_at(node, entry + 24, 4));  // a soft link's target
      continue;
    }
    if (cached > 2) damaged("a table of names");
    at(header, 16, "an object");
    if (cached == 1) {  // the group's tree and heap, as its own header says too
      at(number_at(node, entry + 24, 8), kHead, "a tree");
      at(number_at(node, entry + 32, 8), 32, "a heap of names");
    }
  }
}

void Hdf5Guard::check_chunks(std::uint64_t tree, const std::vector<std::uint64_t>& chunk,
                             const Space& space, std::uint64_t chunk_bytes, bool filtered) {
  nodes_.clear();
  const std::uint64_t axes = chunk.size() + 1, key_bytes = 8 + axes * 8;
  std::vector<std::uint64_t> level = {tree};
  unsigned expected = 0;
  for (bool top = true; !level.empty(); top = false) {
    std::vector<std::uint64_t> below;
    bool leaves = false;
    for (const std::uint64_t address : level) {
      const TreeNode node = read_node(address, 1, key_bytes, 2 * chunk_k_);
      if (top) expected = node.level;
      if (node.level != expected) damaged("a tree has an impossible shape");
      leaves = node.level == 0;
      // libhdf5 decodes all keys, and divides by the sides of a chunk.
      for (unsigned e = 0; e <= node.entries; ++e) {
        const std::uint64_t key = e * (key_bytes + 8);
        for (std::uint64_t a = 0; a + 1 < axes; ++a) {
          const auto offset = number_at(node.body, key + 8 + a * 8, 8);
          if (offset % chunk[a] != 0 || (e < node.entries && offset >= space.dims[a] + chunk[a])) {
            damaged("a chunk lies outside its dataset");
          }
        }
        if (number_at(node.body, key + 8 + (axes - 1) * 8, 8) % 256 != 0 && e < node.entries) {
          damaged("a chunk lies outside its dataset");
        }
        if (e == node.entries) break;
        const auto child = number_at(node.body, key + key_bytes, 8);
        if (!leaves) {
          below.push_back(child);
          continue;
        }
        const auto stored = number_at(node.body, key, 4);
        const auto skipped = number_at(node.body, key + 4, 4);
        if (!filtered && stored != chunk_bytes)
          damaged("a chunk has another size than its dataset says");
        if (skipped != 0 && (!filtered || skipped > 0xFF)) damaged("a chunk's filters");
        if (stored == 0 || stored > 2 * chunk_bytes + 1024)
          damaged("a chunk has an impossible size");
        if (child > end_ || stored > end_ - child) damaged("a chunk lies outside the file");
      }
    }
    if (leaves) break;
    level = std::move(below);
    --expected;
  }
}

const std::unordered_map<unsigned, std::uint64_t>& Hdf5Guard::collection(std::uint64_t address) {
  if (const auto known = collections_.find(address); known != collections_.end())
    return known->second;
  std::unordered_map<unsigned, std::uint64_t> objects;
  const std::string head = at(address, 16, "a collection of texts");
  const auto bytes = number_at(head, 8, 8);
  if (!head.starts_with("GCOL") || number_at(head, 4, 1) != 1 || bytes < 16 ||
      bytes > kMaxHeapBytes * 4) {
    damaged("a collection of texts is not where the file says");
  }
  const std::string block = at(address, bytes, "a collection of texts");
  for (std::uint64_t offset = 16; offset + 16 <= bytes;) {
    const auto index = static_cast<unsigned>(number_at(block, offset, 2));
    const auto size = number_at(block, offset + 8, 8);
    if (index == 0) {  // what is left; its size counts its own head, and libhdf5 goes on behind it
      if (size != bytes - offset) damaged("a collection of texts");
      break;
    }
    const std::uint64_t padded = size > bytes ? bytes : (size + 7) / 8 * 8;
    slice_at(block, offset + 16, padded);
    if (!objects.emplace(index, size).second) damaged("a collection of texts");
    offset += 16 + padded;
  }
  return collections_.emplace(address, std::move(objects)).first->second;
}

// Every one in the file, found by its first bytes: a damaged one keeps libhdf5 busy for ever.
void Hdf5Guard::check_all_collections() {
  constexpr std::string_view kHead("GCOL\x01\0\0\0", 8);
  constexpr std::uint64_t kStep = std::uint64_t{1} << 20;
  if (all_collections_) return;
  for (std::uint64_t begin = 0; begin < end_; begin += kStep) {
    const std::string block =
        at(begin, std::min(kStep + kHead.size() - 1, end_ - begin), "a collection of texts");
    for (auto found = block.find(kHead); found != block.npos; found = block.find(kHead, found + 1))
      collection(begin + found);
  }
  all_collections_ = true;
}

}  // namespace halfpixel::formats
