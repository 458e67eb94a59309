#include <halfpixel/identify.hpp>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

nb::str text(const std::string& value) {
  return nb::str(value.c_str(), value.size());
}

nb::object from_match(const Match& match) {
  nb::dict options;
  for (const auto& [name, value] : match.options)
    options[name.c_str()] = value == "true" ? nb::object(nb::bool_(true)) : nb::object(text(value));
  nb::list changes;
  for (const std::string& change : match.changes) changes.append(text(change));
  return nb::make_tuple(text(match.dialect), options, text(match.command), match.different,
                        match.max_difference, match.mean_difference, changes);
}

nb::object identify_arrays(nb::handle in, nb::handle out, nb::handle top, nb::handle pictures) {
  IdentifyOptions options;
  options.top = to_int(top, "identify", "top");
  options.pictures = to_flag(pictures, "identify", "pictures");
  const Borrowed source(in, Borrowed::Access::read, "identify", "x");
  const Borrowed result(out, Borrowed::Access::read, "identify", "y");
  std::vector<Match> matches;
  {
    const nb::gil_scoped_release released;
    matches = identify(source.view(), result.view(), options);
  }
  nb::list rows;
  for (const Match& match : matches) rows.append(from_match(match));
  return rows;
}

}  // namespace

void bind_identify(nb::module_& m) {
  def(m, "identify", identify_arrays);
}

}  // namespace halfpixel::python
