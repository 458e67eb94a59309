// The end of every kernel file: makes halfpixel::kernels::NAME(table, target) out of the function
// HWY_NAMESPACE::NAME(table) that was compiled for each target. What Highway itself would choose is
// the whole process's (other libraries and the user's own code dispatch by it), so the choice is
// made in an object of our own. Builds for a single target have tables of one entry.
#include <iterator>

#define HALFPIXEL_EXPORT_KERNELS(NAME)                                             \
  HWY_EXPORT(NAME);                                                                \
  void NAME(KernelTable& table, std::int64_t target) {                             \
    hwy::ChosenTarget chosen;                                                      \
    chosen.Update(target);                                                         \
    constexpr bool kSingle = std::size(HWY_DISPATCH_TABLE(NAME)) == 1;             \
    HWY_DISPATCH_TABLE(NAME)[kSingle ? std::size_t{0} : chosen.GetIndex()](table); \
  }
