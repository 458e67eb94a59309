#include "interruption.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <string_view>

namespace halfpixel::cli {
namespace {

std::atomic<std::size_t> finished_works{0}, all_works{0};
static_assert(std::atomic<std::size_t>::is_always_lock_free);

class Line {
 public:
  void put(std::string_view text) noexcept {
    for (const char c : text) {
      if (size_ < bytes_.size()) bytes_[size_++] = c;
    }
  }
  void put(std::size_t number) noexcept {
    std::array<char, 20> digits;
    std::size_t at = digits.size();
    do {
      digits[--at] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    put({digits.data() + at, digits.size() - at});
  }
  void write() const noexcept { (void)!::write(STDERR_FILENO, bytes_.data(), size_); }

 private:
  std::array<char, 160> bytes_;
  std::size_t size_ = 0;
};

}  // namespace

void tell_interruption(std::size_t finished, std::size_t all) noexcept {
  finished_works = finished;
  all_works = all;
}

void write_interruption() noexcept {
  Line line;
  line.put("halfpixel: interrupted; ");
  if (all_works > 1) {
    line.put(finished_works);
    line.put(" of ");
    line.put(all_works);
    line.put(" are finished, every other OUT is untouched\n");
  } else {
    line.put("OUT is untouched\n");
  }
  line.write();
}

}  // namespace halfpixel::cli
