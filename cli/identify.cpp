// halfpixel identify: which program made OUT from IN?
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/identify.hpp>
#include <halfpixel/keras/layer.hpp>

#include "commands.hpp"
#include "dialects.hpp"
#include "in_out.hpp"
#include "one_line.hpp"
#include "page.hpp"
#include "progress.hpp"
#include "standard_streams.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

struct IdentifyCommand {
  std::string in, out;
  std::string top = "5";
  std::string report;
  bool json = false;
  PictureOptions pictures;
  CommonOptions common;
};

constexpr const char* kIdentifyExamples = R"(Examples:
  halfpixel identify photo.jpg small.png           who made small.png of photo.jpg, and how
  halfpixel identify x.npy y.npy --json            the same for programs
  halfpixel identify photo.jpg small.png --report page.html
                                                   the pictures, a slider, the difference enlarged

Every dialect of `resize`, method and option that the two shapes and dtypes allow is tried: in a
part of 64 x 64 first, and in the whole where that is equal. Exit status: 0 when at least one call
gives OUT exactly, 3 when none does.)";

keras::Config options_json(const Match& match) {
  keras::Config options;
  for (const auto& [name, value] : match.options) {
    if (value == "true")
      options.set(name, true);
    else
      options.set(name, value);
  }
  return options;
}

std::string json_of(const std::vector<Match>& matches) {
  keras::Config::List exact, nearest;
  for (const Match& match : matches) {
    keras::Config one;
    one.set("dialect", match.dialect);
    one.set("options", options_json(match));
    one.set("command", match.command);
    if (!match.changes.empty()) {
      keras::Config::List changes;
      for (const std::string& change : match.changes) {
        changes.emplace_back(nullptr);
        changes.back().v = change;
      }
      one.set("changes", changes);
    }
    if (match.exact()) {
      exact.emplace_back(std::move(one));
      continue;
    }
    // JSON has no infinity.
    const auto finite = [](double value) {
      return std::min(value, std::numeric_limits<double>::max());
    };
    one.set("max_difference", finite(match.max_difference));
    one.set("mean_difference", finite(match.mean_difference));
    one.set("different", match.different);
    nearest.emplace_back(std::move(one));
  }
  keras::Config object;
  object.set("exact", exact);
  object.set("nearest", nearest);
  return object.json();
}

std::string changes_of(const Match& match) {
  return match.changes.empty() ? "" : fmt::format("   ({})", fmt::join(match.changes, "; "));
}

// Why none may be exact, by the look of OUT; empty where it looks like a result.
std::string why_none(const std::string& out, const Tensor& x, const Tensor& y,
                     const std::vector<Match>& nearest) {
  if (y.size() == 0) return "";
  const std::string ending = lower(std::filesystem::path(out).extension().native());
  for (const char* lossy : {".jpg", ".jpeg", ".avif", ".heic", ".heif", ".gif"}) {
    if (ending == lossy) return "; a file of this kind has losses of its own";
  }
  const Tensor values = y.dtype() == DType::float64 ? y : y.astype(DType::float64);
  const auto numbers = values.span<double>();
  const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
  const double range = is_floating(y.dtype())       ? *most - *least
                       : y.dtype() == DType::uint16 ? 65535
                                                    : 255;
  const bool bytes = x.dtype() == DType::uint8 || x.dtype() == DType::uint16;
  if (bytes && is_floating(y.dtype()) && *least < -0.2 && *most < 20) {
    return fmt::format(
        "; its values are from {:.3g} to {:.3g}: normalised ones (by a mean and a standard "
        "deviation, or to -1..1) are not tried, undo that before",
        *least, *most);
  }
  constexpr double kFar = 0.04;  // mean difference, of the whole range
  if (nearest.empty() || !(nearest.front().mean_difference > kFar * range)) return "";
  return "; all are far off: parts, flips, turns and other colours of IN are not tried";
}

void print(const std::vector<Match>& matches, std::int64_t elements, const std::string& why) {
  bool told = false;
  for (const Match& match : matches) {
    if (match.exact()) {
      if (!told) std::cout << "exact (0 elements different):\n";
      told = true;
      std::cout << "  " << match.command << changes_of(match) << '\n';
    }
  }
  if (!told) std::cout << "no call gives OUT exactly" << why << '\n';
  told = false;
  for (const Match& match : matches) {
    if (match.exact()) continue;
    if (!told) std::cout << "nearest:\n";
    told = true;
    std::cout << fmt::format(
        "  {}{}\n      largest difference {:.6g}, mean {:.6g}, {} of {} elements\n", match.command,
        changes_of(match), match.max_difference, match.mean_difference, match.different, elements);
  }
}

std::string table_of(const std::vector<Match>& matches) {
  std::string rows;
  for (const Match& match : matches) {
    rows += fmt::format(
        "<tr><td>{}</td><td><code>{}</code>{}</td><td class=n>{}</td><td class=n>{:.6g}</td><td "
        "class=n>{:.6g}</td></tr>",
        html_text(match.dialect), html_text(match.command), html_text(changes_of(match)),
        match.different, match.max_difference, match.mean_difference);
  }
  return "<table><tr><th>dialect<th>command<th>different<th>largest<th>mean</tr>" + rows +
         "</table>";
}

// What a call makes of the picture. Nothing where it took the array for something else, of other
// axes: such a result is no picture of the same size.
std::optional<Tensor> picture_of(const Match& match, const Tensor& before, const Tensor& after) {
  try {
    Tensor made = dialect_result(match.dialect, match.options, before);
    if (made.shape() == after.shape()) return made;
  } catch (const std::runtime_error&) {
  }
  return std::nullopt;
}

void write_page(const IdentifyCommand& options, Input& in, const Tensor& x, const Tensor& y,
                const std::vector<Match>& matches) {
  const std::optional<Tensor> before = as_one_picture(x), after = as_one_picture(y);
  if (!before || !after) {
    throw Error(ErrorCode::unsupported,
                fmt::format("[identify] --report shows pictures, (H, W), (H, W, C) or (1, H, W, C) "
                            "of 1 to 4 channels; got shapes {} and {}",
                            x.shape().str(), y.shape().str()));
  }
  Report report;
  report.title = fmt::format("Which resize made {} of {}?", options.out, options.in);
  const auto exact = std::count_if(matches.begin(), matches.end(),
                                   [](const Match& match) { return match.exact(); });
  report.summary = exact == 0 ? "No call gives it exactly; the nearest are listed."
                              : fmt::format("{} calls give it exactly.", exact);
  report.table = table_of(matches);
  report.pictures.push_back({"OUT: " + options.out, "", "what was found", report_pixels(*after)});
  constexpr std::size_t kMostPictures = 8;
  for (const Match& match : matches) {
    if (report.pictures.size() == kMostPictures) break;
    const std::optional<Tensor> made = picture_of(match, *before, *after);
    if (!made) continue;
    std::string name = match.dialect;
    for (const auto& [option, value] : match.options) {
      if (option != "size" && option != "sizes" && option != "coordinate-transformation-mode")
        name += value == "true" ? ", " + option : ", " + value;
    }
    const std::string note =
        match.exact() ? "exact" : fmt::format("largest difference {:.4g}", match.max_difference);
    report.pictures.push_back(
        {name, match.command, note, report_pixels(to_samples(*made, in.dtype()))});
  }
  write_report(options.report, report);
}

// A call that resize refuses for pictures with alpha.
bool multiplies(const Match& match) {
  return match.dialect != "keras" &&
         find_dialect(match.dialect).work(Words(match.options)).multiplied;
}

// `options` names what was typed, and files is where that is.
void run_on(const IdentifyCommand& options, const std::vector<std::string>& files,
            std::int64_t top) {
  Input in(files[0], options.pictures, "");
  Input out(files[1], options.pictures, "");
  Progress progress(options.common.quiet, "");
  progress.stage("reading " + options.in);
  const Tensor x = in.whole();
  const Tensor y = out.whole();
  progress.stage("trying every call");
  IdentifyOptions asked;
  asked.top = static_cast<int>(top);
  asked.in = shell_word(options.in);
  asked.out = shell_word(options.out);
  asked.pictures = in.picture() != nullptr && out.picture() != nullptr;
  std::vector<Match> matches = identify(x, y, asked);
  if (in.picture() != nullptr && in.picture()->sees_through(x)) std::erase_if(matches, multiplies);
  for (Match& match : matches) match.command += options.pictures.reading_words();
  if (!options.report.empty()) write_page(options, in, x, y, matches);
  progress.stage("");
  if (options.json)
    std::cout << json_of(matches) << '\n';
  else
    print(matches, y.size(), why_none(options.out, x, y, matches));
  if (matches.empty() || !matches.front().exact()) throw ExitStatus{3};
}

void run(const IdentifyCommand& options) {
  const std::int64_t top =
      options.top == "0" ? 0 : parse_positive(options.top, 10000, "--top (0: exact calls alone)");
  if (!options.report.empty()) check_page(options.report);
  options.common.apply();
  options.pictures.check();
  with_standard_input({options.in, options.out},
                      [&](const std::vector<std::string>& files) { run_on(options, files, top); });
}

}  // namespace

Action add_identify(CLI::App& app) {
  const auto options = std::make_shared<IdentifyCommand>();
  app.add_option("IN", options->in, "The picture or array before, or -")->required();
  app.add_option("OUT", options->out, "The picture or array after, or -")->required();
  app.add_flag("--json", options->json, "One JSON object: exact and nearest");
  app.add_option("--top", options->top, "How many of the nearest are told (default: 5)")
      ->type_name("N");
  app.add_option("--report", options->report, "Leave a page of the pictures and their difference")
      ->type_name("PAGE.html");
  options->pictures.add_to(app);
  options->common.add_to(app);
  app.footer(kIdentifyExamples);
  return [options] { run(*options); };
}

}  // namespace halfpixel::cli
