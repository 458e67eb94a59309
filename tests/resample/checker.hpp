// Runs a problem on every instruction set of this machine, through guarded memory, and compares the
// bits with the twin's.
#pragma once

#include <optional>
#include <sstream>
#include <string>

#include <halfpixel/cpu.hpp>

#include "core/cache.hpp"
#include "frontends/oracle_cases.hpp"
#include "resample/layouts.hpp"
#include "resample/problems.hpp"

namespace checker {

using problems::Problem;
using testing_memory::Layout;
using testing_memory::Placed;

// Plans made while one lives are for its target.
class ScopedTarget {
 public:
  explicit ScopedTarget(std::string_view name) : before_(halfpixel::cpu::target()) {
    halfpixel::cpu::set_target(name);
  }
  ~ScopedTarget() { halfpixel::cpu::set_target(before_); }

 private:
  std::string before_;
};

// What is wrong with one run, in words.
inline std::optional<std::string> wrong_with(const Problem& p,
                                             const halfpixel::resample::Plan& plan,
                                             const halfpixel::Tensor& x,
                                             const halfpixel::Tensor& want, const Layout& src,
                                             const Layout& dst, halfpixel::Executor& executor) {
  Placed in(x.shape(), x.dtype(), src);
  in.write(x);
  in.make_read_only();
  Placed out(want.shape(), want.dtype(), dst);
  plan.run(in.view(p.order()), out.view(p.order()), executor);
  if (const auto difference = oracle::difference(out.read(), want)) return difference;
  if (!out.surroundings_untouched()) return "bytes beside the destination were written";
  return std::nullopt;
}

// The problem on all targets: with dense memory against both guard pages, then with `layouts` more.
// Says what is wrong; nothing when all bits are right.
inline std::optional<std::string> failure_of(const Problem& p, std::uint64_t seed, bool special,
                                             int layouts) {
  const halfpixel::Tensor x = problems::values(p.input_shape(), p.dtype, seed, special);
  const halfpixel::Tensor want = p.twin(x);
  std::mt19937_64 engine(seed);
  for (const std::string& target : halfpixel::cpu::available_targets()) {
    const ScopedTarget scope(target);
    const auto plain = p.plan();
    halfpixel::set_streaming_bytes(1);  // one that writes past the caches whatever the size
    const auto streaming = p.plan();
    halfpixel::set_streaming_bytes(0);
    for (int i = 0; i < layouts + 2; ++i) {
      Layout src, dst;
      if (i == 1) {
        src.side = dst.side = testing_memory::GuardedMemory::Against::first_page;
      } else if (i > 1) {
        src = testing_memory::random_layout(engine, 4);
        dst = testing_memory::random_layout(engine, 4);
      }
      const bool streams = (static_cast<std::uint64_t>(i) + seed) % 2 == 0;
      const auto& plan = streams ? streaming : plain;
      const auto wrong = wrong_with(p, plan, x, want, src, dst, halfpixel::serial_executor());
      if (!wrong) continue;
      std::ostringstream text;
      text << p << "; seed " << seed << "; " << target << "; source " << src.str()
           << "; destination " << dst.str() << "\n  " << (streams ? "streaming: " : "") << *wrong;
      return text.str();
    }
  }
  return std::nullopt;
}

}  // namespace checker
