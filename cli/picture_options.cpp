#include <CLI/CLI.hpp>

#include "one_line.hpp"
#include "pictures.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

void PictureOptions::add_to(CLI::App& app) {
  app.add_option("--array", array, "Array of an .npz (default: each of them)")->type_name("NAME");
  app.add_option("--page", page,
                 "Page of a TIFF or frame of an animation, from 0, or all (default: the first one)")
      ->type_name("N|all");
  app.add_flag("--straight-alpha", straight_alpha,
               "Alpha is a channel like the others and weighs no colours");
  app.add_flag("--no-orientation", no_orientation,
               "Pictures as they are stored, not turned upright");
}

void PictureOptions::check() const {
  if (page.empty() || page == "all") return;
  const bool digits = page.find_first_not_of("0123456789") == page.npos;
  if (!digits || page.size() > 6) {
    throw UsageError("--page must be a number from 0 to 999999, or all; got '" + page + "'");
  }
}

std::string PictureOptions::reading_words() const {
  std::string words;
  if (!array.empty()) words += " --array " + shell_word(array);
  if (!page.empty()) words += " --page " + page;
  if (no_orientation) words += " --no-orientation";
  return words;
}

}  // namespace halfpixel::cli
