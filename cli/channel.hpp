// A bounded queue between two threads of a pipeline.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace halfpixel::cli {

template <class T>
class Channel {
 public:
  void push(T value) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(value));
    }
    changed_.notify_one();
  }
  // The oldest value; none once the channel is closed and empty, or at once when it was broken off.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !waiting_.empty() || closed_; });
    if (waiting_.empty() || broken_) return std::nullopt;
    std::optional<T> value(std::move(waiting_.front()));
    waiting_.pop_front();
    return value;
  }
  bool empty() {
    const std::lock_guard lock(mutex_);
    return waiting_.empty();
  }
  // Nothing more comes; what is there is still handed out, unless `broken`.
  void close(bool broken = false) {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      broken_ = broken_ || broken;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> waiting_;
  bool closed_ = false;
  bool broken_ = false;
};

}  // namespace halfpixel::cli
