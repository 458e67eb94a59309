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
  std::vector<resample::Plan> plans;
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

// What is kept for the key; called with the mutex.
std::span<const resample::Plan> kept(Slots& all, const PlanKey& key) {
  const Slot& slot = slot_of(all, key);
  if (slot.target != &kernels::current_table() || slot.key != key) return {};
  return slot.plans;
}

bool has_long_axis(const resample::Plan& plan) {
  const auto is_long = [](std::int64_t extent) { return extent > kLongestAxis; };
  const Shape& in = plan.input_shape();
  const Shape& out = plan.output_shape();
  return std::any_of(in.begin(), in.end(), is_long) || std::any_of(out.begin(), out.end(), is_long);
}

}  // namespace

std::uint64_t PlanKey::hash() const {
  std::uint64_t h = 0;
  for (std::size_t i = 0; i < std::min(count_, words_.size()); ++i) {
    h = (h ^ static_cast<std::uint64_t>(words_[i])) * 0x9E3779B97F4A7C15u;
    h ^= h >> 32;
  }
  return h;
}

std::optional<resample::Plan> PlanCache::find(const PlanKey& key) {
  Slots& all = slots();
  const std::lock_guard lock(all.mutex);
  const std::span<const resample::Plan> found = kept(all, key);
  if (found.empty()) return std::nullopt;
  return found.front();
}

std::vector<resample::Plan> PlanCache::find_all(const PlanKey& key) {
  Slots& all = slots();
  const std::lock_guard lock(all.mutex);
  const std::span<const resample::Plan> found = kept(all, key);
  return {found.begin(), found.end()};
}

void PlanCache::keep(const PlanKey& key, std::vector<resample::Plan> plans) {
  if (!key.is_whole() || std::any_of(plans.begin(), plans.end(), has_long_axis)) return;
  Slots& all = slots();
  const std::lock_guard lock(all.mutex);
  Slot& slot = slot_of(all, key);
  slot.key = key;
  slot.target = &kernels::current_table();
  slot.plans.swap(plans);  // what was there is destroyed outside of the lock
}

}  // namespace halfpixel
