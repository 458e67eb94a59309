#include <halfpixel/npy.hpp>

#include "bindings.hpp"

namespace halfpixel::python {

void bind_files(nb::module_& m) {
  def(m, "read_npy", [](nb::handle path) {
    const std::string name(to_text(path, "read_npy", "path"));
    Tensor tensor;
    {
      const nb::gil_scoped_release released;
      tensor = io::read_npy(name);
    }
    return to_numpy(std::move(tensor));
  });
  def(m, "write_npy", [](nb::handle path, nb::handle array) {
    const std::string name(to_text(path, "write_npy", "path"));
    const Borrowed src(array, Borrowed::Access::read, "write_npy", "array");
    const nb::gil_scoped_release released;
    io::write_npy(name, src.view());
  });
}

}  // namespace halfpixel::python
