#include <halfpixel/cpu.hpp>
#include <halfpixel/executor.hpp>
#include <halfpixel/memory.hpp>
#include <halfpixel/tf_image.hpp>
#include <halfpixel/version.hpp>

#include <limits>

#include "bindings.hpp"

namespace halfpixel::python {

void bind_info(nb::module_& m) {
  def(m, "version", [] { return nb::str(version()); });
  def(m, "target", [] { return nb::str(cpu::target().c_str()); });
  def(m, "available_targets", [] {
    nb::list names;
    for (const std::string& name : cpu::available_targets()) names.append(nb::str(name.c_str()));
    return names;
  });
  def(m, "set_target",
      [](nb::handle name) { cpu::set_target(to_text(name, "set_target", "name")); });
  def(m, "num_threads", [] { return num_threads(); });
  def(m, "set_num_threads", [](nb::handle threads) {
    const std::int64_t wanted = to_integer(threads, "set_num_threads", "threads");
    // What does not fit an int is out of range in any case.
    const auto least = static_cast<std::int64_t>(std::numeric_limits<int>::min());
    const auto most = static_cast<std::int64_t>(std::numeric_limits<int>::max());
    const int count = static_cast<int>(std::clamp(wanted, least, most));
    const nb::gil_scoped_release released;
    set_num_threads(count);
  });
  def(m, "release_memory", [] { memory::release(); });
}

}  // namespace halfpixel::python
