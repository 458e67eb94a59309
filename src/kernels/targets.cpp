// Which of the targets that were compiled this machine runs.
#include "kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/targets.cpp"
#include "kernels/simd.hpp"

#if HWY_ONCE
#include "core/text.hpp"

namespace halfpixel::kernels {
namespace {

// hwy::SupportedTargets() is more than a question: it makes the answer the target that the whole
// process dispatches to, without those that hwy::DisableTargets() had taken out. This puts back
// what was chosen before.
class ChosenTargetKept {
 public:
  ChosenTargetKept() : chosen_(hwy::GetChosenTarget()) {}
  ~ChosenTargetKept() {
    if (!initialized_) {
      chosen_.DeInit();
      return;
    }
    const std::int64_t supported = hwy::SupportedTargets();
    chosen_.Update(supported);
    // Chosen by hand. Bits of better targets are lower.
    for (int bit = 0; bit < 63 && chosen_.GetIndex() != index_; ++bit) {
      const std::int64_t target = std::int64_t{1} << bit;
      chosen_.Update(target | (supported & ~(target - 1)));
    }
  }
  ChosenTargetKept(const ChosenTargetKept&) = delete;
  ChosenTargetKept& operator=(const ChosenTargetKept&) = delete;

 private:
  hwy::ChosenTarget& chosen_;
  const bool initialized_ = chosen_.IsInitialized();
  const std::size_t index_ = chosen_.GetIndex();
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
