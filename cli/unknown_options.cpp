#include "unknown_options.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "guess.hpp"

namespace halfpixel::cli {
namespace {

// What other programs call it. The first that the command has is the answer.
struct Habit {
  std::string_view typed;
  std::string_view answer;
  std::string_view hint = {};
};
constexpr Habit kHabits[] = {
    {"--width", "--size", "--size HxW, or xW to keep the shape"},
    {"--height", "--size", "--size HxW, or Hx to keep the shape"},
    {"-w", "--size", "--size HxW, or xW to keep the shape"},
    {"--scale", "--scale-factor", "--size 50% or 1.5x, or --scale-factor of some dialects"},
    {"--scale", "--size"},
    {"--factor", "--scale-factor", "--size 50% or 1.5x, or --scale-factor of some dialects"},
    {"--factor", "--size"},
    {"--zoom", "--size"},
    {"--resize", "--size"},
    {"--geometry", "--size"},
    {"--percent", "--size", "--size 50%"},
    {"-s", "--size"},
    {"--method", "--interpolation"},
    {"--filter", "--method"},
    {"--filter", "--interpolation"},
    {"--kernel", "--method"},
    {"--kernel", "--interpolation"},
    {"--interpolation", "--method"},
    {"--mode", "--method"},
    {"--mode", "--interpolation"},
    {"--anti-alias", "--antialias"},
    {"--keep-aspect-ratio", "--preserve-aspect-ratio"},
    {"--out", "--output"},
    {"--outdir", "--output"},
    {"--output-dir", "--output"},
    {"--frame", "--page"},
    {"--jobs", "--threads"},
    {"-j", "--threads"},
    {"-n", "--no-clobber"},
    {"--silent", "--quiet"},
    {"-q", "--quiet"},
    {"--overwrite", "", "OUT is written over unless --no-clobber is there"},
    {"--force", "", "OUT is written over unless --no-clobber is there"},
    {"-f", "", "OUT is written over unless --no-clobber is there"},
    {"-y", "", "OUT is written over unless --no-clobber is there"},
    {"--quality", "", "JPEG and WebP have one quality here"},
};

bool has(const CLI::App& command, std::string_view option) {
  return option.empty() || command.get_option_no_throw(std::string(option)) != nullptr;
}

std::string answer(const CLI::App& command, std::string_view typed) {
  std::error_code ignored;
  if (std::filesystem::exists(typed, ignored)) {
    if (typed.starts_with('-')) return fmt::format("the file is ./{}", typed);
    if (command.get_name() == "info")
      return fmt::format(
          "info is about this program; halfpixel upsample {} --explain tells shape "
          "and dtype of a picture or array",
          typed);
  }
  if (command.get_name() == "upsample" &&
      (typed == "--width" || typed == "--height" || typed == "-w"))
    return "--size is a factor here; halfpixel resize --size xW or Hx is to a width or height";
  for (const Habit& habit : kHabits) {
    if (habit.typed != typed || !has(command, habit.answer)) continue;
    const std::string_view said = habit.hint.empty() ? habit.answer : habit.hint;
    return habit.answer.empty() ? std::string(said) : fmt::format("here it is {}", said);
  }
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  // -size, as ImageMagick has it.
  if (typed.size() > 2 && typed[0] == '-' && has(command, "-" + std::string(typed)))
    return fmt::format("did you mean -{}?", typed);
  const std::string name = typed.starts_with("--") ? nearest_name(typed, names) : "";
  return name.empty() ? "" : fmt::format("did you mean {}?", name);
}

}  // namespace

std::string unknown_options(const CLI::App& command, const std::vector<std::string>& typed,
                            const std::vector<std::string>& rest) {
  std::vector<std::string> unknown = rest;
  const auto place = [&](const std::string& word) {
    return std::find(typed.begin(), typed.end(), word) - typed.begin();
  };
  std::stable_sort(unknown.begin(), unknown.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  const bool option = unknown[0].starts_with("-") && unknown[0] != "-";
  std::string line = fmt::format("{}{} {}", option ? "unknown option" : "not expected",
                                 unknown.size() > 1 && option ? "s" : "", fmt::join(unknown, ", "));
  for (const std::string& word : unknown) {
    const std::string name = word.substr(0, word.find('='));
    const std::string said = answer(command, name);
    if (said.empty()) continue;
    line += unknown.size() == 1 ? "; " + said : fmt::format("; {}: {}", name, said);
  }
  return line;
}

}  // namespace halfpixel::cli
