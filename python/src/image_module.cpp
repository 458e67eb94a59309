// halfpixel._image: the component image, loaded when a picture is first read or written.
#include <halfpixel/image.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

nb::object read_image(nb::handle path, nb::handle upright) {
  const std::string name(to_text(path, "read_image", "path"));
  const io::ReadImageOptions options{.upright = to_flag(upright, "read_image", "upright")};
  Tensor tensor;
  {
    const nb::gil_scoped_release released;
    tensor = io::read_image(name, options);
  }
  return to_numpy(std::move(tensor));
}

nb::object write_image(nb::handle path, nb::handle pixels) {
  const std::string name(to_text(path, "write_image", "path"));
  const Borrowed src(pixels, Borrowed::Access::read, "write_image", "pixels");
  std::vector<std::string> notes;
  {
    const nb::gil_scoped_release released;
    notes = io::write_image(name, src.view());
  }
  nb::list lines;
  for (const std::string& note : notes) lines.append(nb::str(note.c_str(), note.size()));
  return lines;
}

}  // namespace
}  // namespace halfpixel::python

NB_MODULE(_image, m) {
  using namespace halfpixel::python;
  bind_errors();
  def(m, "read_image", read_image);
  def(m, "write_image", write_image);
  def(m, "endings", [] {
    nb::list endings;
    for (const std::string_view ending : halfpixel::io::image_endings())
      endings.append(nb::str(ending.data(), ending.size()));
    return endings;
  });
}
