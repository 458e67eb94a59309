#include "explain.hpp"

#include <fmt/format.h>

namespace halfpixel::cli {
namespace {

// One line for each word of Plan::describe() that says nothing by itself; those that a plan lacks
// are left out.
constexpr struct {
  const char* word;
  const char* meaning;
} kLegend[] = {
    {"form", "in which order, and in what precision"},
    {"rows", "old -> new height; which input rows an output row is made of, and with what weights"},
    {"columns", "the same of widths"},
    {"kernels", "the loops that are used"},
    {"target", "the instruction set that they are compiled for"},
    {"strips", "columns that are worked together, so that rows in between stay in the caches"},
    {"tasks", "parts that threads take"},
    {"scratch", "memory for rows in between"},
    {"stores", "whether results go through the caches or past them"},
    {"memory", "bytes that are read and written at least"},
};

}  // namespace

std::string sides_text(std::int64_t height, std::int64_t width) {
  return fmt::format("{} high and {} wide", height, width);
}

std::string explanation(const resample::Plan& plan) {
  const std::string lines = plan.describe();
  std::string text = lines;
  if (plan.spatial_rank() == 2) {
    const Shape &in = plan.input_shape(), &out = plan.output_shape();
    const int rows = plan.spatial_axis(0), columns = plan.spatial_axis(1);
    text += fmt::format("  size     from {} to {}\n", sides_text(in[rows], in[columns]),
                        sides_text(out[rows], out[columns]));
  }
  text += "where\n";
  for (const auto& [word, meaning] : kLegend) {
    if (lines.find(fmt::format("\n  {} ", word)) != lines.npos)
      text += fmt::format("  {:<8} {}\n", word, meaning);
  }
  return text;
}

}  // namespace halfpixel::cli
