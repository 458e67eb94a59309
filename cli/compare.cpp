// halfpixel compare: one picture through the resizes of many programs.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/identify.hpp>
#include <halfpixel/mlx.hpp>

#include "commands.hpp"
#include "dialects.hpp"
#include "guess.hpp"
#include "in_out.hpp"
#include "one_line.hpp"
#include "page.hpp"
#include "progress.hpp"
#include "standard_streams.hpp"
#include "target_size.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

struct CompareCommand {
  std::string in, out;
  std::string size;
  std::string method = "bilinear";
  std::string dialects = "tf2,torch,pillow,opencv,onnx,jax,litert";
  PictureOptions pictures;
  CommonOptions common;
};

constexpr const char* kCompareExamples = R"(Examples:
  halfpixel compare photo.jpg page.html --size 224x224
                                    "bilinear" of seven programs: who differs from whom, and where
  halfpixel compare photo.jpg --size 224x224 --method bicubic --dialects tf2,torch,pillow
                                    the table alone
The page needs no network: send it to whom it may concern.)";

// What a program's users write for a method, and what they may write besides.
struct Variant {
  const char* dialect;
  const char* method;  // of --method
  Match::Options options;
};
const std::vector<Variant>& variants() {
  static const std::vector<Variant> all = {
      {"tf2", "bilinear", {{"method", "bilinear"}}},
      {"tf2", "bilinear", {{"method", "bilinear"}, {"antialias", "true"}}},
      {"tf1", "bilinear", {{"method", "bilinear"}}},
      {"torch", "bilinear", {{"mode", "bilinear"}}},
      {"torch", "bilinear", {{"mode", "bilinear"}, {"antialias", "true"}}},
      {"pillow", "bilinear", {{"resample", "BILINEAR"}}},
      {"opencv", "bilinear", {{"interpolation", "INTER_LINEAR"}}},
      {"onnx", "bilinear", {{"mode", "linear"}}},
      {"onnx", "bilinear", {{"mode", "linear"}, {"antialias", "true"}}},
      {"jax", "bilinear", {{"method", "linear"}}},
      {"litert", "bilinear", {{"method", "bilinear"}, {"half-pixel-centers", "true"}}},
      {"tfjs", "bilinear", {{"method", "bilinear"}}},
      {"paddle", "bilinear", {{"mode", "bilinear"}}},
      {"mlx", "bilinear", {{"mode", "linear"}}},
      {"mlx", "bilinear", {{"mode", "linear"}, {"antialias", "true"}}},
      {"image_rs", "bilinear", {{"filter", "Triangle"}}},
      {"go", "bilinear", {{"interpolator", "BiLinear"}}},
      {"go", "bilinear", {{"interpolator", "ApproxBiLinear"}}},
      {"vips", "bilinear", {{"kernel", "linear"}}},
      {"tf2", "bicubic", {{"method", "bicubic"}}},
      {"tf2", "bicubic", {{"method", "bicubic"}, {"antialias", "true"}}},
      {"tf1", "bicubic", {{"method", "bicubic"}}},
      {"torch", "bicubic", {{"mode", "bicubic"}}},
      {"torch", "bicubic", {{"mode", "bicubic"}, {"antialias", "true"}}},
      {"pillow", "bicubic", {{"resample", "BICUBIC"}}},
      {"opencv", "bicubic", {{"interpolation", "INTER_CUBIC"}}},
      {"jax", "bicubic", {{"method", "cubic"}}},
      {"paddle", "bicubic", {{"mode", "bicubic"}}},
      {"mlx", "bicubic", {{"mode", "cubic"}}},
      {"mlx", "bicubic", {{"mode", "cubic"}, {"antialias", "true"}}},
      {"image_rs", "bicubic", {{"filter", "CatmullRom"}}},
      {"go", "bicubic", {{"interpolator", "CatmullRom"}}},
      {"vips", "bicubic", {{"kernel", "cubic"}}},
      {"tf2", "nearest", {{"method", "nearest"}}},
      {"tf1", "nearest", {{"method", "nearest"}}},
      {"torch", "nearest", {{"mode", "nearest"}}},
      {"torch", "nearest", {{"mode", "nearest-exact"}}},
      {"pillow", "nearest", {{"resample", "NEAREST"}}},
      {"opencv", "nearest", {{"interpolation", "INTER_NEAREST"}}},
      {"opencv", "nearest", {{"interpolation", "INTER_NEAREST_EXACT"}}},
      {"onnx", "nearest", {{"mode", "nearest"}}},
      {"jax", "nearest", {{"method", "nearest"}}},
      {"litert", "nearest", {{"method", "nearest"}}},
      {"tfjs", "nearest", {{"method", "nearest"}}},
      {"mlx", "nearest", {{"mode", "nearest"}}},
      {"image_rs", "nearest", {{"filter", "Nearest"}}},
      {"go", "nearest", {{"interpolator", "NearestNeighbor"}}},
      {"paddle", "nearest", {{"mode", "nearest"}}},
      {"vips", "nearest", {{"kernel", "nearest"}}},
      {"tf2", "lanczos", {{"method", "lanczos3"}, {"antialias", "true"}}},
      {"torch", "lanczos", {{"mode", "lanczos"}, {"antialias", "true"}}},
      {"pillow", "lanczos", {{"resample", "LANCZOS"}}},
      {"opencv", "lanczos", {{"interpolation", "INTER_LANCZOS4"}}},
      {"jax", "lanczos", {{"method", "lanczos3"}}},
      {"image_rs", "lanczos", {{"filter", "Lanczos3"}}},
      {"vips", "lanczos", {{"kernel", "lanczos3"}}},
      {"tf2", "area", {{"method", "area"}}},
      {"torch", "area", {{"mode", "area"}}},
      {"pillow", "area", {{"resample", "BOX"}}},
      {"opencv", "area", {{"interpolation", "INTER_AREA"}}},
      {"jax", "area", {{"method", "area"}}},
      {"paddle", "area", {{"mode", "area"}}},
  };
  return all;
}

std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> names(1);
  for (const char c : text) {
    if (c == ',')
      names.emplace_back();
    else if (c != ' ')
      names.back() += c;
  }
  if (names.back().empty() && names.size() > 1) names.pop_back();
  if (names != std::vector<std::string>{"all"}) return names;
  names.clear();
  for (const Dialect& dialect : dialects()) names.emplace_back(dialect.name);
  return names;
}

struct Result {
  std::string name, command;
  Tensor values;  // (1, H, W, C), float64, as samples
  Tensor pixels;
};

struct Apart {
  double largest = 0, mean = 0;
};
Apart apart(const Tensor& a, const Tensor& b) {
  const auto x = a.span<double>(), y = b.span<double>();
  Apart result;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double d = std::abs(x[i] - y[i]);
    result.largest = std::max(result.largest, d);
    result.mean += d;
  }
  result.mean /= static_cast<double>(std::max<std::size_t>(x.size(), 1));
  return result;
}

std::string table_html(const std::vector<Result>& results, DType samples) {
  std::string head, rows;
  for (std::size_t i = 0; i < results.size(); ++i) {
    head += fmt::format("<th title=\"{}\">{}</th>", html_text(results[i].name), i + 1);
    std::string cells;
    for (const Result& other : results) {
      const Apart difference = apart(results[i].values, other.values);
      cells += fmt::format("<td class=n title=\"mean {:.4g}\">{:.4g}</td>", difference.mean,
                           difference.largest);
    }
    rows += fmt::format("<tr><td>{}. {}</td>{}</tr>", i + 1, html_text(results[i].name), cells);
  }
  const char* range = samples == DType::uint8    ? " (0 to 255)"
                      : samples == DType::uint16 ? " (0 to 65535)"
                                                 : "";
  return fmt::format(
      "<h2>Largest difference of samples{}</h2><table><tr><th></th>{}</tr>{}</table>", range, head,
      rows);
}

void print_table(const std::vector<Result>& results) {
  std::cout << "largest (and mean) difference of samples from the first:\n";
  for (const Result& result : results) {
    const Apart difference = apart(results.front().values, result.values);
    std::cout << fmt::format("  {:8.4g} ({:8.4g})  {}\n", difference.largest, difference.mean,
                             result.command);
  }
}

// How a program is told the size.
std::pair<std::string, std::string> size_word(const std::string& dialect, const std::string& size,
                                              const Shape& shape) {
  if (dialect != "mlx") return {"size", size};
  const Size target = TargetSize(size).of(shape[1], shape[2]);
  return {"scale-factor", fmt::format("{}x{}", mlx::nn::scale_factor_of(shape[1], target[0]),
                                      mlx::nn::scale_factor_of(shape[2], target[1]))};
}

// The end of the command: how IN is to be read, and what there is to know of an array that the
// program has in another layout.
std::string end_of(const std::string& dialect, const Words& words, const CompareCommand& options,
                   const Input& in, bool opaque) {
  std::string end = options.pictures.reading_words();
  if (in.picture() != nullptr)
    return !opaque && (dialect == "tf2" || dialect == "tf1") ? end + " --straight-alpha" : end;
  constexpr const char* kLayouts[] = {"(H, W)", "(H, W, C)", "(N, H, W, C)"};
  const DialectWork work = find_dialect(dialect).work(words);
  if (work.layout != ArrayLayout::channels_first) {
    try {
      static_cast<void>(work.plan(planned_shape(work, in.shape()), in.dtype()));
      return end;
    } catch (const Error&) {
    }
  }
  return end + fmt::format("   (IN is {})", kLayouts[in.shape().rank() - 2]);
}

// Samples that a PNG holds, or what does.
const char* ending_for(const Input& in) {
  if (in.dtype() == DType::uint8 || in.dtype() == DType::uint16) return ".png";
  return in.picture() != nullptr ? ".tif" : ".npy";
}

std::vector<Result> results_of(const CompareCommand& options, Input& in, const Tensor& x) {
  const DType samples = in.dtype();
  const bool opaque = in.picture() == nullptr || !in.picture()->sees_through(x);
  std::vector<Result> results;
  for (const std::string& dialect : names_in(options.dialects)) {
    for (const Variant& variant : variants()) {
      if (variant.dialect != dialect || variant.method != options.method) continue;
      Match::Options words = variant.options;
      if (dialect == "mlx" && options.size.starts_with("fill:")) {
        warn("mlx is left out: it has --scale-factor, which cuts nothing");
        break;
      }
      words.insert(words.begin(), size_word(dialect, options.size, x.shape()));
      const std::string sized = words.front().first;
      Result result;
      result.name = dialect;
      result.command = fmt::format("halfpixel resize {} OUT{} --dialect {}", shell_word(options.in),
                                   ending_for(in), dialect);
      for (const auto& [name, value] : words) {
        result.command += " --" + name;
        if (value != "true") result.command += " " + value;
        if (name != sized) result.name += value == "true" ? ", " + name : ", " + value;
      }
      Tensor made;
      try {
        result.command += end_of(dialect, Words(words), options, in, opaque);
        require_opaque(find_dialect(dialect).work(Words(words)), opaque, options.in);
        made = to_samples(dialect_result(dialect, words, x), samples);
      } catch (const Error& error) {
        warn(fmt::format("{} is left out: {}", result.name, error.what()));
        continue;
      }
      result.values = made.astype(DType::float64);
      result.pixels = report_pixels(made);
      results.push_back(std::move(result));
    }
  }
  return results;
}

void compare(const CompareCommand& options, Input& in) {
  Progress progress(options.common.quiet, "");
  const std::optional<Tensor> picture = as_one_picture(in.whole());
  if (!picture) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("[compare] IN must be one picture of 1 to 4 channels; got shape {}",
                            in.shape().str()));
  }
  DialectWork work;
  if (options.size.starts_with("fill:")) work.fill = TargetSize(options.size);
  const Tensor x = filling_part(work, *picture, 1);
  progress.stage("computing");
  const std::vector<Result> results = results_of(options, in, x);
  if (results.empty())
    throw Error(ErrorCode::unsupported, "[compare] none of --dialects " + options.dialects +
                                            " has --method " + options.method +
                                            " for this picture");
  progress.stage("");
  print_table(results);
  if (options.out.empty()) return;
  Report report;
  report.title = fmt::format("{} to {}: \"{}\" of {} calls", options.in, options.size,
                             options.method, results.size());
  report.summary =
      "The same word means other arithmetic in every program: sampling positions, weights, edges "
      "and roundings differ.";
  report.table = table_html(results, in.dtype());
  for (const Result& result : results)
    report.pictures.push_back({result.name, result.command, "", result.pixels});
  write_report(options.out, report);
}

void run(const CompareCommand& options) {
  if (options.size.empty()) throw UsageError("--size is required");
  for (const std::string& name : names_in(options.dialects)) static_cast<void>(find_dialect(name));
  const auto known = [&](const Variant& variant) { return variant.method == options.method; };
  if (std::none_of(variants().begin(), variants().end(), known)) {
    const std::string line = "--method must be bilinear, bicubic, nearest, lanczos or area; got '" +
                             options.method + "'";
    throw UsageError(line + guess_from(options.method, line));
  }
  if (!options.out.empty()) check_page(options.out);
  options.common.apply();
  options.pictures.check();
  with_standard_input({options.in}, [&](const std::vector<std::string>& files) {
    Input in(files[0], options.pictures, "");
    compare(options, in);
  });
}

}  // namespace

Action add_compare(CLI::App& app) {
  const auto options = std::make_shared<CompareCommand>();
  app.add_option("IN", options->in, "A picture, or -")->required();
  app.add_option("PAGE", options->out, "The page, .html; none: the table alone");
  app.add_option("--size", options->size, "Height and width: 480x640, 50% …")->type_name("HxW");
  app.add_option("--method", options->method,
                 "bilinear (default), bicubic, nearest, lanczos or area; each program's own")
      ->type_name("NAME");
  app.add_option("--dialects", options->dialects, "Whose resizes, between commas, or all")
      ->type_name("NAMES");
  options->pictures.add_to(app);
  options->common.add_to(app);
  app.footer(kCompareExamples);
  return [options] { run(*options); };
}

}  // namespace halfpixel::cli
