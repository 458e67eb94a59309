// Positions that a spec names as outside get its value, whatever the engine made of them.
#include <algorithm>
#include <cstring>

#include "core/convert.hpp"
#include "core/dispatch.hpp"
#include "resample/run.hpp"

namespace halfpixel::resample {
namespace {

template <class T>
class Outside {
 public:
  explicit Outside(const Run& run)
      : run_(run), value_(convert<T>(run.spec->outside_value)), rank_(run.spec->spatial_rank) {}

  void rows(char* dst, std::int64_t begin, std::int64_t end) const {
    const bool plane = rank_ == 3 && is_outside(0, run_.z);
    for (std::int64_t y = begin; y < end; ++y) {
      const bool all = plane || (rank_ >= 2 && is_outside(rank_ - 2, y));
      if (!all && run_.spec->outside[rank_ - 1].empty()) continue;
      for (std::int64_t x = run_.column.begin; x < run_.column.end; ++x) {
        if (all || is_outside(rank_ - 1, x)) fill(run_.dst_at(dst, y, x));
      }
    }
  }

 private:
  bool is_outside(int axis, std::int64_t position) const {
    const auto& flags = run_.spec->outside[axis];
    return !flags.empty() && flags[position] != 0;
  }
  void fill(char* pixel) const { std::fill_n(reinterpret_cast<T*>(pixel), run_.channels, value_); }

  const Run& run_;
  T value_;
  int rank_;
};

}  // namespace

void fill_outside(const Run& run, char* dst, std::int64_t begin, std::int64_t end) noexcept {
  dispatch(run.spec->output_dtype,
           [&]<class T>(std::type_identity<T>) { Outside<T>(run).rows(dst, begin, end); });
}

}  // namespace halfpixel::resample
