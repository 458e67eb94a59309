// Which of the targets that were compiled this machine runs.
#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/targets.cpp"
#include "kernels/simd.hpp"

#if HWY_ONCE
#include <atomic>
#include <type_traits>

#include "core/text.hpp"

namespace halfpixel::kernels {
namespace {

// hwy::SupportedTargets() is more than a question: it makes the answer the target that the whole
// process dispatches to, without those that hwy::DisableTargets() had taken out. This puts back
// what was chosen before.
//
// The choice is one atomic number, of which this file, compiled for targets of its own, would see
// but a part through GetIndex(); so the number itself is kept.
class ChosenTargetKept {
 public:
  ChosenTargetKept() : before_(number().load()) {}
  ~ChosenTargetKept() { number().store(before_); }
  ChosenTargetKept(const ChosenTargetKept&) = delete;
  ChosenTargetKept& operator=(const ChosenTargetKept&) = delete;

 private:
  using Number = std::atomic<std::int64_t>;
  static_assert(sizeof(hwy::ChosenTarget) == sizeof(Number) &&
                std::is_standard_layout_v<hwy::ChosenTarget>);
  // An object of standard layout begins with its first member.
  static Number& number() { return reinterpret_cast<Number&>(hwy::GetChosenTarget()); }
  const std::int64_t before_;
};

}  // namespace

std::vector<Target> supported_targets() {
  const ChosenTargetKept kept;
  std::vector<Target> targets;
  for (const std::int64_t bit : hwy::SupportedAndGeneratedTargets()) {
    targets.push_back({bit, to_lower(hwy::TargetName(bit))});
  }
  return targets;
}

}  // namespace halfpixel::kernels
#endif
