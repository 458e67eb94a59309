// The end of every kernel file: makes halfpixel::kernels::NAME(table, target) out of the function
// HWY_NAMESPACE::NAME(table) that was compiled for each target. Called with the targets' lock held.
#define HALFPIXEL_EXPORT_KERNELS(NAME)                 \
  HWY_EXPORT(NAME);                                    \
  void NAME(KernelTable& table, std::int64_t target) { \
    hwy::GetChosenTarget().Update(target);             \
    HWY_DYNAMIC_DISPATCH(NAME)(table);                 \
  }
