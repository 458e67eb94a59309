#include "dialect_hints.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include <fmt/format.h>

#include "dialects.hpp"
#include "guess.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

constexpr std::string_view kFilters[] = {"--method", "--mode",   "--resample",    "--interpolation",
                                         "--filter", "--kernel", "--interpolator"};
constexpr std::string_view kSizes[] = {"--size",   "--scale-factor", "--fx",   "--fy",
                                       "--scales", "--sizes",        "--shape"};

template <class List>
bool holds(const List& list, std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

}  // namespace

std::string factor_of(std::string_view size) {
  const std::string number(size.substr(0, size.empty() ? 0 : size.size() - 1));
  const double value = std::strtod(number.c_str(), nullptr);
  if (value > 0 && size.ends_with('%')) return fmt::format("{}", value / 100);
  if (value > 0 && size.ends_with('x') && number.find('.') != number.npos)
    return fmt::format("{}", value);
  return "1.5 or 2x3";
}

std::string instead_of(std::string_view word, std::string_view text, std::string_view dialect) {
  const Dialect& chosen = find_dialect(dialect);
  if (holds(kFilters, word)) {
    for (const char* own : chosen.words) {
      if (!holds(kFilters, own)) continue;
      const std::string names = chosen.filters();
      // The same name needs no guess.
      const bool known = (" " + names + ",").find(fmt::format(" {},", text)) != names.npos;
      const std::string meant = known ? fmt::format("; did you mean {} {}?", own, text)
                                      : guess_from(text, "must be " + names);
      return fmt::format("; {} has {}, {}{}", dialect, own, names, meant);
    }
  }
  if (holds(kSizes, word) && holds(chosen.words, std::string_view("--size")))
    return fmt::format("; {} has --size, HxW or a factor as 50% or 1.5x", dialect);
  if (holds(kSizes, word) && holds(chosen.words, std::string_view("--scale-factor")))
    return fmt::format("; {} has --scale-factor, as in --scale-factor {}", dialect,
                       factor_of(text));
  if (word == "--antialias" && dialect == "pillow")
    return "; pillow always widens the filter when shrinking";
  if (word == "--no-antialias" && holds(chosen.words, std::string_view("--antialias")))
    return fmt::format("; {} does not widen the filter unless there is --antialias", dialect);
  if (word == "--antialias" && holds(chosen.words, std::string_view("--no-antialias")))
    return fmt::format("; {} widens the filter unless there is --no-antialias", dialect);
  return "";
}

}  // namespace halfpixel::cli
