#include "core/fork.hpp"

#include <pthread.h>

#include <array>
#include <cstddef>

namespace halfpixel {
namespace {

struct Held {
  std::array<std::mutex*, 8> mutexes{};
  std::size_t count = 0;
  std::mutex mutex;  // of the two above
};

Held& held() {
  static Held* const all = new Held;
  return *all;
}

void before_fork() {
  held().mutex.lock();
  for (std::size_t i = 0; i < held().count; ++i) held().mutexes[i]->lock();
}

void after_fork() {
  for (std::size_t i = held().count; i > 0; --i) held().mutexes[i - 1]->unlock();
  held().mutex.unlock();
}

}  // namespace

void hold_across_forks(std::mutex& mutex) {
  Held& all = held();
  const std::lock_guard lock(all.mutex);
  if (all.count == 0) pthread_atfork(before_fork, after_fork, after_fork);
  if (all.count < all.mutexes.size()) all.mutexes[all.count++] = &mutex;
}

}  // namespace halfpixel
