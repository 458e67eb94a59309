#include "arrays.hpp"

#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <halfpixel/error.hpp>

#include "usage.hpp"

namespace halfpixel::cli {
namespace {

// The arrays of IN that are to be worked.
std::vector<std::string> names_in(const std::string& in, const std::string& chosen) {
  const io::NpzReader reader(in);
  if (!chosen.empty()) return {chosen};
  if (reader.names().empty())
    throw Error(ErrorCode::invalid_argument, fmt::format("[halfpixel] {} holds no arrays", in));
  if (!reader.others().empty()) {
    warn(fmt::format("{} holds more than arrays, which is left out: {}", in,
                     listed_names(reader.others())));
  }
  return reader.names();
}

}  // namespace

void for_arrays(const Paths& paths, const PictureOptions& options,
                const std::function<void(const Paths&, const PictureOptions&)>& work) {
  const bool from = is_npz_file(paths.in), to = is_npz_path(paths.out);
  if (!from && !to) return work(paths, options);
  const std::vector<std::string> names =
      from ? names_in(paths.in, options.array) : std::vector<std::string>{paths.array};
  const bool several = names.size() > 1;
  if (several && paths.has_out() && !to) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("[halfpixel] {} holds {} arrays, {}, and OUT {} one: --array NAME takes "
                    "one, an OUT that ends in .npz all",
                    paths.in, names.size(), listed_names(names), paths.out));
  }
  std::optional<io::NpzWriter> writer;
  if (to) writer.emplace(paths.out);
  for (const std::string& name : names) {
    Paths one = paths;
    one.array = name;
    one.npz = writer ? &*writer : nullptr;
    PictureOptions chosen = options;
    if (from) chosen.array = one.from_array = name;
    if (several) one.position += fmt::format("array {}: ", name);
    if (several && paths.explain) std::cout << fmt::format("array {}\n", name);
    try {
      work(one, chosen);
    } catch (const Error& error) {
      if (!several) throw;
      throw Error(error.code(),
                  fmt::format("{}; --array NAME works one array alone, here it was '{}'",
                              error.what(), name));
    }
  }
  if (writer) writer->finish();
}

}  // namespace halfpixel::cli
