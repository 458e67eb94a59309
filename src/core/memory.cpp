#include <halfpixel/memory.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <vector>

#include "core/fork.hpp"
#include "core/memory_pool.hpp"

namespace halfpixel::memory {
namespace {

constexpr std::size_t kAlignment = 64;            // a cache line and the widest vector
constexpr std::size_t kRecycleFrom = 256 * 1024;  // below, malloc keeps its own pages warm
constexpr std::size_t kHugePage = 2 * 1024 * 1024;

// Sizes are rounded up to eight steps per power of two, so that nearly equal results share buffers.
std::size_t size_class(std::size_t bytes) {
  const std::size_t step = std::bit_floor(bytes) / 8;
  return (bytes + step - 1) / step * step;
}

class Pool {
 public:
  Pool() {
    limit_ = std::min<std::size_t>(std::size_t{1} << 30, physical_bytes() / 8);
    hold_across_forks(mutex_);
  }

  void* take(std::size_t bytes) {
    const std::size_t rounded = size_class(bytes);
    {
      const std::lock_guard lock(mutex_);
      const auto found = kept_.find(rounded);
      if (found != kept_.end()) {
        void* const block = found->second.back();
        found->second.pop_back();
        if (found->second.empty()) kept_.erase(found);
        statistics_.kept_bytes -= rounded;
        statistics_.in_use_bytes += rounded;
        ++statistics_.reused_count;
        return block;
      }
    }
    void* block = allocate(rounded);
    if (block == nullptr) {  // what we keep may be just what is missing
      release();
      block = allocate(rounded);
    }
    if (block == nullptr) throw std::bad_alloc();
    const std::lock_guard lock(mutex_);
    statistics_.in_use_bytes += rounded;
    ++statistics_.allocated_count;
    return block;
  }

  void give_back(void* block, std::size_t bytes) noexcept {
    const std::size_t rounded = size_class(bytes);
    {
      const std::lock_guard lock(mutex_);
      statistics_.in_use_bytes -= rounded;
      if (statistics_.kept_bytes + rounded <= limit_) {
        try {
          kept_[rounded].push_back(block);
          statistics_.kept_bytes += rounded;
          return;
        } catch (const std::bad_alloc&) {
          const auto found = kept_.find(rounded);
          if (found != kept_.end() && found->second.empty()) kept_.erase(found);
        }
      }
    }
    std::free(block);
  }

  void release() noexcept {
    std::map<std::size_t, std::vector<void*>> blocks;
    {
      const std::lock_guard lock(mutex_);
      blocks.swap(kept_);
      statistics_.kept_bytes = 0;
    }
    for (const auto& [size, list] : blocks) {
      for (void* const block : list) std::free(block);
    }
  }

  void set_limit(std::size_t bytes) noexcept {
    {
      const std::lock_guard lock(mutex_);
      limit_ = bytes;
      if (statistics_.kept_bytes <= bytes) return;
    }
    release();
  }

  std::size_t limit() noexcept {
    const std::lock_guard lock(mutex_);
    return limit_;
  }

  Statistics statistics() noexcept {
    const std::lock_guard lock(mutex_);
    return statistics_;
  }

 private:
  static void* allocate(std::size_t bytes) noexcept {
    const std::size_t alignment = bytes >= 2 * kHugePage ? kHugePage : kAlignment;
    void* const block =
        std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
#if defined(MADV_HUGEPAGE)
    // Fewer page faults and address look-ups; only advice, so a refusal does not matter.
    if (block != nullptr && alignment == kHugePage) madvise(block, bytes, MADV_HUGEPAGE);
#endif
    return block;
  }

  std::mutex mutex_;
  std::map<std::size_t, std::vector<void*>> kept_;
  std::size_t limit_ = 0;
  Statistics statistics_{};
};

// Never destroyed: tensors with static storage may outlive every other static object.
Pool& pool() {
  static Pool* const instance = new Pool;
  return *instance;
}

}  // namespace

std::shared_ptr<void> allocate(std::size_t bytes) {
  if (bytes == 0) bytes = 1;
  if (bytes < kRecycleFrom) {
    void* const block =
        std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment);
    if (block == nullptr) throw std::bad_alloc();
    return {block, [](void* p) { std::free(p); }};
  }
  void* const block = pool().take(bytes);
  return {block, [bytes](void* p) { pool().give_back(p, bytes); }};
}

void clear(void* block, std::size_t bytes) noexcept {
  char* const begin = static_cast<char*>(block);
#if defined(__linux__)
  // Blocks are private and anonymous: such pages are zeros when they are next touched.
  if (bytes >= kRecycleFrom) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t head = (page - reinterpret_cast<std::uintptr_t>(begin) % page) % page;
    const std::size_t whole = (bytes - head) / page * page;
    if (madvise(begin + head, whole, MADV_DONTNEED) == 0) {
      std::memset(begin, 0, head);
      std::memset(begin + head + whole, 0, bytes - head - whole);
      return;
    }
  }
#endif
  std::memset(begin, 0, bytes);
}

std::size_t physical_bytes() noexcept {
  static const std::size_t bytes = [] {
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page = sysconf(_SC_PAGESIZE);
    std::size_t machine = pages > 0 && page > 0
                              ? static_cast<std::size_t>(pages) * static_cast<std::size_t>(page)
                              : 0;
    // A container may be given less; "max" is no number.
    if (std::FILE* const file = std::fopen("/sys/fs/cgroup/memory.max", "r")) {
      unsigned long long limit = 0;
      if (std::fscanf(file, "%llu", &limit) == 1 && (machine == 0 || limit < machine)) {
        machine = limit;
      }
      std::fclose(file);
    }
    return machine;
  }();
  return bytes;
}

Statistics statistics() noexcept {
  return pool().statistics();
}
void set_keep_limit(std::size_t bytes) noexcept {
  pool().set_limit(bytes);
}
std::size_t keep_limit() noexcept {
  return pool().limit();
}
void release() noexcept {
  pool().release();
}

}  // namespace halfpixel::memory
