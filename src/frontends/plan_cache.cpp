#include "frontends/plan_cache.hpp"

#include <algorithm>
#include <mutex>
#include <optional>

#include "core/fork.hpp"
#include "kernels/kernels.hpp"

namespace halfpixel {
namespace {

constexpr std::size_t kSlots = 64;
constexpr std::int64_t kLongestAxis = 8192;  // tables of longer axes cost more memory than time

struct Slot {
  std::optional<PlanKey> key;
  const kernels::KernelTable* target = nullptr;
  std::optional<resample::Plan> plan;
};

struct Slots {
  std::mutex mutex;
  std::array<Slot, kSlots> slot;
};

// Never destroyed: calls from other static objects' destructors still find it.
Slots& slots() {
  static Slots* const all = [] {
    auto* const made = new Slots;
    hold_across_forks(made->mutex);
    return made;
  }();
  return *all;
}

Slot& slot_of(Slots& all, const PlanKey& key) {
  return all.slot[key.hash() % kSlots];
}

}  // namespace

PlanKey::PlanKey(Call call, const Shape& shape, DType dtype,
                 std::initializer_list<std::int64_t> options) {
  std::size_t at = 0;
  words_[at++] = static_cast<std::int64_t>(call);
  words_[at++] = static_cast<std::int64_t>(dtype);
  words_[at++] = shape.rank();
  for (const std::int64_t extent : shape) words_[at++] = extent;
  at = 3 + kMaxRank;
  for (const std::int64_t option : options) words_[at++] = option;
}

std::uint64_t PlanKey::hash() const {
  std::uint64_t h = 0;
  for (const std::int64_t word : words_) {
    h = (h ^ static_cast<std::uint64_t>(word)) * 0x9E3779B97F4A7C15u;
    h ^= h >> 32;
  }
  return h;
}

std::optional<resample::Plan> PlanCache::find(const PlanKey& key) {
  Slots& all = slots();
  const std::lock_guard lock(all.mutex);
  const Slot& slot = slot_of(all, key);
  if (slot.target != &kernels::current_table() || slot.key != key) return std::nullopt;
  return slot.plan;
}

void PlanCache::keep(const PlanKey& key, const resample::Plan& plan) {
  const auto is_long = [](std::int64_t extent) { return extent > kLongestAxis; };
  const Shape& in = plan.input_shape();
  const Shape& out = plan.output_shape();
  if (std::any_of(in.begin(), in.end(), is_long) || std::any_of(out.begin(), out.end(), is_long))
    return;
  Slots& all = slots();
  std::optional<resample::Plan> evicted;  // destroyed outside the lock
  const std::lock_guard lock(all.mutex);
  Slot& slot = slot_of(all, key);
  evicted = std::move(slot.plan);
  slot = {key, &kernels::current_table(), plan};
}

}  // namespace halfpixel
