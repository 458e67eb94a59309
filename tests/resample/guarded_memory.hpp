// Memory between two pages that nobody may touch: a read or write beyond it ends the test program.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

namespace testing_memory {

inline constexpr unsigned char kPoison = 0xA5;

class GuardedMemory {
 public:
  enum class Against { first_page, last_page };  // which end stands right beside a forbidden page

  GuardedMemory(std::size_t bytes, Against side) : bytes_(bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    inner_ = std::max<std::size_t>(1, (bytes + page - 1) / page) * page;
    mapped_ = inner_ + 2 * page;
    void* const all = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<char*>(all);
    pages_ = base_ + page;
    if (mprotect(pages_, inner_, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
    std::memset(pages_, kPoison, inner_);
    data_ = side == Against::first_page ? pages_ : pages_ + inner_ - bytes;
  }
  ~GuardedMemory() { munmap(base_, mapped_); }
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;

  char* data() const { return data_; }
  std::size_t size() const { return bytes_; }
  void make_read_only() { mprotect(pages_, inner_, PROT_READ); }
  // True when every byte that is ours, the slack around data() included, is still poison.
  bool all_poison() const {
    return std::all_of(pages_, pages_ + inner_,
                       [](char c) { return static_cast<unsigned char>(c) == kPoison; });
  }

 private:
  std::size_t bytes_, inner_ = 0, mapped_ = 0;
  char* base_ = nullptr;
  char* pages_ = nullptr;
  char* data_ = nullptr;
};

}  // namespace testing_memory
